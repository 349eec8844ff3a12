"""Checking a mandate offline: what an outsider can prove from its claims alone; pure, no network, no database."""

from collections.abc import Mapping
from typing import Any, Final

from kernel.crypto import canonical, signing
from kernel.documents.verify import Check
from kernel.text import Text

_NAMES: Final = {
    "digest": Text("委托书摘要", "Digest of the mandate"),
    "principal": Text("委托人签名", "The principal's signature"),
}

_DETAILS: Final = {
    "digest": (
        Text("摘要与委托书内容一致", "the digest matches the content"),
        Text("摘要与委托书内容不一致", "the digest does not match the content"),
    ),
    "principal": (
        Text("以所示公钥核验有效", "it holds under the public key shown"),
        Text("签名缺失或无效", "it is missing or does not hold"),
    ),
}


def check(claims: Mapping[str, Any]) -> list[Check]:
    """Check the claims of a `mandate` document: its digest, and the principal's signature over its RFC 8785 bytes.

    That a public key is the principal's is what the centre's signature on the document says.
    """
    content, signature = claims.get("mandate"), claims.get("signature")
    text = _canonical(content)
    if text is None or not isinstance(content, dict):
        return [_finding(name, holds=False) for name in _NAMES]
    signature = signature if isinstance(signature, dict) else {}
    signed = signature.get("party") == content.get("principal") and signing.verify_text(
        signature.get("public_key"), signature.get("signature"), text
    )
    same = claims.get("digest") == f"sha256:{canonical.sha256_hex(text.encode())}"
    return [_finding("digest", holds=same), _finding("principal", holds=signed)]


def _canonical(content: Any) -> str | None:
    try:
        return canonical.dumps(content).decode() if isinstance(content, dict) else None
    except (TypeError, ValueError):
        return None  # What has no canonical form was never signed.


def _finding(name: str, *, holds: bool) -> Check:
    return Check(_NAMES[name], holds, _DETAILS[name][0 if holds else 1])
