"""What a complaint does to money: what can go back, what is held, and what is paid back or let go in the end."""

from sqlalchemy import select

from contracts.agreements import commands as agreements
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.money import Money
from market.complaints import rules
from market.complaints.models import Complaint
from market.delivery_plans.models import DeliveryPart
from market.orders import commands as orders
from market.orders.models import Order
from market.orders.states import OrderState
from market.partial_deliveries import commands as partial_deliveries
from market.refunds import sharing
from market.refunds.commands import open_refund
from market.refunds.errors import NothingPaid
from market.refunds.paid import paid_for, payment_of_bill
from market.splits.models import Distribution
from market.withholding import commands as withholding
from market.withholding import holding
from market.withholding.queries import COMPLAINT, Ground

_BASIS = "该笔款项的投诉尚未了结 · a complaint about the money is open"


async def left(act: Act, subject: str, order: Order) -> Money:
    """What was paid for an order or a bill and can still go back; nothing of what was free."""
    try:
        return (await paid_for(act, subject)).left
    except NothingPaid:
        return Money(0, order.currency)


async def hold(act: Act, row: Complaint, order: Order) -> None:
    """Keep what is in dispute where it is: in escrow, or of the shares that it was divided into."""
    of = await act.session.scalar(select(Distribution).where(Distribution.subject == row.subject))
    if (part := await part_of(act, row)) is not None:
        part.complaint_id, part.disputed_minor = row.id, row.disputed_minor
    elif row.bill_id is None:
        orders.hold(order, row.id, row.disputed)
    if of is None or not row.disputed_minor:
        return
    shares = await sharing.remaining(act.session, of)
    legs, minor = [each.leg for each in shares], [each.minor for each in shares]
    await holding.hold_part(act.by(SYSTEM), of, legs, minor, row.disputed, Ground(COMPLAINT, row.id, _BASIS))


async def let_go(act: Act, row: Complaint, order: Order) -> None:
    """Give back what is still held, and let the inspection go on where it had not ended."""
    await withholding.release_for(act.by(SYSTEM), COMPLAINT, row.id)
    until = rules.working(act.today, rules.TABLE.version(row.policy["version"]).body.resume_working_days)
    if (part := await part_of(act, row)) is not None:
        part.complaint_id = part.disputed_minor = None
        if part.inspection_due_at is not None:
            part.inspection_due_at = max(part.inspection_due_at, until)
    elif row.bill_id is None and order.complaint_id == row.id:
        orders.let_go(order, until)


async def part_of(act: Act, row: Complaint) -> DeliveryPart | None:
    """The part of a delivery that a complaint is about, locked."""
    return await locked(act.session, DeliveryPart, row.subject) if row.subject.startswith("prt_") else None


async def require_uncontested(act: Act, row: Complaint, amount: Money) -> None:
    """Raise PaymentDisputed while a card's bank has the payment of the bill; `left` says so of an order's."""
    if row.bill_id is not None and amount.minor:
        await payment_of_bill(act, row.bill_id, amount)


async def pay_back(act: Act, row: Complaint, order: Order, amount: Money, *, whole: bool) -> None:
    """Pay back an amount that can go back; `whole` says that it is all that is left.

    The whole of an order ends its agreement; a part leaves the buyer with what was delivered, which then counts as
    accepted.
    """
    reason = f"投诉 {row.id} 的处理结果 · the outcome of the complaint {row.id}"
    refund = await open_refund(act.by(SYSTEM), subject=row.subject, money=amount, reason=reason, because=row.id)
    row.refund_id, row.paid_back_minor = refund.id, amount.minor
    if row.subject == order.id and whole and order.status is OrderState.SETTLED:
        await agreements.terminate(act, row.agreement_id, reason)


async def accept_rest(act: Act, row: Complaint) -> None:
    """The buyer keeps what was delivered at the lower price: the order is accepted and settled with the rest."""
    order = await one(act.session, Order, row.order_id)
    if (part := await part_of(act, row)) is not None:
        await partial_deliveries.accept_by_outcome(act, order, part, rules.DONE, row.id)
    elif row.bill_id is None and order.status is OrderState.DELIVERED:
        await orders.accept_by_outcome(act, order, rules.DONE, row.id)
