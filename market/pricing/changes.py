"""A change of plan within a period: the unused part of what was paid, and the rest under the new plan; pure."""

from datetime import datetime
from fractions import Fraction

import msgspec

from contracts.terms.prices import Plan, Recurring
from kernel.money import EXPONENTS
from market.pricing.charging import Due, charge, line, prorated
from market.pricing.errors import PlansIncomparable
from market.pricing.lines import Line, LineKind, Reason, Step
from market.pricing.periods import Period
from market.pricing.tariffs import number
from market.pricing.usage import NOTHING


def change(old: Plan, new: Plan, at: datetime, period: Period, paid_minor: int) -> tuple[Line, ...]:
    """The lines of a change at a moment of a period, in one document: a credit for each old fee, then the new fees.

    Only what was paid for the period in advance is credited, in proportion to the time that is left of it; the new plan
    is charged for the same time. Raises PlansIncomparable for another currency or for a new plan without a period of
    this length, and ValueError for a moment outside the period.
    """
    left = period.part(since=at)
    if old.currency != new.currency:
        raise PlansIncomparable(old=old.currency, new=new.currency)
    fees = _fees(new, period)
    if not fees:
        raise PlansIncomparable(old=_length(period), new="-")
    lines = charge(new, NOTHING, left, due=Due.BEGIN)
    return (
        *_credits(old, left, period, paid_minor),
        *(msgspec.structs.replace(one, reason=Reason.UPGRADED) for one in lines),
    )


def _fees(plan: Plan, period: Period) -> list[Recurring]:
    parts = [part for part in plan.components if isinstance(part, Recurring)]
    return [part for part in parts if part.in_advance and (part.every, part.unit) == period.length]


def _length(period: Period) -> str:
    return f"{period.every} {period.unit}"


def _credits(old: Plan, left: Period, period: Period, paid_minor: int) -> list[Line]:
    """What is given back of the old fees: what was paid is theirs in proportion, the oldest component first."""
    lines: list[Line] = []
    scale = 10 ** EXPONENTS[old.currency]
    for part in _fees(old, period):
        whole = number(part.amount) * scale
        exact_due = whole * _served(period)
        paid = min(Fraction(paid_minor), exact_due)
        paid_minor -= int(paid)
        if not paid or not exact_due:
            continue
        trace: list[Step] = []
        exact, minor = prorated(whole * (paid / exact_due), left, old.currency, trace)
        lines.append(
            line(old, LineKind.RECURRING, part.name, left, -exact, Reason.UNUSED, trace, minor=-minor, quantity=None)
        )
    return lines


def _served(period: Period) -> Fraction:
    """The share of the whole period that was charged."""
    micro = (period.until - period.since), (period.end - period.start)
    return Fraction(int(micro[0].total_seconds()), int(micro[1].total_seconds()))
