"""The lines of a charge: what, for which period, how much and why, with every step that led there; pure."""

from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from kernel.money import EXPONENTS, MINOR_MAX
from kernel.text import Text
from market.pricing.errors import ChargeTooLarge


class LineKind(StrEnum):
    """What a line is for."""

    ENTRY = "entry"
    RECURRING = "recurring"
    USAGE = "usage"
    INCLUDED = "included"
    TRIAL = "trial"
    REVENUE_SHARE = "revenue-share"
    INSTALMENT = "instalment"
    BUNDLE = "bundle"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"


class Reason(StrEnum):
    """Why a line costs what it costs, also where that is nothing."""

    AGREED = "agreed"
    PRORATED = "prorated"
    USED = "used"
    NOT_USED = "not-used"
    INCLUDED = "included"
    ON_TRIAL = "on-trial"
    REDUCED = "reduced"
    CAPPED = "capped"
    BELOW_MINIMUM = "below-minimum"
    ABOVE_MAXIMUM = "above-maximum"
    DECLARED = "declared"
    GUARANTEED = "guaranteed"
    AUDITED = "audited"
    NOT_DECLARED = "not-declared"
    AUDIT_DIFFERENCE = "audit-difference"
    ADJUSTED = "adjusted"
    UNUSED = "unused"
    UPGRADED = "upgraded"


REASONS: Final = {
    Reason.AGREED: Text("按约定", "as agreed"),
    Reason.PRORATED: Text("按周期内的时间比例", "for a part of the period"),
    Reason.USED: Text("按用量", "for what was used"),
    Reason.NOT_USED: Text("没有用量", "nothing was used"),
    Reason.INCLUDED: Text("在免费用量之内", "within the free units"),
    Reason.ON_TRIAL: Text("试用", "on trial"),
    Reason.REDUCED: Text("已扣优惠", "less the coupon"),
    Reason.CAPPED: Text("达到该项上限", "the cap of the component is reached"),
    Reason.BELOW_MINIMUM: Text("补足每期最低", "made up to the minimum of the period"),
    Reason.ABOVE_MAXIMUM: Text("超过每期最高的不收", "what is above the maximum of the period is not charged"),
    Reason.DECLARED: Text("按申报的收入", "of the revenue that was declared"),
    Reason.GUARANTEED: Text("按最低保证", "the guaranteed least"),
    Reason.AUDITED: Text("按审计的收入", "of the revenue that the audit found"),
    Reason.NOT_DECLARED: Text("未申报，按最低保证", "nothing was declared: the guaranteed least"),
    Reason.AUDIT_DIFFERENCE: Text(
        "审计差异超过容差，补缴", "the audit differs by more than the tolerance: paid up, with the audit's cost"
    ),
    Reason.ADJUSTED: Text("补记或更正", "recorded late, or corrected"),
    Reason.UNUSED: Text("退回未用部分", "the unused part is credited"),
    Reason.UPGRADED: Text("新方案的剩余部分", "the rest of the period under the new plan"),
}


class StepKind(StrEnum):
    """What one step of a computation does."""

    AGGREGATE = "aggregate"
    TRIAL = "trial"
    INCLUDE = "include"
    PRICE = "price"
    REDUCE_RATE = "reduce-rate"
    REDUCE_AMOUNT = "reduce-amount"
    CAP = "cap"
    PRORATE = "prorate"
    BOUND = "bound"
    ROUND = "round"
    CHARGED = "charged"


class Step(msgspec.Struct, frozen=True):
    """One step: what was done, with which numbers, and what came of it, in major units and exact."""

    step: StepKind
    formula: str
    value: str


class Line(msgspec.Struct, frozen=True):
    """A charge, or a credit where it is negative, with all that led to it; `exact` is before rounding."""

    kind: LineKind
    component: str
    period_start: datetime
    period_end: datetime
    quantity: int | None
    unit_price: str | None
    exact: Annotated[str, Meta(description="取整前的精确值，小数或分数 · before rounding, a decimal or a fraction")]
    amount_minor: int
    currency: str
    reason: Reason
    trace: tuple[Step, ...]


def rounded(exact: Fraction) -> int:
    """The nearest whole number, half to even; raises ChargeTooLarge above what money reaches."""
    numerator, denominator = exact.numerator, exact.denominator
    whole, rest = divmod(numerator, denominator)
    if rest * 2 > denominator or (rest * 2 == denominator and whole & 1):
        whole += 1
    if abs(whole) > MINOR_MAX:
        raise ChargeTooLarge(most=MINOR_MAX)
    return whole


def shown(minor: Fraction | int, currency: str) -> str:
    """An amount of minor units in major ones: a decimal where it is finite, else a fraction."""
    return decimal(Fraction(minor, 10 ** EXPONENTS[currency]))


def decimal(value: Fraction) -> str:
    """A number as an exact decimal without zeros at its end, or as a fraction where it has none."""
    numerator, denominator = value.numerator, value.denominator
    if denominator == 1:
        return str(numerator)
    places, scale = 0, 1
    while scale % denominator:
        places, scale = places + 1, scale * 10
        if places > _PLACES_MAX:
            return f"{numerator}/{denominator}"
    digits = str(abs(numerator) * (scale // denominator)).rjust(places + 1, "0")
    return f"{'-' if numerator < 0 else ''}{digits[:-places]}.{digits[-places:]}"


_PLACES_MAX: Final = 40
