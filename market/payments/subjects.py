"""What a payment is for: an order, a bill or a top-up; each says in one place what follows when its money has come.

Orders are known here; what lies above payments registers itself.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from kernel.act import Act
from kernel.db import find_locked, locked
from kernel.errors import NotFound
from kernel.money import Money
from kernel.text import Text
from market.ledger import book
from market.ledger import commands as ledger
from market.orders import commands as orders
from market.orders.models import Order
from market.payments import set_off
from market.payments.models import Payment


@dataclass(frozen=True, slots=True)
class Subject:
    """What there is to do for payments of a kind: lock what they pay for, and book the money that has come for it."""

    title: Text
    lock: Callable[[Act, Payment], Awaitable[None]]
    paid: Callable[[Act, Payment, Money, str], Awaitable[None]]


SUBJECTS: Final[dict[str, Subject]] = {}
"""Every kind of subject, by the word in `payment.subject`."""


async def payment_with_subject(act: Act, payment_id: str) -> Payment:
    """A payment with what it is for, both locked until the unit ends; raises NotFound.

    What is paid for is locked first everywhere, so that a payment and a cancellation never wait for each other.
    """
    row = await act.session.scalar(select(Payment).where(Payment.id == payment_id))
    if row is None:
        raise NotFound(kind="payment", id=payment_id)
    await SUBJECTS[row.subject].lock(act, row)
    return await locked(act.session, Payment, payment_id)


def title_of(payment: Payment) -> str:
    """What the payer's page is headed with."""
    title = SUBJECTS[payment.subject].title
    return f"{title.zh} {title.en} {payment.subject_id}"


async def _lock_order(act: Act, payment: Payment) -> None:
    await find_locked(act.session, select(Order).where(Order.id == payment.order_id))


async def _order_paid(act: Act, payment: Payment, received: Money, source: str) -> None:
    order = await act.session.get_one(Order, payment.order_id)
    await ledger.post(act, book.sale_received(order.id, received, source))
    await set_off.take(act, order, payment.set_off)
    await orders.mark_paid(act, order, payment.id)


SUBJECTS["order"] = Subject(Text("订单", "Order"), _lock_order, _order_paid)
