"""Pure rules of agreements: building the content that is signed, its digest, and the text that each party signs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

import msgspec
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from contracts.policy.rules import computing_only
from contracts.policy.schemas import Policy as Licence
from contracts.policy.schemas import Vocabulary
from contracts.policy.title import rights_of
from contracts.usage.licences import of_licence
from contracts.usage.odrl import URN, to_odrl
from contracts.usage.tree import UsagePolicy
from kernel.crypto import canonical
from kernel.documents.readable import money
from kernel.money import Money
from kernel.rules import policy
from kernel.rules.policy import Policy, PolicySet
from kernel.text import Lang, Text
from rights.grants.box import Exclusivity
from rights.terms import RIGHT_LABELS
from rights.title.rules import party_term


class Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One article of the text, as Jinja templates."""

    id: str
    title_zh: str
    title_en: str
    zh: str
    en: str


class ContractText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contract's text in both languages; a released version never changes."""

    title_zh: str
    title_en: str
    article: tuple[Article, ...]


@cache
def texts() -> PolicySet[ContractText]:
    """All released versions of the data provision agreement."""
    return policy.load("data-provision", ContractText, "contracts.agreements")


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A party as the agreement names it."""

    party_id: str
    name: str
    uscc: str


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file that the agreement covers."""

    name: str
    sha256: str
    size_bytes: int
    storage_key: str


@dataclass(frozen=True, slots=True)
class Deal:
    """What was ordered, as the market tells it: the facts that an agreement is made from."""

    order_id: str
    listing_id: str
    asset_id: str
    revision_id: str
    certificate_id: str
    content_sha256: str
    title_zh: str
    title_en: str
    provider: str
    consumer: str
    files: tuple[FileFacts, ...]
    price: Money
    offered: Licence
    purpose: str
    use_case: str
    inspection_working_days: int
    offer: Mapping[str, Any] | None = None


EXCLUSIVITY: Final = {
    Exclusivity.ORDINARY: Text("普通（非独占）", "an ordinary, non-exclusive"),
    Exclusivity.SOLE: Text("排他（提供方仍可自用）", "a sole (the provider may still use the data itself)"),
    Exclusivity.EXCLUSIVE: Text("独占（提供方亦不得使用）", "an exclusive (the provider may not use the data either)"),
}
"""Who else may act within the licence, as the text says it."""

_JINJA: Final = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
)
"""The text is plain text: whatever shows it in HTML escapes it there."""


def policy_of(deal: Deal, licence: Licence) -> UsagePolicy:
    """What the consumer of a deal may do, as the gate will decide it."""
    return of_licence(licence, deal.asset_id, deal.revision_id, party_term(deal.consumer))


def content(
    agreement_id: str,
    deal: Deal,
    licence: Licence,
    parties: tuple[PartyFacts, PartyFacts],
    drafted_on: date,
    text: Policy[ContractText],
    vocabulary: Policy[Vocabulary],
) -> dict[str, Any]:
    """Everything that both parties sign, as plain JSON values; `parties` are the provider and the consumer."""
    provider, consumer = parties
    odrl = to_odrl(
        policy_of(deal, licence),
        uid=f"{URN}:{agreement_id}",
        assigner=f"{URN}:{deal.provider}",
        assignee=f"{URN}:{deal.consumer}",
    )
    facts: dict[str, Any] = {
        "agreement_id": agreement_id,
        "order_id": deal.order_id,
        "listing_id": deal.listing_id,
        "drafted_on": drafted_on.isoformat(),
        "provider": _plain(provider),
        "consumer": _plain(consumer),
        "subject": _subject(deal),
        "purpose": deal.purpose,
        "use_case": deal.use_case,
        "price": _plain(deal.price.view()),
        "inspection_working_days": deal.inspection_working_days,
        "policy": _plain(licence),
        "odrl": odrl,
        "template": _plain(text.ref),
        "vocabulary": _plain(vocabulary.ref),
    }
    template_facts = {**facts, "words": _words(licence, vocabulary.body), **_written(facts)}
    template_facts["performance_days_max"] = vocabulary.body.performance_days_max
    template_facts["computing_only"] = computing_only(licence, vocabulary.body)
    return {**facts, **{f"text_{lang}": render(text.body, lang, template_facts) for lang in ("zh", "en")}}


def _written(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Amounts and sizes as the text writes them: thousands parted, as on every document."""
    price, subject = facts["price"], facts["subject"]
    files = [{**file, "size_bytes": f"{file['size_bytes']:,}"} for file in subject["files"]]
    return {"price": {**price, "amount": money(price["amount"])}, "subject": {**subject, "files": files}}


def render(text: ContractText, lang: Lang, facts: Mapping[str, Any]) -> str:
    """Write the text in one language; raises UndefinedError when the facts lack what an article names."""
    parts = [text.title_zh if lang == "zh" else text.title_en]
    for number, article in enumerate(text.article, start=1):
        title, body = (article.title_zh, article.zh) if lang == "zh" else (article.title_en, article.en)
        head = f"第{number}条 {title}" if lang == "zh" else f"Article {number}. {title}"
        parts.append(f"{head}\n{_template(body).render(**facts).strip()}")
    return "\n\n".join(parts) + "\n"


@cache
def _template(body: str) -> Template:
    """Compile an article once: there are as many as released versions have."""
    return _JINJA.from_string(body)


def signing_text(agreement_id: str, digest: str) -> str:
    """What each party signs, as UTF-8 bytes."""
    return f"liutong agreement {agreement_id} {digest}"


def digest(signed: Mapping[str, Any]) -> str:
    """The digest of an agreement's content (RFC 8785, SHA-256)."""
    return canonical.digest(dict(signed))


def _subject(deal: Deal) -> dict[str, Any]:
    files = [{"name": f.name, "sha256": f.sha256, "size_bytes": f.size_bytes} for f in deal.files]
    return {
        "title_zh": deal.title_zh,
        "title_en": deal.title_en,
        "asset_id": deal.asset_id,
        "revision_id": deal.revision_id,
        "certificate_id": deal.certificate_id,
        "content_sha256": deal.content_sha256,
        "files": files,
    }


def _words(licence: Licence, vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "actions": [word for word in vocabulary.action if word.code in licence.actions],
        "purposes": [word for word in vocabulary.purpose if word.code in licence.purposes],
        "territory": [word for word in vocabulary.territory if word.code in licence.territory],
        "environments": [word for word in vocabulary.environment if word.code in licence.environments],
        "exclusivity": EXCLUSIVITY[licence.exclusivity],
        "rights": [RIGHT_LABELS[right] for right in rights_of(licence)],
    }


def _plain(value: Any) -> Any:
    """Plain JSON values: lists and not tuples, as the stored content gives them back."""
    return msgspec.json.decode(msgspec.json.encode(value))
