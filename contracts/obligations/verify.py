"""Checking a statement of deletion offline: who declared what; pure, no network, no database."""

from collections.abc import Mapping
from typing import Any, Final

from kernel.crypto import canonical, signing
from kernel.documents.verify import Check
from kernel.text import Text

_DIGEST: Final = Text("删除证明摘要", "Digest of the statement")
_SIGNATURE: Final = Text("使用方签名", "The consumer's signature")
_COMPLETE: Final = Text("已交付数据", "What was handed over")
_WORTH: Final = Text("证明力", "What it proves")


def statement_digest(statement: Mapping[str, Any]) -> str:
    """The digest of a statement as it was sent (RFC 8785, SHA-256)."""
    return canonical.digest(dict(statement))


def signing_text(agreement_id: str, digest: str) -> str:
    """What the consumer signs, as UTF-8 bytes."""
    return f"liutong deletion {agreement_id} {digest}"


def check(claims: Mapping[str, Any]) -> list[Check]:
    """Check the claims of a `deletion-statement`; malformed claims hold in nothing.

    That it speaks of all that was handed over is checked of those that say what that was, which earlier ones did not.
    """
    digest_holds = _digest_holds(claims)
    signed = _signature_holds(claims)
    complete = [_complete(claims)] if "handed_over" in claims else []
    return [
        Check(
            _DIGEST,
            digest_holds,
            Text("摘要与声明一致", "the digest matches the statement")
            if digest_holds
            else Text("摘要与声明不一致", "the digest does not match the statement"),
        ),
        Check(
            _SIGNATURE,
            signed,
            Text("以所示公钥核验有效", "it holds under the public key shown")
            if signed
            else Text("签名缺失或无效", "it is missing or does not hold"),
        ),
        *complete,
        Check(
            _WORTH,
            claims.get("declaration") is True,
            Text(
                "证明使用方作出了该声明，不证明其内容属实",
                "that the consumer declared this, and not that it was so",
            ),
        ),
    ]


def _complete(claims: Mapping[str, Any]) -> Check:
    try:
        missing = sorted({each["ref"] for each in claims["handed_over"]} - set(claims["statement"]["covers"]))
    except (KeyError, TypeError):
        missing = ["?"]
    if missing:
        told = ", ".join(missing)[:200]
        return Check(_COMPLETE, False, Text(f"未说明 {told}", f"it does not speak of {told}"))
    return Check(_COMPLETE, True, Text("已交付的均有说明", "it speaks of all that was handed over"))


def _digest_holds(claims: Mapping[str, Any]) -> bool:
    try:
        return bool(statement_digest(claims["statement"]) == claims["digest"])
    except (KeyError, TypeError, ValueError):
        return False


def _signature_holds(claims: Mapping[str, Any]) -> bool:
    try:
        agreement, digest, by = claims["agreement"]["id"], claims["digest"], claims["signature"]
        if claims["statement"]["agreement_id"] != agreement:
            return False
        return signing.verify_text(by["public_key"], by["signature"], signing_text(agreement, digest))
    except (KeyError, TypeError):
        return False
