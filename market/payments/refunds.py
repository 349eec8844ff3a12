"""Refunds: the money is set aside in the unit that decides, sent by a job, and booked when it is sent."""

from kernel import lifecycle
from kernel.act import Act
from kernel.db import one, unit
from kernel.errors import NotFound
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.runtime import Runtime
from kernel.states import Role
from market.ledger import book
from market.ledger import commands as ledger
from market.orders.models import Order
from market.payments.commands import claim_bank_reference
from market.payments.errors import NoRefundDue, NotBankTransfer
from market.payments.gateways.registry import gateway
from market.payments.models import Payment
from market.payments.queries import live_payment, payment_and_order, payment_view
from market.payments.schemas import ConfirmRefund, PaymentView
from market.payments.states import PAYMENT, PaymentAction, PaymentState


async def begin_refund(act: Act, order_id: str) -> None:
    """Set the order's whole money aside for the buyer, in the caller's unit; the caller holds the order's lock.

    Nothing is set aside for what was free.
    """
    if (await act.session.get_one(Order, order_id)).amount_minor == 0:
        return
    payment = await live_payment(act.session, order_id)
    if payment is None or payment.status is not PaymentState.SUCCEEDED:
        raise NotFound(kind="payment", id=order_id)
    await ledger.post(act, book.refund_begun(order_id, payment.money))
    payment.refund_requested_at = act.at
    facts = {"order": order_id, "amount": str(payment.money)}
    record(act, "market.refund.begun", payment.id, parties=[payment.payer], facts=facts)
    await enqueue(act.session, "payments.refund", {"payment_id": payment.id})


async def send_refund(runtime: Runtime, payment_id: str) -> None:
    """Ask the gateway to send the money back; where a person has to, wait for the clearing officer."""
    async with unit(runtime.sessions) as session:
        payment = await one(session, Payment, payment_id)
    if payment.status is not PaymentState.SUCCEEDED or payment.refund_requested_at is None:
        return
    channel = gateway(runtime, payment.method)
    sent = await channel.refund(payment.id, payment.charge_reference, payment.money)
    if sent.done and sent.reference is not None:
        async with runtime.act() as act:
            payment, _ = await payment_and_order(act.session, payment_id)
            await _finish(act, Role.SYSTEM, payment, sent.reference, channel.source)


async def confirm_refund(act: Act, payment_id: str, data: ConfirmRefund) -> PaymentView:
    """The clearing officer says that the bank has sent the money back."""
    payment, _ = await payment_and_order(act.session, payment_id)
    if payment.method != "bank_transfer":
        raise NotBankTransfer(method=payment.method)
    await claim_bank_reference(act.session, data.bank_reference)
    await _finish(act, Role.CLEARING, payment, data.bank_reference, book.Source.BANK)
    return payment_view(payment, act.actor)


async def _finish(act: Act, role: Role, payment: Payment, reference: str, source: book.Source) -> None:
    if payment.refund_requested_at is None or payment.status is PaymentState.REFUNDED:
        raise NoRefundDue(payment=payment.id)
    parties = [payment.payer]
    await lifecycle.advance(act, payment, PAYMENT, PaymentAction.REFUND, role, parties=parties, reference=reference)
    payment.refund_reference = reference
    await ledger.post(act, book.refund(payment.subject_id, payment.money, source))
