"""Refunds: the money is set aside in the unit that decides, sent by a job, and booked when it is sent."""

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import lifecycle
from kernel.actor import SYSTEM, Actor
from kernel.db import locked, one, unit
from kernel.errors import NotFound
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.runtime import Runtime
from kernel.states import Role
from kernel.time.clock import Clock
from market.ledger import book
from market.ledger import commands as ledger
from market.orders.models import Order
from market.payments.commands import claim_bank_reference
from market.payments.errors import NoRefundDue, NotBankTransfer
from market.payments.gateways.registry import gateway
from market.payments.models import Payment
from market.payments.queries import live_payment, payment_view
from market.payments.schemas import ConfirmRefund, PaymentView
from market.payments.states import PAYMENT, PaymentAction, PaymentState


async def begin_refund(session: AsyncSession, actor: Actor, order_id: str, *, clock: Clock) -> None:
    """Set the order's whole money aside for the buyer, in the caller's unit; the caller holds the order's lock."""
    payment = await live_payment(session, order_id)
    if payment is None or payment.status is not PaymentState.SUCCEEDED:
        raise NotFound(kind="payment", id=order_id)
    payment = await locked(session, Payment, payment.id)
    at = clock.now()
    await ledger.post(session, actor, book.refund_begun(order_id, payment.money), at=at)
    payment.refund_requested_at = at
    facts = {"order": order_id, "amount": str(payment.money)}
    record(session, actor, "market.refund.begun", payment.id, at=at, parties=[payment.payer], facts=facts)
    await enqueue(session, "payments.refund", {"payment_id": payment.id})


async def send_refund(runtime: Runtime, payment_id: str) -> None:
    """Ask the gateway to send the money back; where a person has to, wait for the clearing officer."""
    async with unit(runtime.sessions) as session:
        payment = await one(session, Payment, payment_id)
    if payment.status is not PaymentState.SUCCEEDED or payment.refund_requested_at is None:
        return
    channel = gateway(runtime, payment.method)
    sent = await channel.refund(payment.id, payment.charge_reference, payment.money)
    if sent.done and sent.reference is not None:
        async with unit(runtime.sessions) as session:
            await _finish(session, SYSTEM, Role.SYSTEM, payment_id, sent.reference, channel.source, clock=runtime.clock)


async def confirm_refund(
    session: AsyncSession, actor: Actor, payment_id: str, data: ConfirmRefund, *, clock: Clock
) -> PaymentView:
    """The clearing officer says that the bank has sent the money back."""
    payment = await one(session, Payment, payment_id)
    if payment.method != "bank_transfer":
        raise NotBankTransfer(method=payment.method)
    await claim_bank_reference(session, data.bank_reference)
    done = await _finish(session, actor, Role.CLEARING, payment_id, data.bank_reference, book.Source.BANK, clock=clock)
    return payment_view(done, actor)


async def _finish(
    session: AsyncSession,
    actor: Actor,
    role: Role,
    payment_id: str,
    reference: str,
    source: book.Source,
    *,
    clock: Clock,
) -> Payment:
    known = await one(session, Payment, payment_id)
    await locked(session, Order, known.order_id)
    payment = await locked(session, Payment, payment_id)
    if payment.refund_requested_at is None or payment.status is PaymentState.REFUNDED:
        raise NoRefundDue(payment=payment_id)
    at, parties = clock.now(), [payment.payer]
    await lifecycle.advance(
        session, payment, PAYMENT, PaymentAction.REFUND, actor, role, at=at, parties=parties, reference=reference
    )
    payment.refund_reference = reference
    await ledger.post(session, actor, book.refund(payment.order_id, payment.money, source), at=at)
    return payment
