"""What was paid in advance for a period that runs, line by line, and what of it is for the time that is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from sqlalchemy import select

from contracts.terms.prices import Plan, Recurring
from kernel.act import Act
from market.billing.models import Bill, BillLine
from market.billing.running.drawing import CREDIT
from market.billing.states import BillState
from market.orders.models import Order
from market.pricing.charging import Due, charge
from market.pricing.lines import LineKind
from market.pricing.periods import Period
from market.pricing.usage import NOTHING
from market.subscriptions.models import Subscription, SubscriptionPlan
from market.subscriptions.queries import plan_of


@dataclass(frozen=True, slots=True)
class PaidAhead:
    """A line that was paid, by an order or a bill, for a time: minor units, below zero where a change gave back."""

    subject: str
    minor: int
    since: datetime
    until: datetime


def unused(lines: Sequence[PaidAhead], at: datetime) -> Fraction:
    """What of lines is for the time from a moment on, in minor units, exactly: each in proportion to its time."""
    parts = (one.minor * _ratio(one.until - min(max(at, one.since), one.until), one.until - one.since) for one in lines)
    return sum(parts, Fraction(0))


def _ratio(part: timedelta, whole: timedelta) -> Fraction:
    return Fraction(part // _TICK, whole // _TICK)


_TICK: Final = timedelta(microseconds=1)


def for_whole(lines: Sequence[PaidAhead], at: datetime, within: Period) -> int:
    """What a whole period would have cost at what was paid for the rest of it from a moment on, in minor units.

    An earlier change of the plan in the same period has given back a part, and was paid for a part only.
    """
    return max(round(unused(lines, at) * _ratio(within.until - within.since, within.until - at)), 0)


async def paid_ahead(act: Act, row: Subscription, within: Period, parts: Sequence[Recurring]) -> list[PaidAhead]:
    """What was paid in advance for a period, by the order that opened the subscription and by bills; of some parts.

    A bill that is not paid counts for nothing: neither a change nor an end gives back what nobody has paid.
    """
    names = [part.name for part in parts]
    query = (
        select(Bill.id, BillLine.amount_minor, BillLine.period_start, BillLine.period_end)
        .join(Bill, Bill.id == BillLine.bill_id)
        .where(BillLine.subscription_id == row.id, BillLine.component.in_(names), Bill.status == BillState.PAID)
        .where(BillLine.kind.in_((str(LineKind.RECURRING), CREDIT)), BillLine.period_end == within.until)
    )
    billed = [PaidAhead(*one) for one in await act.session.execute(query.order_by(Bill.n, BillLine.n))]
    return [*await _by_order(act, row, within, names), *billed]


async def _by_order(act: Act, row: Subscription, within: Period, names: Sequence[str]) -> list[PaidAhead]:
    if within.n or not row.opened_by_order:
        return []
    order = await act.session.get_one(Order, row.order_id)
    if order.paid_at is None:
        return []
    begun = charge(await _first_plan(act, row), NOTHING, within, due=Due.BEGIN)
    return [
        PaidAhead(order.id, one.amount_minor, one.period_start, one.period_end)
        for one in begun
        if one.component in names
    ]


async def _first_plan(act: Act, row: Subscription) -> Plan:
    query = select(SubscriptionPlan.plan).where(
        SubscriptionPlan.subscription_id == row.id, SubscriptionPlan.number == 1
    )
    return plan_of((await act.session.scalars(query)).one())
