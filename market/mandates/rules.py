"""Pure rules of mandates: the document, what may stand in it, the agent's signature, and what an order must keep to."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from kernel.crypto import canonical, signing
from kernel.errors import DomainError, FieldError, InvalidInput
from kernel.ids import is_id
from kernel.money import Money, MoneyView
from kernel.rules import policy
from kernel.text import Text
from market.mandates.schemas import DraftMandate, Limit
from rights.grants.rules import within
from rights.grants.vocabulary import Words

TYPE: Final = "liutong.mandate.v1"
APPROVAL_TYPE: Final = "liutong.mandate-approval.v1"

DOCUMENT: Final = "LT-MND-01"
IN_FORCE: Final = "LT-MND-03"
SCOPE: Final = "LT-MND-04"
PER_ORDER: Final = "LT-MND-05"
BUDGET: Final = "LT-MND-06"
COUNT: Final = "LT-MND-07"

GRADES: Final = ("general", "important")
"""Levels of data that are traded at all, the lower first."""


class MandateRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The published numbers of mandates."""

    mandates_max: int
    term_days_max: int
    count_max: int
    quotes_max: int
    quote_minutes: int
    clock_seconds: int
    approve_hours: int


RULES: Final = policy.load("mandates", MandateRules, "market.mandates")


def document(mandate_id: str, principal: str, data: DraftMandate) -> dict[str, Any]:
    """The mandate as the plain JSON value that is signed, of what has no faults; what is not said is left out."""
    above = {name: money_of(limit, "").view().amount for name, limit in [("human_above", _above(data))] if limit}
    return {
        "type": TYPE,
        "id": mandate_id,
        "principal": principal,
        "agent": {"jkt": data.agent.jkt},
        "sellers": sorted(set(data.sellers)),
        "purposes": sorted(set(data.purposes)),
        "max_grade": data.max_grade,
        "territory": sorted(set(data.territory)),
        "per_order": _limit(data.per_order),
        "budget": _limit(data.budget),
        "max_count": data.max_count,
        "not_before": _moment(data.not_before),
        "not_after": _moment(data.not_after),
        **above,
        "refund_recredits": data.refund_recredits,
    }


def _limit(limit: Limit) -> dict[str, str]:
    view = money_of(limit, "").view()
    return {"currency": view.currency, "max": view.amount}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def signing_text(content: Mapping[str, Any]) -> str:
    """What the principal signs: the document's RFC 8785 form, whose UTF-8 bytes are signed."""
    return canonical.dumps(content).decode()


def thumbprint(public: bytes) -> str:
    """The RFC 7638 thumbprint of an Ed25519 public key (RFC 8037, appendix A.3)."""
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": _base64url(public)}
    return _base64url(hashlib.sha256(canonical.dumps(jwk)).digest())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def is_of_key(jkt: str, public_key: str) -> bool:
    """Whether a thumbprint is that of a public key, which is given as a Multikey."""
    try:
        return thumbprint(signing.from_multibase(public_key)) == jkt
    except ValueError:
        return False


def own_key_fault() -> FieldError:
    """What is wrong with an agent's key that the principal itself signs with."""
    return _fault(
        "/agent/jkt",
        "该密钥是委托人登记的签名密钥；智能体须另用一把未登记的密钥",
        "It is a registered signing key of the principal: give the agent a key of its own, which is not registered",
    )


def order_text(mandate: str, quote: str, key: str, amount: MoneyView, at: str) -> str:
    """What an agent signs of an order: the RFC 8785 form of these five members."""
    said = {"amount": amount.amount, "currency": amount.currency}
    content = {"mandate": mandate, "quote": quote, "key": key, "amount": said, "at": at}
    return canonical.dumps(content).decode()


def is_by_agent(jkt: str, public_key: str, signature: str, text: str) -> bool:
    """Whether the agent that a mandate names by its key's thumbprint has signed a text."""
    return is_of_key(jkt, public_key) and signing.verify_text(public_key, signature, text)


def moment(said: str) -> datetime:
    """A moment as an agent wrote it; raises InvalidInput for a day or an hour that there is not."""
    try:
        return datetime.fromisoformat(said)
    except ValueError as problem:
        text = Text("应为存在的日期与时间（UTC）", "Give a date and a time that exist, in UTC")
        raise InvalidInput(errors=[FieldError("/at", text, "LT-MND-02")]) from problem


def is_now(said: datetime, at: datetime, seconds: int) -> bool:
    """Whether a moment that was signed is less than so many seconds from the centre's."""
    return abs(said - at) < timedelta(seconds=seconds)


def money_of(limit: Limit, pointer: str) -> Money:
    """A limit as money; raises InvalidInput."""
    return Money.of(MoneyView(limit.max, limit.currency), pointer)


def human_above(data: DraftMandate) -> int | None:
    """The amount above which a person approves, in minor units of the budget's currency."""
    above = _above(data)
    return None if above is None else money_of(above, "/human_above").minor


def faults(data: DraftMandate, words: Words, at: datetime, table: MandateRules) -> list[FieldError]:
    """Everything that a mandate may not say."""
    return [*_word_faults(data, words), *_money_faults(data), *_term_faults(data, at, table)]


def _word_faults(data: DraftMandate, words: Words) -> Iterator[FieldError]:
    for at, seller in enumerate(data.sellers):
        if not is_id("pty", seller):
            yield _fault(f"/sellers/{at}", "应为主体编号", "Name a party by its id")
    purposes = sorted(words.purposes.bits)
    for at, purpose in enumerate(data.purposes):
        if purpose not in words.purposes.bits:
            listed = ", ".join(purposes)
            yield _fault(f"/purposes/{at}", f"应为以下之一：{listed}", f"Use one of {listed}")
    for at, code in enumerate(data.territory):
        if not words.is_place(code):
            zh, en = "应为 world、国别代码或 CN-15 一类的区划代码", "Use world, a country, or a division such as CN-15"
            yield _fault(f"/territory/{at}", zh, en)


def _money_faults(data: DraftMandate) -> Iterator[FieldError]:
    amounts: dict[str, Money] = {}
    for name, limit in (("per_order", data.per_order), ("budget", data.budget), ("human_above", _above(data))):
        if limit is None:
            continue
        try:
            amounts[name] = money_of(limit, f"/{name}")
        except DomainError as problem:
            yield from (_at_field(fault, name) for fault in problem.errors)
            continue
        if amounts[name].minor < (0 if name == "human_above" else 1):
            yield _fault(_pointer(name), "金额须大于零", "An amount is above zero")
    if data.per_order.currency != data.budget.currency:
        yield _fault("/per_order/currency", "单笔限额与总预算须同币种", "Both limits are in one currency")


def _above(data: DraftMandate) -> Limit | None:
    return None if data.human_above is None else Limit(currency=data.budget.currency, max=data.human_above)


def _pointer(name: str) -> str:
    return "/human_above" if name == "human_above" else f"/{name}/max"


def _at_field(fault: FieldError, name: str) -> FieldError:
    """A fault of an amount at the member of the mandate that holds it."""
    pointer = fault.pointer.replace("/amount", "/max") if name != "human_above" else "/human_above"
    return FieldError(pointer, fault.detail, DOCUMENT)


def _term_faults(data: DraftMandate, at: datetime, table: MandateRules) -> Iterator[FieldError]:
    if data.max_count > table.count_max:
        yield _fault("/max_count", f"最多 {table.count_max} 笔", f"At most {table.count_max}")
    if data.not_after <= data.not_before:
        yield _fault("/not_after", "须晚于 not_before", "It is after not_before")
    elif data.not_after - data.not_before > timedelta(days=table.term_days_max):
        yield _fault(
            "/not_after", f"期限最长 {table.term_days_max} 天", f"A term is at most {table.term_days_max} days"
        )
    if data.not_after <= at:
        yield _fault("/not_after", "须为将来的时间", "It is in the future")


def _fault(pointer: str, zh: str, en: str, rule: str = DOCUMENT) -> FieldError:
    return FieldError(pointer, Text(zh, en), rule)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a mandate lets be ordered, and at what amount; `places` are those that the licence may reach."""

    sellers: Sequence[str]
    purposes: Sequence[str]
    max_grade: str
    places: Sequence[str]
    per_order: Money


@dataclass(frozen=True, slots=True)
class Purchase:
    """What an agent would order, as it is sold."""

    seller: str
    purpose: str
    grade: str
    places: Sequence[str]
    amount: Money


def beyond(bounds: Bounds, purchase: Purchase) -> list[FieldError]:
    """Everything in which an order goes beyond its mandate; no seller named is none, and so are purposes and places."""
    return [*_beyond_scope(bounds, purchase), *_beyond_amount(bounds.per_order, purchase.amount)]


def _beyond_scope(bounds: Bounds, purchase: Purchase) -> Iterator[FieldError]:
    if purchase.seller not in bounds.sellers:
        listed = ", ".join(bounds.sellers)
        yield _fault("/seller", f"委托书所列提供方：{listed or '无'}", f"It names {listed or 'no seller'}", SCOPE)
    if purchase.purpose not in bounds.purposes:
        listed = ", ".join(bounds.purposes)
        yield _fault("/purpose", f"委托书所列用途：{listed or '无'}", f"It names {listed or 'no purpose'}", SCOPE)
    if GRADES.index(purchase.grade) > GRADES.index(bounds.max_grade):
        en = f"It goes up to {bounds.max_grade} data, and this is {purchase.grade}"
        yield _fault("/grade", f"委托书最高为“{bounds.max_grade}”，该数据为“{purchase.grade}”", en, SCOPE)
    outside = [place for place in purchase.places if not any(within(place, outer) for outer in bounds.places)]
    if outside:
        listed, beyond_ = ", ".join(bounds.places), ", ".join(outside)
        zh = f"委托书所列地域：{listed or '无'}；许可还及于 {beyond_}"
        yield _fault("/territory", zh, f"It names {listed or 'no place'}, and the licence reaches {beyond_}", SCOPE)


def _beyond_amount(limit: Money, amount: Money) -> Iterator[FieldError]:
    if amount.minor and amount.currency != limit.currency:
        yield _fault("/amount/currency", f"委托书以 {limit.currency} 计", f"It is in {limit.currency}", PER_ORDER)
    elif amount.minor > limit.minor:
        yield _fault("/amount", f"单笔至多 {limit}", f"At most {limit} an order", PER_ORDER)


@dataclass(frozen=True, slots=True)
class Approval:
    """What a person approves: which order of which agent, of what, for what, on which terms, at what amount."""

    mandate: str
    order: str
    quote: str
    listing: str
    purpose: str
    terms_digest: str
    amount: MoneyView

    @property
    def text(self) -> str:
        """What the principal signs to approve it, as its RFC 8785 form."""
        said = {"amount": self.amount.amount, "currency": self.amount.currency}
        content = {
            "type": APPROVAL_TYPE,
            "mandate": self.mandate,
            "order": self.order,
            "quote": self.quote,
            "listing": self.listing,
            "purpose": self.purpose,
            "terms_digest": self.terms_digest,
            "amount": said,
        }
        return canonical.dumps(content).decode()
