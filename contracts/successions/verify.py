"""Checking a succession offline: what an outsider can prove from its claims alone; pure, no network, no database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from contracts.successions.rules import digest, signing_text
from contracts.successions.states import Mode
from kernel.crypto import signing
from kernel.documents.verify import Check
from kernel.text import Text

_HOLDS: Final = Text("以所示公钥核验有效", "it holds under the public key shown")
_FAILS: Final = Text("签名缺失或无效", "it is missing or does not hold")
_NAMES: Final = {
    "digest": Text("承继摘要", "Digest of the succession"),
    "joinder": Text("受让人签名", "The acquirer's signature"),
    "consent": Text("使用方的答复", "The consumer's answer"),
}
_DETAILS: Final = {
    "digest": (
        Text("摘要与承继内容一致", "the digest matches the content"),
        Text("摘要与承继内容不一致", "the digest does not match the content"),
    ),
    "joinder": (_HOLDS, _FAILS),
    "consent": (
        Text("签名有效，或依约以沉默承继且期限已过", "its signature holds, or silence counts and its time was over"),
        Text("既无有效签名，也不得以沉默承继", "no signature holds, and silence does not count"),
    ),
}


def check(claims: Mapping[str, Any]) -> list[Check]:
    """Check the claims of a `succession` document; malformed claims hold in nothing.

    Its agreement is the one whose document has the digest `agreement_digest`; see `follows` for the chain of the two.
    """
    content, claimed = claims.get("succession"), claims.get("digest")
    if not isinstance(content, dict) or not isinstance(claimed, str):
        return [_finding(name, holds=False) for name in _NAMES]
    text = signing_text(str(content.get("succession_id")), claimed)
    return [
        _finding("digest", holds=_digest_holds(content, claimed)),
        _finding("joinder", holds=_signed(claims, content, "transferee", text)),
        _finding("consent", holds=_answered(claims, content, text)),
    ]


def follows(agreement: Mapping[str, Any], *successions: Mapping[str, Any]) -> str | None:
    """The party that provides after a chain of documents, each of which holds; None where a link does not fit.

    Takes the claims of an agreement and of its successions in their order.
    """
    try:
        provider = str(agreement["agreement"]["provider"]["party_id"])
        for each in successions:
            content = each["succession"]
            fits = (
                all(one.holds for one in check(each))
                and content["agreement_digest"] == agreement["digest"]
                and content["agreement_id"] == agreement["agreement"]["agreement_id"]
                and content["transferor"]["party_id"] == provider
                and content["consumer"]["party_id"] == agreement["agreement"]["consumer"]["party_id"]
            )
            if not fits:
                return None
            provider = str(content["transferee"]["party_id"])
    except (KeyError, TypeError):
        return None
    return provider


def _finding(name: str, *, holds: bool) -> Check:
    return Check(_NAMES[name], holds, _DETAILS[name][0 if holds else 1])


def _digest_holds(content: dict[str, Any], claimed: str) -> bool:
    try:
        return digest(content) == claimed
    except (ValueError, TypeError):
        return False  # A content that has no canonical form was never signed.


def _signed(claims: Mapping[str, Any], content: dict[str, Any], role: str, text: str) -> bool:
    """Exactly one signature of the role over the text, by its party."""
    given, party = claims.get("signatures"), content.get(role)
    if not isinstance(given, list) or not isinstance(party, dict):
        return False
    mine = [one for one in given if isinstance(one, dict) and one.get("role") == role]
    if len(mine) != 1 or mine[0].get("party") != party.get("party_id"):
        return False
    return signing.verify_text(mine[0].get("public_key"), mine[0].get("signature"), text)


def _answered(claims: Mapping[str, Any], content: dict[str, Any], text: str) -> bool:
    if claims.get("taken_by") == "consent":
        return _signed(claims, content, "consumer", text)
    try:
        over = datetime.fromisoformat(claims["effective_at"]) >= datetime.fromisoformat(claims["answer_due_at"])
    except (KeyError, TypeError, ValueError):
        return False
    return bool(claims.get("taken_by") == "silence" and content.get("mode") == Mode.FOLLOWS and over)
