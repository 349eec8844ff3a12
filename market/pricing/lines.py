"""The lines of a charge: what, for which period, how much and why, with every step that led there; pure."""

from collections.abc import Iterator, Sequence
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
    AUDIT_COST = "audit-cost"


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
    AUDIT_COST = "audit-cost"
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
        "审计差异超过容差，补缴并承担审计费用",
        "the audit differs by more than the tolerance: paid up, with the audit's cost",
    ),
    Reason.AUDIT_COST: Text("审计费用，由少申报方承担", "the cost of the audit, borne by whoever declared too little"),
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


ONE: Final = 10**20
"""A minor unit in the exact amounts of this engine: whole numbers of 10^-20, since prices and rates have ten places.

Products of a quantity, a unit price and a rate are exact in it, and whole numbers are an order of magnitude faster than
fractions.
"""


def rounded(exact: int, parts: int = 1) -> int:
    """The nearest minor unit of an exact amount, or of one of so many equal parts of it, half to even.

    Raises ChargeTooLarge above what money reaches.
    """
    whole, rest = divmod(exact, ONE * parts)
    if rest * 2 > ONE * parts or (rest * 2 == ONE * parts and whole & 1):
        whole += 1
    if abs(whole) > MINOR_MAX:
        raise ChargeTooLarge(most=MINOR_MAX)
    return whole


def shown(exact: int, currency: str) -> str:
    """An exact amount in major units, as a decimal without zeros at its end."""
    places = 20 + EXPONENTS[currency]
    whole, rest = divmod(abs(exact), 10**places)
    said = f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"-{said}" if exact < 0 else said


def quotient(numerator: int, denominator: int, places: int = 0) -> str:
    """A quotient as an exact decimal where it has one of ten places, else as a fraction in lowest terms."""
    value = Fraction(numerator, denominator * 10**places)
    if 10**40 % value.denominator == 0:
        digits = str(abs(value.numerator) * (10**40 // value.denominator)).rjust(41, "0")
        said = f"{digits[:-40]}.{digits[-40:]}".rstrip("0").rstrip(".")
        return f"-{said}" if value < 0 else said
    return f"{value.numerator}/{value.denominator}"


def remaining(lines: Sequence[Line], prior: Sequence[Line], currency: str) -> Iterator[Line]:
    """What lines come to beyond those that were charged before; what stays the same is not charged again."""
    charged: dict[tuple[LineKind, str], list[Line]] = {}
    for one in prior:
        charged.setdefault((one.kind, one.component), []).append(one)
    for one in lines:
        before = charged.pop((one.kind, one.component), [])
        if not before:
            yield one
            continue
        minor, quantity = sum(each.amount_minor for each in before), sum(each.quantity or 0 for each in before)
        if one.amount_minor != minor or (one.quantity or 0) != quantity:
            yield _difference(one, minor, quantity, currency)
    for before in charged.values():
        minor, quantity = sum(each.amount_minor for each in before), sum(each.quantity or 0 for each in before)
        if minor or quantity:
            nothing = msgspec.structs.replace(
                before[0], amount_minor=0, exact="0", quantity=None if before[0].quantity is None else 0, trace=()
            )
            yield _difference(nothing, minor, quantity, currency)


def _difference(one: Line, minor: int, quantity: int, currency: str) -> Line:
    left = one.amount_minor - minor
    formula = f"{shown(one.amount_minor * ONE, currency)} - {shown(minor * ONE, currency)}"
    step = Step(StepKind.CHARGED, formula, shown(left * ONE, currency))
    return msgspec.structs.replace(
        one,
        quantity=None if one.quantity is None else one.quantity - quantity,
        exact=shown(left * ONE, currency),
        amount_minor=left,
        reason=Reason.ADJUSTED,
        trace=(*one.trace, step),
    )


def total(lines: Sequence[Line]) -> int:
    """What lines come to, in minor units of their one currency."""
    return sum(one.amount_minor for one in lines)
