"""Checking an agreement offline: what an outsider can prove from its claims alone; pure, no network, no database."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from contracts.agreements.rules import digest, odrl_of, signing_text
from contracts.policy.odrl import PROFILE, to_odrl
from contracts.policy.rules import vocabularies
from contracts.policy.schemas import Policy, Vocabulary
from contracts.signatures import messages
from contracts.signatures.offline import signature_holds
from contracts.terms.document import Terms, parsed, plain
from contracts.terms.document import digest as terms_digest
from contracts.usage import odrl as usage
from contracts.usage.licences import of_licence
from contracts.usage.odrl import URN
from kernel.documents.verify import Check
from kernel.rules.policy import PolicyMissing
from kernel.text import Text
from rights.title.rules import party_term

_NAMES: Final = {
    "digest": Text("协议摘要", "Digest of the agreement"),
    "policy": Text("机器可读许可", "Machine-readable licence"),
    "provider": Text("提供方签名", "The provider's signature"),
    "consumer": Text("使用方签名", "The consumer's signature"),
}

_DETAILS: Final = {
    "digest": (
        Text("摘要与协议内容一致", "the digest matches the content"),
        Text("摘要与协议内容不一致", "the digest does not match the content"),
    ),
    "policy": (
        Text("ODRL 表达与许可一致", "the ODRL form says what the licence says"),
        Text("ODRL 表达与许可不一致", "the ODRL form does not say what the licence says"),
    ),
    "provider": (
        Text("以所示公钥核验有效", "it holds under the public key shown"),
        Text("签名缺失或无效", "it is missing or does not hold"),
    ),
    "consumer": (
        Text("以所示公钥核验有效", "it holds under the public key shown"),
        Text("签名缺失或无效", "it is missing or does not hold"),
    ),
}


def check(claims: Mapping[str, Any]) -> list[Check]:
    """Check the claims of an `agreement` document; every check must hold, and malformed claims hold in nothing.

    That a public key is the party's is what the centre's signature on the document says.
    """
    content, claimed_digest = claims.get("agreement"), claims.get("digest")
    if not isinstance(content, dict) or not isinstance(claimed_digest, str):
        return [_finding(name, holds=False) for name in _NAMES]
    signatures, text = claims.get("signatures"), signing_text(str(content.get("agreement_id")), claimed_digest)
    return [
        _finding("digest", holds=_digest_holds(content, claimed_digest)),
        _finding("policy", holds=_policy_holds(content)),
        *(
            _finding(role, holds=signature_holds(signatures, role, content.get(role), text))
            for role in ("provider", "consumer")
        ),
        *(_wire(claims["wire"], text) if "wire" in claims else ()),
    ]


def _wire(made: Any, text: str) -> list[Check]:
    """How each side made it over the wire; what was signed there is what this document's signatures are over."""
    told = made if isinstance(made, dict) and made.get("signing_text") == text else None
    return messages.check(told)


def _finding(name: str, *, holds: bool) -> Check:
    return Check(_NAMES[name], holds, _DETAILS[name][0 if holds else 1])


def _digest_holds(content: dict[str, Any], claimed_digest: str) -> bool:
    try:
        return digest(content) == claimed_digest
    except (ValueError, TypeError):
        return False  # A content that has no canonical form was never signed.


def _policy_holds(content: dict[str, Any]) -> bool:
    try:
        if "terms" in content:
            return _terms_hold(content)
        licence = msgspec.convert(content["policy"], Policy)
        vocabulary = vocabularies().version(licence.vocabulary)
        odrl = _odrl(content, licence, vocabulary.body)
        same_words = content["vocabulary"]["sha256"] == vocabulary.sha256
    except (KeyError, TypeError, ValueError, msgspec.ValidationError, PolicyMissing):
        return False
    return same_words and content.get("odrl") == odrl


def _terms_hold(content: dict[str, Any]) -> bool:
    """The terms are between the parties named, under their digest, and in ODRL they say the same."""
    terms = parsed(content["terms"])
    parties = (content["provider"]["party_id"], content["consumer"]["party_id"])
    return (
        plain(terms) == content["terms"]
        and terms_digest(terms) == content["terms_digest"]
        and (terms.provider, terms.consumer) == parties
        and said_in_odrl(content, terms)
    )


def said_in_odrl(content: dict[str, Any], terms: Terms) -> bool:
    """The policy in ODRL by its vocabulary; a contract on services has neither."""
    if terms.policy is None:
        return content.get("odrl") is None and content.get("vocabulary") is None
    return bool(
        content["odrl"] == odrl_of(content["agreement_id"], terms)
        and content["vocabulary"]["sha256"] == vocabularies().version(terms.policy.vocabulary).sha256
    )


def _odrl(content: dict[str, Any], licence: Policy, vocabulary: Vocabulary) -> dict[str, Any]:
    """What an agreement from before there were terms should say in ODRL, in its own form or the older one."""
    subject, provider, consumer = content["subject"], content["provider"]["party_id"], content["consumer"]["party_id"]
    parties = {
        "uid": f"{URN}:{content['agreement_id']}",
        "assigner": f"{URN}:{provider}",
        "assignee": f"{URN}:{consumer}",
    }
    if str(content["odrl"]["profile"]).startswith(PROFILE):
        return to_odrl(licence, vocabulary, target=f"{URN}:{subject['revision_id']}", **parties)
    tree = of_licence(licence, subject["asset_id"], subject["revision_id"], party_term(consumer))
    return usage.to_odrl(tree, **parties)
