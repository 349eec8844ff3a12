"""Pure rules of agreements: building the content that is signed, its digest, and the text that each party signs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

import msgspec
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from contracts.clauses.library import library
from contracts.clauses.text.blocks import Document
from contracts.clauses.text.document import Facts, document
from contracts.clauses.text.document import PartyFacts as NamedParty
from contracts.clauses.text.plain import plain as plainly
from contracts.clauses.types import Side
from contracts.policy.rules import rights_of
from contracts.policy.schemas import Policy as Licence
from contracts.policy.schemas import Vocabulary
from contracts.terms.conveyance import counts_from_settlement, stays, term_days
from contracts.terms.document import Terms, plain
from contracts.terms.document import digest as terms_digest
from contracts.terms.price.sentences import sentences as sentences_of_price
from contracts.terms.prices import OneOff, Plan
from contracts.usage.licences import to_licence
from contracts.usage.odrl import URN, to_odrl
from contracts.usage.sentences import sentences
from kernel.crypto import canonical
from kernel.documents.readable import money
from kernel.money import Money
from kernel.rules import policy
from kernel.rules.policy import Policy, PolicySet
from kernel.text import Lang, Text
from rights.grants.box import Exclusivity
from rights.terms import RIGHT_LABELS


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
    """What was ordered, as the market tells it: the terms that both agree to, and the facts of what they are about.

    `revision_id` is the one that is delivered first, `due` what is due when the agreement is in force, `offer` what the
    market tells the gates.
    """

    order_id: str
    terms: Terms
    revision_id: str
    certificate_id: str
    content_sha256: str
    title_zh: str
    title_en: str
    files: tuple[FileFacts, ...]
    inspection_working_days: int
    due: Money
    offer: Mapping[str, Any] | None = None

    @property
    def consumer(self) -> str:
        """Whom it is agreed with; raises ValueError for terms that are offered to the public."""
        if self.terms.consumer is None:
            raise ValueError("terms without a consumer are an offer, and nobody signs those")
        return self.terms.consumer


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


def content(
    agreement_id: str,
    deal: Deal,
    parties: tuple[PartyFacts, PartyFacts],
    drafted_on: date,
    text: Policy[ContractText],
    vocabulary: Policy[Vocabulary],
) -> dict[str, Any]:
    """Everything that both parties sign, as plain JSON values; `parties` are the provider and the consumer."""
    facts = {
        **_head(agreement_id, deal.terms, parties, drafted_on),
        "order_id": deal.order_id,
        "subject": _subject(deal),
        "inspection_working_days": deal.inspection_working_days,
        "odrl": odrl_of(agreement_id, deal.terms),
        "vocabulary": _plain(vocabulary.ref),
    }
    if deal.terms.clauses:
        return _of_clauses(facts, deal.terms, drafted_on)
    told = _told(facts, deal.terms, drafted_on, vocabulary.body)
    texts_ = {f"text_{lang}": render(text.body, lang, told) for lang in ("zh", "en")}
    return {**facts, "template": _plain(text.ref), **texts_}


def content_of_service(
    agreement_id: str, terms: Terms, parties: tuple[PartyFacts, PartyFacts], drafted_on: date
) -> dict[str, Any]:
    """The same of a contract on services: no policy, no files and no order; what it is about stands in the terms."""
    subject = {"title_zh": terms.use_case, "title_en": terms.use_case}
    return _of_clauses({**_head(agreement_id, terms, parties, drafted_on), "subject": subject}, terms, drafted_on)


def _head(agreement_id: str, terms: Terms, parties: tuple[PartyFacts, PartyFacts], on: date) -> dict[str, Any]:
    """What every agreement says, whatever it is about."""
    provider, consumer = parties
    return {
        "agreement_id": agreement_id,
        "drafted_on": on.isoformat(),
        "provider": _plain(provider),
        "consumer": _plain(consumer),
        "terms": plain(terms),
        "terms_digest": terms_digest(terms),
    }


def _of_clauses(facts: Mapping[str, Any], terms: Terms, on: date) -> dict[str, Any]:
    """Facts with the text that the clauses of terms make, and what the model contract calls its two sides."""
    released = library(on)
    model, whole = released.models[terms.model], _contract(facts, terms, on)
    roles = {side: _plain(model.role(Side(side))) for side in ("provider", "consumer")}
    texts_ = {f"text_{lang}": plainly(whole, lang) for lang in ("zh", "en")}
    return {**facts, "roles": roles, "template": _plain(released.sources[-1]), **texts_}


def _contract(facts: Mapping[str, Any], terms: Terms, on: date) -> Document:
    """The contract that the clauses of terms make, by the model that they follow."""
    released, price, subject = library(on), _priced(terms), facts["subject"]
    named = [subject[name] for name in ("asset_id", "revision_id", "content_sha256") if name in subject]
    head = Facts(
        reference=facts["agreement_id"],
        drafted_on=facts["drafted_on"],
        provider=_named(facts["provider"]),
        consumer=_named(facts["consumer"]),
        subject_zh=subject["title_zh"],
        subject_en=subject["title_en"],
        asset=" ".join(named),
        price_zh=price.zh,
        price_en=price.en,
        ends_on="" if terms.ends_on is None else terms.ends_on.isoformat(),
    )
    return document(released, released.models[terms.model], terms.clauses, head, terms.policy)


def _priced(terms: Terms) -> Text:
    """The price at the head of a contract: an amount, or the sentences of a plan, a line for each."""
    if isinstance(terms.price, OneOff):
        shown = money(terms.price.amount.amount, terms.price.amount.currency)
        return Text(shown, shown)
    if terms.policy is None:
        return Text("按报酬条款确定", "As the clause on the fee says")
    said = sentences_of_price(terms.price)
    return Text("\n".join(one.zh for one in said), "\n".join(one.en for one in said))


def _named(party: Mapping[str, str]) -> NamedParty:
    return NamedParty(name=party["name"], uscc=party["uscc"], id=party["party_id"])


def odrl_of(agreement_id: str, terms: Terms) -> dict[str, Any]:
    """The policy of an agreement in ODRL 2.2, between its two parties."""
    names = {"uid": agreement_id, "assigner": terms.provider, "assignee": terms.consumer}
    return to_odrl(terms.licence, **{role: f"{URN}:{name}" for role, name in names.items()})


def _told(facts: Mapping[str, Any], terms: Terms, on: date, vocabulary: Vocabulary) -> dict[str, Any]:
    """What the text is written from: amounts and sizes as people write them, and the policy in words."""
    licence, subject = to_licence(terms.licence, term_days(terms.licence, on)), facts["subject"]
    price = terms.price.amount if isinstance(terms.price, OneOff) else None
    files = [{**file, "size_bytes": f"{file['size_bytes']:,}"} for file in subject["files"]]
    return {
        **facts,
        "listing_id": terms.listing,
        "purpose": terms.purpose,
        "use_case": terms.use_case,
        "price": None if price is None else {**_plain(price), "amount": money(price.amount)},
        "plan": sentences_of_price(terms.price) if isinstance(terms.price, Plan) else None,
        "subject": {**subject, "files": files},
        "policy": _plain(licence),
        "words": _words(licence, vocabulary),
        "sentences": [one.text for one in sentences(terms.licence)],
        "from_settlement": any(counts_from_settlement(rule) for rule in terms.licence.permissions),
        "performance_days_max": vocabulary.performance_days_max,
        "computing_only": stays(terms.licence),
    }


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
        "asset_id": deal.terms.licence.asset,
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
