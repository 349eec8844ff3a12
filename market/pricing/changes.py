"""A change of plan within a period: the unused part of what was paid, and the rest under the new plan; pure."""

from datetime import datetime

import msgspec

from contracts.terms.prices import Plan, Recurring, cadence
from market.pricing.charging import Due, charge, line, prorated
from market.pricing.errors import PlansIncomparable
from market.pricing.lines import Line, LineKind, Reason, Step, shown
from market.pricing.periods import Period
from market.pricing.tariffs import exact
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
    return [part for part in parts if part.in_advance and cadence(part) == period.length]


def _length(period: Period) -> str:
    return f"{period.every} {period.unit}"


def _credits(old: Plan, left: Period, period: Period, paid_minor: int) -> list[Line]:
    """What is given back of the old fees: what was paid is theirs in their order, and each is due for the part paid."""
    lines: list[Line] = []
    for part in _fees(old, period):
        fee = exact(part.amount, old.currency)
        due = prorated(fee, period, old.currency, [])[1]
        paid = min(paid_minor, due)
        paid_minor -= paid
        if not paid:
            continue
        price = fee if paid == due else fee * paid // due
        trace: list[Step] = []
        said, minor = prorated(price, left, old.currency, trace)
        told = f"-{said or shown(price, old.currency)}"
        lines.append(line(old, LineKind.RECURRING, part.name, left, 0, Reason.UNUSED, trace, minor=-minor, said=told))
    return lines
