"""What was paid for an order, a part of one, a bill or a top-up, and how much of it can still go back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import find_locked, locked, one
from kernel.errors import NotFound
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from market.billing.models import Bill
from market.delivery_plans import queries as delivery_plans
from market.delivery_plans.models import DeliveryPart
from market.delivery_plans.states import PartState
from market.ledger import book
from market.ledger import queries as books
from market.orders.models import Order
from market.orders.states import OrderState
from market.payments.models import Payment
from market.payments.states import PaymentState
from market.prepaid.queries import available
from market.refunds import sharing
from market.refunds.errors import NothingPaid, RefundAboveRemaining, SharesUnknown
from market.refunds.models import Refund
from market.refunds.states import ENDED, RefundState
from market.splits.models import Distribution

BLOCKS: Final[list[Callable[[AsyncSession, Payment], Awaitable[None]]]] = []
"""Who else may forbid that a payment goes back just now, by raising; they register, since refunds come before them."""

TAKEN: Final[list[Callable[[Act, str], Awaitable[object]]]] = []
"""What else follows, in the same unit, once a refund or a lost dispute has taken from shares (`leg_refund`), by its
id."""

OFFICES: Final = (Role.CLEARING, Role.REGULATOR, Role.AUDITOR)
"""Who may see what was paid and what goes back besides the parties to it."""


_RECEIVED: Final = (PaymentState.SUCCEEDED, PaymentState.REFUNDED)


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid, its rows locked until the unit ends.

    `there` is what of it is where it was put: in escrow, with those that it was shared out to, or on the balance.
    """

    subject: str
    subject_id: str
    buyer: str
    provider: str | None
    money: Money
    refunded: Money
    there: Money
    payment: Payment | None
    order: Order | None = None
    distribution: Distribution | None = None
    part: DeliveryPart | None = None

    @property
    def left(self) -> Money:
        """What can still go back."""
        return Money(max(0, min(self.money.minor - self.refunded.minor, self.there.minor)), self.money.currency)

    def require(self, money: Money) -> None:
        """Refuse an amount that is not left, in its currency; raises RefundAboveRemaining with the figures."""
        if money.currency != self.money.currency or not 0 < money.minor <= self.left.minor:
            raise RefundAboveRemaining(
                asked=str(money),
                subject=self.subject_id,
                paid=str(self.money),
                refunded=str(self.refunded),
                left=str(self.left),
            )


async def paid_for(act: Act, subject_id: str, *, but: str | None = None, seen: bool = True) -> Paid:
    """What was paid for a subject and is left, without the refund `but`; raises NotFound, NothingPaid, SharesUnknown.

    With `seen` false it is not known yet whether the actor may know of the subject at all, and NotFound says that it
    may not. Whatever else blocks the payment raises by its own name.
    """
    of_kind = {"ord": _order, "prt": _part, "bil": _bill, "pay": _top_up}.get(subject_id[:3])
    if of_kind is None:
        raise NotFound(kind="payment", id=subject_id)
    return await of_kind(act, subject_id, but, seen)


def _require(act: Act, kind: str, subject_id: str, seen: bool, *parties: str) -> None:
    if not seen:
        Audience(kind, OFFICES).require(act.actor, subject_id, *parties)


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What refunds of a subject have taken or would take; `waiting` is not set aside yet."""

    all_minor: int
    waiting_minor: int


async def _refunds(session: AsyncSession, subject_id: str, but: str | None) -> _Earlier:
    total = func.sum(Refund.amount_minor)
    query = select(total, total.filter(Refund.status == RefundState.PROPOSED))
    query = query.where(Refund.subject_id == subject_id, Refund.status.not_in(ENDED), Refund.id.is_distinct_from(but))
    every, waiting = (await session.execute(query)).one()
    return _Earlier(int(every or 0), int(waiting or 0))


async def gone_back(session: AsyncSession, subject_id: str) -> int:
    """What was set aside of a subject to go back, in minor units."""
    earlier = await _refunds(session, subject_id, None)
    return earlier.all_minor - earlier.waiting_minor


async def _order(act: Act, order_id: str, but: str | None, seen: bool) -> Paid:
    order = await locked(act.session, Order, order_id)
    earlier = await _refunds(act.session, order_id, but)
    _require(act, "order", order_id, seen, order.buyer, order.provider)
    paid = select(Payment).where(Payment.order_id == order_id, Payment.status.in_(_RECEIVED))
    payment = await find_locked(act.session, paid)
    if payment is None:
        raise NothingPaid(subject=order_id)
    if order.status is not OrderState.REFUNDED:  # What is left of an order that has ended goes back as one.
        await delivery_plans.require_whole(act.session, order)
    for refuse in BLOCKS:
        await refuse(act.session, payment)
    settled = order.status is OrderState.SETTLED
    distribution = await _distribution(act.session, order_id) if settled else None
    if distribution is None:
        there = await books.balance(act.session, book.escrow(order_id), order.currency)
    else:
        there = await _shared(act.session, distribution)
    return Paid(
        "order",
        order_id,
        order.buyer,
        order.provider,
        payment.whole,
        Money(earlier.all_minor, order.currency),
        there - Money(earlier.waiting_minor, order.currency),
        payment,
        order,
        distribution,
    )


async def _part(act: Act, part_id: str, but: str | None, seen: bool) -> Paid:
    """A part of a delivery: in the escrow of its order until it is accepted, and shared out since."""
    order = await locked(act.session, Order, (await one(act.session, DeliveryPart, part_id)).order_id)
    part = await locked(act.session, DeliveryPart, part_id)
    earlier = await _refunds(act.session, part_id, but)
    _require(act, "delivery_part", part_id, seen, order.buyer, order.provider)
    paid = select(Payment).where(Payment.order_id == order.id, Payment.status.in_(_RECEIVED))
    payment = await find_locked(act.session, paid)
    if payment is None or part.status in (PartState.REFUNDED, PartState.ENDED):
        raise NothingPaid(subject=part_id)
    for refuse in BLOCKS:
        await refuse(act.session, payment)
    distribution = await _distribution(act.session, part_id) if part.status is PartState.ACCEPTED else None
    if distribution is None:
        there = await books.balance(act.session, book.escrow(order.id), order.currency)
    else:
        there = await _shared(act.session, distribution)
    return Paid(
        "part",
        part_id,
        order.buyer,
        order.provider,
        part.money,
        Money(earlier.all_minor, order.currency),
        there - Money(earlier.waiting_minor, order.currency),
        payment,
        order,
        distribution,
        part,
    )


async def _bill(act: Act, bill_id: str, but: str | None, seen: bool) -> Paid:
    bill = await locked(act.session, Bill, bill_id)
    earlier = await _refunds(act.session, bill_id, but)
    _require(act, "bill", bill_id, seen, bill.buyer, bill.provider)
    distribution = await act.session.scalar(select(Distribution).where(Distribution.subject == bill_id))
    if distribution is None:
        raise NothingPaid(subject=bill_id)
    there = await _shared(act.session, distribution)
    return Paid(
        "bill",
        bill_id,
        bill.buyer,
        bill.provider,
        Money(distribution.gross_minor, distribution.currency),
        Money(earlier.all_minor, distribution.currency),
        there - Money(earlier.waiting_minor, distribution.currency),
        None,
        None,
        distribution,
    )


async def _top_up(act: Act, payment_id: str, but: str | None, seen: bool) -> Paid:
    payment = await locked(act.session, Payment, payment_id)
    earlier = await _refunds(act.session, payment_id, but)
    _require(act, "payment", payment_id, seen, payment.payer)
    if payment.subject != "top-up":
        raise NotFound(kind="payment", id=payment_id)
    if payment.status not in _RECEIVED:
        raise NothingPaid(subject=payment_id)
    for refuse in BLOCKS:
        await refuse(act.session, payment)
    there = await available(act.session, payment.payer, payment.currency)
    return Paid(
        "top-up",
        payment_id,
        payment.payer,
        None,
        payment.money,
        Money(earlier.all_minor, payment.currency),
        there - Money(earlier.waiting_minor, payment.currency),
        payment,
    )


async def _distribution(session: AsyncSession, subject: str) -> Distribution:
    row = await session.scalar(select(Distribution).where(Distribution.subject == subject))
    if row is None:
        raise SharesUnknown(subject=subject)
    return row


async def _shared(session: AsyncSession, of: Distribution) -> Money:
    rows = await sharing.remaining(session, of)
    return Money(sum(row.minor for row in rows), of.currency)


async def payment_of_bill(act: Act, bill_id: str, money: Money) -> Payment | None:
    """The payment of a bill by which an amount can go back, locked; none where the bill was paid from the balance."""
    query = select(Payment).where(
        Payment.bill_id == bill_id,
        Payment.status == PaymentState.SUCCEEDED,
        Payment.amount_minor - Payment.refunded_minor >= money.minor,
    )
    payment = await find_locked(act.session, query.order_by(Payment.id.desc()).limit(1))
    if payment is not None:
        for refuse in BLOCKS:
            await refuse(act.session, payment)
    return payment
