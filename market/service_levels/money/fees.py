"""What the buyer has paid under an agreement, and for which time: the price of its order, and its bills."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select

from contracts.agreements import licensing
from contracts.agreements.models import Agreement
from kernel.act import Act
from kernel.time.clock import day_in_china, start_of_day_in_china
from market.billing.models import Bill, BillLine
from market.billing.running.drawing import BROUGHT, CARRIED, key_of
from market.billing.states import OPEN, BillState
from market.delivery_plans.models import DeliveryPart
from market.delivery_plans.states import PartState
from market.ledger import queries as books
from market.orders.models import Order
from market.orders.states import OrderState
from market.pricing.dues import opening
from market.pricing.lines import LineKind
from market.pricing.periods import cadences, period
from market.refunds.models import Refund
from market.refunds.states import ENDED, RefundState
from market.service_levels.models import ServiceWindow
from market.service_levels.rules import Paid
from market.subscriptions import queries as subscriptions
from market.subscriptions.models import Subscription
from market.subscriptions.plans import advance, arrears, of_cadence

_UNSETTLED: Final = (OrderState.PLACED, OrderState.PAID, OrderState.DELIVERED, OrderState.ACCEPTED)

_ONCE: Final = (LineKind.ENTRY, LineKind.BUNDLE, LineKind.INSTALMENT)
"""What is paid for the whole term, whenever it falls due."""

_NO_FEES: Final = (CARRIED, BROUGHT, LineKind.AUDIT_COST)
"""Lines that are for no service: what goes from one bill to the next, and what an audit cost."""


@dataclass(frozen=True, slots=True)
class Account:
    """An agreement with what its money moves by: its order, and its subscription where it has a plan."""

    agreement: Agreement
    order: Order
    subscription: Subscription | None


async def account(act: Act, agreement: Agreement, order: Order) -> Account:
    """All that an agreement's fees are read from."""
    return Account(agreement, order, await subscriptions.of_agreement(act.session, agreement.id))


async def awaited(act: Act, held: Account, row: ServiceWindow) -> bool:
    """Whether something for the time of a window is still to be settled, billed or paid: its fee is not known before.

    Each of these has a clock of its own: an order lapses or is accepted, a period ends, a bill is paid or written off.
    """
    if held.order.amount_minor and held.order.status in _UNSETTLED:
        return True
    plan = held.subscription
    if plan is None:
        return False
    until = start_of_day_in_china(row.ends_on)
    waiting = exists().where(
        Bill.subscription_id == plan.id,
        Bill.status.in_(OPEN),
        BillLine.bill_id == Bill.id,
        BillLine.kind != LineKind.AUDIT_COST,
        BillLine.period_start < until,
        BillLine.period_end > start_of_day_in_china(row.starts_on),
    )
    return _unbilled(plan, row) or bool(await act.session.scalar(select(waiting)))


def _unbilled(plan: Subscription, row: ServiceWindow) -> bool:
    """Whether a period that reaches into the window has yet to be billed."""
    if plan.bill_at is None:
        return False
    until = min(start_of_day_in_china(row.ends_on), plan.ended_at or start_of_day_in_china(row.ends_on))
    terms = subscriptions.plan_of(plan.plan)
    for cadence in cadences(terms, plan.anchor_on):
        parts = of_cadence(terms, cadence)
        ahead, behind = plan.billed.get(key_of(cadence), [int(plan.opened_by_order), 0])
        due = [ahead] if any(one in advance(terms) for one in parts) else []
        due += [behind] if any(one in arrears(terms) for one in parts) else []
        if any(period(cadence, n).since < until for n in due):
            return True
    return False


class Charged(NamedTuple):
    """A line of an order's price or of a bill: what it is for, its minor units, and its period."""

    subject: str
    kind: str
    minor: int
    times: tuple[datetime, datetime]


async def paid(act: Act, held: Account) -> list[Paid]:
    """What was paid under an agreement and was not paid back, each part with its time.

    What is paid once is for the whole term; a line of a bill is for its period, also one that gives back.
    """
    last = licensing.ends_on(held.agreement, act.at)
    if last is None or held.agreement.in_force_at is None:
        return []
    term = (
        start_of_day_in_china(day_in_china(held.agreement.in_force_at)),
        start_of_day_in_china(last + timedelta(days=1)),
    )
    if held.subscription is None:
        settled = held.order.status is OrderState.SETTLED
        lines = await _price(act, held.order, term) if settled else []
    else:
        lines = [*await _opening(act, held.order, held.subscription), *await _billed(act, held.subscription)]
    kept = {subject: await _kept(act, held, subject) for subject in {one.subject for one in lines}}
    return [
        Paid(round(one.minor * kept[one.subject]), *(term if one.kind in _ONCE else one.times), one.subject)
        for one in lines
    ]


async def _kept(act: Act, held: Account, subject: str) -> Fraction:
    """The part of an order's price or of a bill that was not refunded, nor lost to a card dispute.

    What went back for the days after the agreement's end lowers nothing: no window lies there.
    """
    gone = select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
        Refund.subject_id == subject,
        Refund.status.not_in((*ENDED, RefundState.PROPOSED)),
        Refund.because.is_distinct_from(held.agreement.id),
    )
    back = int(await act.session.scalar(gone) or 0)
    back += (await books.lost_to_disputes(act.session, subject, held.agreement.currency)).minor
    price = await _whole(act, held.order, subject)
    return Fraction(max(price - back, 0), price) if price else Fraction(1)


async def _whole(act: Act, order: Order, subject: str) -> int:
    """What a subject came to before anything of it went back."""
    if subject == order.id:
        return order.amount_minor
    column = DeliveryPart.amount_minor if order.in_parts else Bill.total_minor
    return int(await act.session.scalar(select(column).where(column.class_.id == subject)) or 0)


async def _price(act: Act, order: Order, term: tuple[datetime, datetime]) -> list[Charged]:
    """What was paid for an order; of a delivery in parts, for those that were accepted."""
    if not order.in_parts:
        return [Charged(order.id, LineKind.ENTRY, order.amount_minor, term)]
    accepted = select(DeliveryPart.id, DeliveryPart.amount_minor).where(
        DeliveryPart.order_id == order.id, DeliveryPart.status == PartState.ACCEPTED
    )
    return [Charged(part, LineKind.ENTRY, minor, term) for part, minor in await act.session.execute(accepted)]


async def _opening(act: Act, order: Order, plan: Subscription) -> list[Charged]:
    """The lines that the order's price was made of."""
    if order.status is not OrderState.SETTLED or not plan.opened_by_order:
        return []
    first, *_ = await subscriptions.plans_before(act.session, plan.id, act.at)
    placed_on = order.placed_at.astimezone(ZoneInfo(plan.zone)).date()
    return [
        Charged(order.id, one.kind, one.amount_minor, (one.period_start, one.period_end))
        for one in opening(first, placed_on)
    ]


async def _billed(act: Act, plan: Subscription) -> list[Charged]:
    """The lines of bills that are paid; what is only carried from one bill to the next is in them already."""
    query = (
        select(Bill.id, BillLine.kind, BillLine.amount_minor, BillLine.period_start, BillLine.period_end)
        .join(Bill, Bill.id == BillLine.bill_id)
        .where(Bill.subscription_id == plan.id, Bill.status == BillState.PAID, BillLine.kind.not_in(_NO_FEES))
    )
    rows = await act.session.execute(query)
    return [Charged(bill, kind, minor, (since, until)) for bill, kind, minor, since, until in rows]
