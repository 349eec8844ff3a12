"""Pure rules of amendments: what may change, the content that is signed, its digest, and what each party signs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec

from contracts.agreements.rules import odrl_of
from contracts.amendments.errors import AmendmentFaulty
from contracts.policy.rules import vocabularies
from contracts.terms.document import Terms, plain
from contracts.terms.document import digest as terms_digest
from contracts.terms.effects import Difference, explained
from contracts.terms.prices import Component, Plan, PriceTerms, Trial, cadence
from kernel.crypto import canonical
from kernel.errors import FieldError
from kernel.rules import policy
from kernel.text import Text
from kernel.time.clock import end_of_day_in_china, timestamp
from kernel.time.workdays import add_working_days

_RULE: Final = AmendmentFaulty.rule
_LATER: Final = "LT-CON-33"
_PRICED: Final = "LT-CON-34"


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a proposal waits, and how far ahead it may take effect."""

    answer_working_days: int
    effective_days_max: int

    def __post_init__(self) -> None:
        if self.answer_working_days < 1 or self.effective_days_max < 1:
            raise ValueError("a proposal waits at least a day")


LIMITS: Final = policy.load("amendment", Limits, "contracts.amendments")


@dataclass(frozen=True, slots=True)
class Standing:
    """What an amendment changes: the digest and the terms that stand, since when, and the agreement's fixed facts.

    `terms` is None for an agreement from before there were any; its price and listing then stand in `price` and
    `listing`; a contract on services has neither asset nor revision. `since` is when the last change takes effect,
    `ends_on` the licence's last day.
    """

    digest: str
    terms: Terms | None
    since: datetime | None
    provider: str
    consumer: str
    asset: str | None
    revision: str | None
    listing: str | None
    price: PriceTerms
    ends_on: date | None
    stays: bool


def answer_due(on: date) -> datetime:
    """The first moment after the time to answer a proposal of a day."""
    return end_of_day_in_china(add_working_days(on, LIMITS.at(on).body.answer_working_days).on)


def require_change(stands: Standing, new: Terms, effective_at: datetime | None, at: datetime, limits: Limits) -> None:
    """Raise AmendmentFaulty, naming every fault, unless terms that can be obeyed are a change of what stands."""
    faults = [*_identity(stands, new), *_money(stands, new), *_times(stands, effective_at, at, limits)]
    if stands.terms == new:  # By value: a moment in another zone is the same moment.
        text = Text("与现行条件相同，没有变更", "They are the terms that stand: nothing changes")
        faults.append(FieldError("/terms", text, _RULE))
    if faults:
        raise AmendmentFaulty(errors=faults, count=len(faults))


def _identity(stands: Standing, new: Terms) -> Iterator[FieldError]:
    """Parties, asset, listing and delivery stay: another one of those is another contract (民法典 art. 543)."""
    fixed = (
        ("/terms/provider", stands.provider, new.provider),
        ("/terms/consumer", stands.consumer, new.consumer),
        ("/terms/policy/asset", stands.asset, new.policy and new.policy.asset),
        ("/terms/listing", stands.listing, new.listing),
    )
    for pointer, kept, given in fixed:
        if kept != given:
            text = Text(f"变更不改换此项，应为 {kept}", f"An amendment does not exchange this: it stays {kept}")
            yield FieldError(pointer, text, _RULE)
    if new.policy is None or stands.asset is None:
        return
    if new.policy.revisions and stands.revision not in new.policy.revisions:
        text = Text(
            f"应包括已交付的版本 {stands.revision}", f"The revision that was agreed stays within: {stands.revision}"
        )
        yield FieldError("/terms/policy/revisions", text, _RULE)
    kept_scope = () if stands.terms is None else stands.terms.licence.scope
    if new.policy.scope != kept_scope:
        text = Text(
            "许可的行列范围不以变更改换：已制文件和已交付的版本随范围固定，请另行订立",
            "The licensed columns and rows stay: files and delivered versions are made to them; conclude another"
            " agreement for others",
        )
        yield FieldError("/terms/policy/scope", text, _RULE)
    if new.policy.marks != (() if stands.terms is None else stands.terms.licence.marks):
        text = Text(
            "副本标记不以变更改换：已交付的副本带有原标记，请另行订立",
            "The marks of copies stay: those that were handed out bear them; conclude another agreement for others",
        )
        yield FieldError("/terms/policy/marks", text, _RULE)
    if (new.delivery == "computing") is not stands.stays:
        text = Text(
            "交付方式不以变更改换：已签文件清单随合同固定，请另行订立",
            "How the data is delivered stays: its files were fixed at signing; conclude another agreement for that",
        )
        yield FieldError("/terms/delivery", text, _RULE)


def _money(stands: Standing, new: Terms) -> Iterator[FieldError]:
    """A price that is paid once is charged by its order: what was charged is not changed behind it.

    A plan may become another in its currency: what it charges once stays as it is. The fee of a service is paid
    between the two, so that it may be agreed anew.
    """
    if stands.asset is None:
        return
    if isinstance(stands.price, Plan) and isinstance(new.price, Plan):
        if (stands.price.currency, _once(stands.price)) != (new.price.currency, _once(new.price)):
            text = Text(
                "方案的币种，以及开通费、分期、组合等一次性收取的各项，不以变更更改",
                "A plan keeps its currency and what it charges once: entries, instalments, bundles",
            )
            yield FieldError("/terms/price", text, _PRICED)
    elif new.price != stands.price:
        text = Text(
            "一次性价款已由订单收取或正在收取，不得以变更更改；退款、补偿或新价另行办理",
            "A price that is paid once has been charged by its order, or is being charged: an amendment leaves it as it"
            " is; a refund is made, or a new agreement at another price",
        )
        yield FieldError("/terms/price", text, _PRICED)


def _once(plan: Plan) -> tuple[Component, ...]:
    return tuple(part for part in plan.components if cadence(part) is None and not isinstance(part, Trial))


def _times(stands: Standing, effective_at: datetime | None, at: datetime, limits: Limits) -> Iterator[FieldError]:
    pointer, moment = "/effective_at", effective_at or at
    if effective_at is not None and effective_at < at:
        text = Text("变更不溯及既往：不得早于现在", "An amendment does not reach back: not before now")
        yield FieldError(pointer, text, _LATER)
    if moment > at + timedelta(days=limits.effective_days_max):
        days = limits.effective_days_max
        text = Text(f"至多提前 {days} 天约定", f"At most {days} days ahead")
        yield FieldError(pointer, text, _LATER)
    if stands.since is not None and moment < stands.since:
        since = timestamp(stands.since)
        text = Text(f"不得早于此前变更的生效时间 {since}", f"Not before the last change takes effect: {since}")
        yield FieldError(pointer, text, _LATER)
    if stands.ends_on is not None and moment >= end_of_day_in_china(stands.ends_on):
        last = stands.ends_on.isoformat()
        text = Text(f"许可的最后一日为 {last}，应在其内生效", f"The licence has its last day on {last}: not after it")
        yield FieldError(pointer, text, _LATER)


def content(
    amendment_id: str,
    agreement: Mapping[str, Any],
    n: int,
    stands: Standing,
    new: Terms,
    *,
    proposed_by: str,
    reason: str,
    effective_at: datetime | None,
    on: date,
) -> dict[str, Any]:
    """Everything that both parties sign, as plain JSON values; `agreement` is the content of what is changed."""
    changes = explained(stands.terms, new) if stands.terms is not None else []
    made = {
        "amendment_id": amendment_id,
        "agreement_id": agreement["agreement_id"],
        "n": n,
        "from_digest": stands.digest,
        "provider": agreement["provider"],
        "consumer": agreement["consumer"],
        "subject": {name: agreement["subject"][name] for name in _SUBJECT if name in agreement["subject"]},
        "proposed_by": proposed_by,
        "proposed_on": on.isoformat(),
        "reason": reason,
        "effective_at": None if effective_at is None else timestamp(effective_at),
        "before": None if stands.terms is None else plain(stands.terms),
        "terms": plain(new),
        "terms_digest": terms_digest(new),
        "changes": [_told(one) for one in changes],
        **_in_odrl(agreement["agreement_id"], new),
    }
    return dict(msgspec.json.decode(msgspec.json.encode(made)))


_SUBJECT: Final = ("title_zh", "title_en", "asset_id")


def _in_odrl(agreement_id: str, new: Terms) -> dict[str, Any]:
    """The policy in ODRL with its vocabulary, of terms that have one."""
    if new.policy is None:
        return {}
    vocabulary = vocabularies().version(new.policy.vocabulary)
    return {"odrl": odrl_of(agreement_id, new), "vocabulary": vocabulary.ref}


def _told(one: Difference) -> dict[str, Any]:
    return dict(msgspec.to_builtins(one))


def signing_text(amendment_id: str, digest: str) -> str:
    """What each party signs, as UTF-8 bytes."""
    return f"liutong amendment {amendment_id} {digest}"


def digest(signed: Mapping[str, Any]) -> str:
    """The digest of an amendment's content (RFC 8785, SHA-256)."""
    return canonical.digest(dict(signed))


def effective(wanted: datetime | None, signed_at: datetime) -> datetime:
    """When an amendment takes effect that both have signed: when they wanted, and never before they did."""
    return signed_at if wanted is None else max(wanted, signed_at)
