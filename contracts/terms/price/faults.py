"""What is wrong with a price, each fault with its place: it must be possible to compute, and to pay; pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from contracts.terms.errors import TermsContradictory
from contracts.terms.prices import (
    Bundle,
    Component,
    Coupon,
    Entry,
    Every,
    Flat,
    Graduated,
    Instalments,
    Metered,
    OneOff,
    OnRequest,
    Package,
    Plan,
    PriceTerms,
    Recurring,
    RevenueShare,
    Tariff,
    Trial,
    Volume,
    cadence,
)
from kernel.errors import DomainError, FieldError
from kernel.money import EXPONENTS, MINOR_MAX, Money
from kernel.text import Text

_RULE: Final = TermsContradictory.rule


def faults(price: PriceTerms, pointer: str, *, public: bool) -> Iterator[FieldError]:
    """Every fault of a price; `public` says that the terms are an offer to the public, which nobody signs."""
    if isinstance(price, OneOff):
        yield from _one_off(price, pointer)
    elif isinstance(price, OnRequest) and not public:
        text = Text(
            "询价不是价格：约定的条件须写明价款，或无偿（free）",
            "A price on request is no price: agreed terms say what is to be paid, or that nothing is (free)",
        )
        yield FieldError(pointer, text, _RULE)
    elif isinstance(price, Plan):
        yield from _plan(price, pointer)


def _one_off(price: OneOff, pointer: str) -> Iterator[FieldError]:
    try:
        money = Money.of(price.amount, f"{pointer}/amount")
    except DomainError as problem:
        yield from problem.errors
    else:
        if not 0 < money.minor <= MINOR_MAX:
            text = Text("价格须大于零；无偿的用 free", "A price is above zero; what costs nothing is free")
            yield FieldError(f"{pointer}/amount/amount", text, _RULE)


def _plan(plan: Plan, pointer: str) -> Iterator[FieldError]:
    places = EXPONENTS.get(plan.currency)
    if places is None:
        known = "、".join(EXPONENTS), ", ".join(EXPONENTS)
        text = Text(f"币种应为以下之一：{known[0]}", f"Use one of {known[1]}")
        yield FieldError(f"{pointer}/currency", text, _RULE)
        return
    if plan.zone not in _zones():
        text = Text("不是 IANA 时区名，如 Asia/Shanghai", "It is no name of an IANA zone, such as Asia/Shanghai")
        yield FieldError(f"{pointer}/zone", text, _RULE)
    yield from _names(plan, pointer)
    for at, part in enumerate(plan.components):
        yield from _component(part, f"{pointer}/components/{at}", places, plan)
    if plan.coupon is not None:
        yield from _coupon(plan.coupon, f"{pointer}/coupon", places, plan)
    yield from _bounds(plan, pointer, places)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _names(plan: Plan, pointer: str) -> Iterator[FieldError]:
    seen: set[str] = set()
    for at, part in enumerate(plan.components):
        if part.name in seen:
            text = Text(f"名称 {part.name} 已被使用", f"The name {part.name} is given twice")
            yield FieldError(f"{pointer}/components/{at}/name", text, _RULE)
        seen.add(part.name)
    trials = [at for at, part in enumerate(plan.components) if isinstance(part, Trial)]
    if len(trials) == len(plan.components):
        text = Text("只有试用没有价款：无偿的用 free", "A trial alone has no price: what costs nothing is free")
        yield FieldError(f"{pointer}/components", text, _RULE)
    for at in trials[1:]:
        text = Text("一个方案只有一次试用，试用不得再试用", "A plan has one trial, and there is no trial of a trial")
        yield FieldError(f"{pointer}/components/{at}", text, _RULE)


def amount_faults(said: str, pointer: str, places: int, *, zero: bool = False) -> Iterator[FieldError]:
    """What is wrong with an amount of a plan: too precise for its currency, nothing, or above what money reaches."""
    amount = Decimal(said)
    if len(said.partition(".")[2]) > places:
        text = Text(f"该币种最多 {places} 位小数", f"The currency has at most {places} places")
        yield FieldError(pointer, text, _RULE)
    elif amount == 0 and not zero:
        text = Text("金额须大于零；不收取的不写", "An amount is above zero; what is not charged is left out")
        yield FieldError(pointer, text, _RULE)
    elif amount.scaleb(places) > MINOR_MAX:
        yield FieldError(pointer, Text("金额过大", "The amount is too large"), _RULE)


def _component(part: Component, pointer: str, places: int, plan: Plan) -> Iterator[FieldError]:
    if isinstance(part, Entry | Recurring | Instalments | Bundle):
        yield from amount_faults(part.amount, f"{pointer}/amount", places)
    if isinstance(part, Recurring):
        yield from _anchor(part, pointer, plan)
    elif isinstance(part, Metered):
        yield from _tariff(part.tariff, f"{pointer}/tariff", places)
        if part.cap is not None:
            yield from amount_faults(part.cap, f"{pointer}/cap", places)
    elif isinstance(part, RevenueShare):
        yield from amount_faults(part.guarantee, f"{pointer}/guarantee", places, zero=True)
        if Decimal(part.rate) == 0:
            text = Text("分成比例须大于零", "A share of the revenue is above zero")
            yield FieldError(f"{pointer}/rate", text, _RULE)
    elif isinstance(part, Instalments):
        yield from _instalments(part, pointer, places, plan.currency)
    elif isinstance(part, Bundle):
        yield from _bundle(part, pointer)
    elif isinstance(part, Trial):
        yield from _trial(part, pointer, plan)


def _anchor(part: Recurring, pointer: str, plan: Plan) -> Iterator[FieldError]:
    """A day of the month is an anchor of months and years only, and a plan has one for each length of period."""
    if part.anchor_day is not None and part.unit not in (Every.MONTH, Every.YEAR):
        text = Text("按日、按周的周期没有起始日", "Periods of days or weeks have no day of the month")
        yield FieldError(f"{pointer}/anchor_day", text, _RULE)
    same = [one for one in plan.components if isinstance(one, Recurring) and cadence(one) == cadence(part)]
    if part.anchor_day != same[0].anchor_day:
        text = Text("同一周期的各项须有相同的起始日", "Parts of one length of period begin on the same day")
        yield FieldError(f"{pointer}/anchor_day", text, _RULE)


def _tariff(tariff: Tariff, pointer: str, places: int) -> Iterator[FieldError]:
    if isinstance(tariff, Package):
        yield from amount_faults(tariff.price, f"{pointer}/price", places)
    elif isinstance(tariff, Flat):
        if Decimal(tariff.unit_price) == 0:
            text = Text("单价须大于零；不计费的不写", "A unit price is above zero; what is not charged is left out")
            yield FieldError(f"{pointer}/unit_price", text, _RULE)
    else:
        yield from _tiers(tariff, pointer)


def _tiers(tariff: Graduated | Volume, pointer: str) -> Iterator[FieldError]:
    """Tiers follow one another from nothing on: each reaches further than the one before, and only the last is open."""
    reached, last = 0, len(tariff.tiers) - 1
    for at, tier in enumerate(tariff.tiers):
        here = f"{pointer}/tiers/{at}/up_to"
        if tier.up_to is None and at != last:
            text = Text("开放的档次只能有一个，且在最后", "One tier is open, and it is the last")
            yield FieldError(here, text, _RULE)
        elif tier.up_to is not None and at == last:
            text = Text(
                f"超过 {tier.up_to} 的用量没有价格：最后一档不写 up_to",
                f"There is no price above {tier.up_to}: the last tier has no up_to",
            )
            yield FieldError(here, text, _RULE)
        elif tier.up_to is not None and tier.up_to <= reached:
            text = Text(
                f"与前一档重叠或为空：应大于 {reached}", f"It overlaps the tier before, or is empty: above {reached}"
            )
            yield FieldError(here, text, _RULE)
        reached = max(reached, tier.up_to or 0)
    if all(Decimal(tier.unit_price) == 0 for tier in tariff.tiers):
        text = Text("各档单价均为零：不计费的不写", "Every tier costs nothing: what is not charged is left out")
        yield FieldError(f"{pointer}/tiers", text, _RULE)


def _instalments(part: Instalments, pointer: str, places: int, currency: str) -> Iterator[FieldError]:
    for at, one in enumerate(part.parts):
        if (one.due_on is None) == (one.due_days is None):
            text = Text(
                "每期写明到期日 due_on，或开始后的天数 due_days，二者择一",
                "A part is due on a day (due_on) or so many days after the beginning (due_days): one of the two",
            )
            yield FieldError(f"{pointer}/parts/{at}", text, _RULE)
    whole = int(Decimal(part.amount).scaleb(places))
    shares = Money(whole, currency).split(*(one.weight for one in part.parts))
    for at, share in enumerate(shares):
        if whole and not share.minor:
            text = Text("该期不足一个最小货币单位", "This part comes to less than the smallest unit of the currency")
            yield FieldError(f"{pointer}/parts/{at}/weight", text, _RULE)


def _bundle(part: Bundle, pointer: str) -> Iterator[FieldError]:
    listings = [member.listing for member in part.members]
    for at, listing in enumerate(listings):
        if listing in listings[:at]:
            text = Text(f"{listing} 已在组合中", f"{listing} is in the bundle already")
            yield FieldError(f"{pointer}/members/{at}/listing", text, _RULE)


def _trial(part: Trial, pointer: str, plan: Plan) -> Iterator[FieldError]:
    """A trial ends after days or after units, one of the two; what is counted is something that the plan counts."""
    by_units = part.meter is not None or part.units is not None
    if (part.days is not None) == by_units or (by_units and not (part.meter and part.units)):
        text = Text(
            "试用以天数 days 为限，或以计量 meter 与正的数量 units 为限，二者择一",
            "A trial ends after days, or after units of a meter, above zero: one of the two",
        )
        yield FieldError(pointer, text, _RULE)
    elif part.meter is not None and all(
        not isinstance(one, Metered) or one.meter is not part.meter for one in plan.components
    ):
        text = Text(f"方案没有按 {part.meter} 计费", f"The plan charges nothing by {part.meter}")
        yield FieldError(f"{pointer}/meter", text, _RULE)


def _coupon(coupon: Coupon, pointer: str, places: int, plan: Plan) -> Iterator[FieldError]:
    yield from amount_faults(coupon.amount, f"{pointer}/amount", places, zero=True)
    if Decimal(coupon.rate) == 0 and Decimal(coupon.amount) == 0:
        text = Text("优惠须有比例或金额", "A coupon takes off a rate or an amount")
        yield FieldError(pointer, text, _RULE)
    if Decimal(coupon.amount) != 0:
        yield from _one_period(plan, f"{pointer}/amount")


def _bounds(plan: Plan, pointer: str, places: int) -> Iterator[FieldError]:
    """What a period comes to is bounded where there is one kind of period, and the least is not above the most."""
    for name in ("minimum", "maximum"):
        if (said := getattr(plan, name)) is not None:
            yield from amount_faults(said, f"{pointer}/{name}", places)
            yield from _one_period(plan, f"{pointer}/{name}")
    if plan.minimum is not None and plan.maximum is not None and Decimal(plan.minimum) > Decimal(plan.maximum):
        text = Text(
            f"最低 {plan.minimum} 高于最高 {plan.maximum}",
            f"The minimum {plan.minimum} is above the maximum {plan.maximum}",
        )
        yield FieldError(f"{pointer}/minimum", text, _RULE)


def _one_period(plan: Plan, pointer: str) -> Iterator[FieldError]:
    lengths: Sequence[object] = list({cadence(part) for part in plan.components if cadence(part) is not None})
    if len(lengths) != 1:
        text = Text("须有且只有一种周期", "It is of a period: the plan has one length of period, and only one")
        yield FieldError(pointer, text, _RULE)
