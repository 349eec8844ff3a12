"""Checking an amendment offline: what an outsider can prove from its claims alone; pure, no network, no database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from contracts.agreements.verify import said_in_odrl
from contracts.amendments.rules import digest, effective, signing_text
from contracts.signatures.offline import signature_holds
from contracts.terms.difference import difference
from contracts.terms.document import digest as terms_digest
from contracts.terms.document import parsed, plain
from kernel.documents.verify import Check
from kernel.rules.policy import PolicyMissing
from kernel.text import Text
from kernel.time.clock import timestamp

_NAMES: Final = {
    "digest": Text("变更摘要", "Digest of the amendment"),
    "terms": Text("变更后的条件", "The new terms"),
    "changes": Text("变更之处", "What differs"),
    "effect": Text("生效时间", "When it takes effect"),
    "provider": Text("提供方签名", "The provider's signature"),
    "consumer": Text("使用方签名", "The consumer's signature"),
}
_SIGNED: Final = (
    Text("以所示公钥核验有效", "it holds under the public key shown"),
    Text("签名缺失或无效", "it is missing or does not hold"),
)
_DETAILS: Final = {
    "digest": (
        Text("摘要与变更内容一致", "the digest matches the content"),
        Text("摘要与变更内容不一致", "the digest does not match the content"),
    ),
    "terms": (
        Text(
            "条件、摘要与 ODRL 表达一致，当事人相符", "terms, their digest and their ODRL form agree, and so do parties"
        ),
        Text("条件、摘要、ODRL 表达或当事人不一致", "terms, their digest, their ODRL form or the parties do not agree"),
    ),
    "changes": (
        Text("所列之处即前后条件之别", "what is listed is the difference of the two terms"),
        Text("所列之处与前后条件不符", "what is listed is not the difference of the two terms"),
    ),
    "effect": (
        Text("为约定之时，且不早于双方签署", "it is the moment agreed, and not before both had signed"),
        Text("与约定或签署时间不符", "it is not the moment agreed, or before both had signed"),
    ),
    "provider": _SIGNED,
    "consumer": _SIGNED,
}


def check(claims: Mapping[str, Any]) -> list[Check]:
    """Check the claims of an `amendment` document; every check must hold, and malformed claims hold in nothing.

    That a public key is the party's, and that what it changes stood, is what the centre's signature says.
    """
    content, claimed_digest = claims.get("amendment"), claims.get("digest")
    if not isinstance(content, dict) or not isinstance(claimed_digest, str):
        return [_finding(name, holds=False) for name in _NAMES]
    signatures, text = claims.get("signatures"), signing_text(str(content.get("amendment_id")), claimed_digest)
    return [
        _finding("digest", holds=_digest_holds(content, claimed_digest)),
        _finding("terms", holds=_terms_hold(content)),
        _finding("changes", holds=_changes_hold(content)),
        _finding("effect", holds=_effect_holds(claims, content)),
        *(
            _finding(role, holds=signature_holds(signatures, role, content.get(role), text))
            for role in ("provider", "consumer")
        ),
    ]


def _finding(name: str, *, holds: bool) -> Check:
    return Check(_NAMES[name], holds, _DETAILS[name][0 if holds else 1])


def _digest_holds(content: dict[str, Any], claimed_digest: str) -> bool:
    try:
        return digest(content) == claimed_digest
    except (ValueError, TypeError):
        return False  # A content that has no canonical form was never signed.


def _terms_hold(content: dict[str, Any]) -> bool:
    try:
        terms = parsed(content["terms"])
        parties = (content["provider"]["party_id"], content["consumer"]["party_id"])
        return bool(
            plain(terms) == content["terms"]
            and terms_digest(terms) == content["terms_digest"]
            and (terms.provider, terms.consumer) == parties
            and content["proposed_by"] in parties
            and said_in_odrl(content, terms)
        )
    except (KeyError, TypeError, ValueError, msgspec.ValidationError, PolicyMissing):
        return False


def _changes_hold(content: dict[str, Any]) -> bool:
    """The places and values that are listed are the difference; their words were signed as they stand."""
    try:
        if content["before"] is None:
            return bool(content["changes"] == [])
        before, after = parsed(content["before"]), parsed(content["terms"])
        listed = [(one["path"], one["op"], one["old"], one["new"]) for one in content["changes"]]
        found = [(one.path, str(one.op), one.old, one.new) for one in difference(before, after)]
    except (KeyError, TypeError, ValueError, msgspec.ValidationError):
        return False
    return listed == found


def _effect_holds(claims: Mapping[str, Any], content: dict[str, Any]) -> bool:
    try:
        signed = [_moment(one["signed_at"]) for one in claims["signatures"]]
        wanted = None if content["effective_at"] is None else _moment(content["effective_at"])
        return bool(timestamp(effective(wanted, max(signed))) == claims["effective_at"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return found
