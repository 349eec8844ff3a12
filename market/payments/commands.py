"""Opening, confirming and cancelling payments.

The order of things: the intent is stored and committed, then the gateway is called, then the outcome is stored in a
second short unit. A crash in between is mended by sending the same request again: the gateway knows the intent's key.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM, Actor
from kernel.db import lock_name, locked, one, unit
from kernel.errors import FieldError, InvalidInput
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.money import Money
from kernel.runtime import Runtime
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import day_in_china
from kernel.views.audience import Audience
from market.ledger import book
from market.orders import commands as orders
from market.orders.models import Order
from market.orders.states import OrderState
from market.payments import set_off
from market.payments.errors import (
    AlreadyPaid,
    AmountMismatch,
    BankReferenceUsed,
    NotBankTransfer,
    OrderNotPayable,
    PaymentPending,
    PaymentRefused,
)
from market.payments.gateways.protocol import Opened, PaymentIntentFacts
from market.payments.gateways.registry import gateway
from market.payments.models import Payment
from market.payments.queries import live_payment, payment_view
from market.payments.rules import reference_key
from market.payments.schemas import ConfirmTransfer, OpenPayment, PaymentView
from market.payments.states import PAYMENT, PaymentAction, PaymentState
from market.payments.subjects import SUBJECTS, payment_with_subject, title_of

_ORDER: Final = Audience("order")
_PAYMENT: Final = Audience("payment")
"""Only the buyer pays, and only it gives a payment up."""


REFERENCE_USERS: Final[list[Callable[[AsyncSession, str], Awaitable[bool]]]] = []
"""Who else may have a bank's reference, such as statements and refunds; they register, since payments come before."""


async def intend(act: Act, order_id: str, data: OpenPayment) -> PaymentView:
    """Store that the buyer means to pay, or give the payment that is open already; the gateway comes after."""
    order = await locked(act.session, Order, order_id)
    _ORDER.require(act.actor, order_id, order.buyer)
    live = await live_payment(act.session, order_id)
    if live is not None and live.status is PaymentState.SUCCEEDED:
        raise AlreadyPaid(order=order_id, payment=live.id)
    if order.status is not OrderState.PLACED:
        raise OrderNotPayable(order=order_id, state=str(order.status))
    await orders.require_agreement(act.session, order)
    if live is not None and live.method != data.method:
        raise PaymentPending(payment=live.id)
    payment = live or await _begin(act, order, data)
    return payment_view(payment, act.actor)


async def _begin(act: Act, order: Order, data: OpenPayment) -> Payment:
    off = await set_off.available(act, order)
    payment = Payment(
        id=ids.new("pay"),
        order_id=order.id,
        payer=order.buyer,
        method=data.method,
        amount_minor=order.amount_minor - off.minor,
        set_off_minor=off.minor,
        currency=order.currency,
        return_url=data.return_url,
        created_at=act.at,
    )
    await lifecycle.begin(
        act, payment, PAYMENT, parties=[order.buyer], order=order.id, method=data.method, set_off=str(off)
    )
    return payment


async def complete_opening(runtime: Runtime, actor: Actor, payment_id: str) -> PaymentView:
    """Ask the gateway for what the payer needs to go on, unless it is known; safe to repeat at any point."""
    async with unit(runtime.sessions) as session:
        payment = await one(session, Payment, payment_id)
    if payment.gateway_reference is not None or payment.status is not PaymentState.OPENED:
        return payment_view(payment, actor)
    intent = PaymentIntentFacts(
        payment_id=payment.id,
        order_id=payment.subject_id,
        money=payment.money,
        title=title_of(payment),
        return_url=payment.return_url or runtime.settings.public_url,
    )
    try:
        opened = await gateway(runtime, payment.method).open(intent)
    except PaymentRefused as refusal:
        await _fail(runtime, payment_id, str(refusal.facts["reason"]))
        raise
    return await _opened(runtime, actor, payment_id, opened)


async def _opened(runtime: Runtime, actor: Actor, payment_id: str, opened: Opened) -> PaymentView:
    async with runtime.act() as act:
        payment = await locked(act.session, Payment, payment_id)
        if payment.gateway_reference is None:
            payment.gateway_reference = opened.reference
            payment.checkout_url = opened.url
            payment.instructions = msgspec.to_builtins(opened.instructions)
            facts = {"reference": opened.reference}
            record(act, "market.payment.offered", payment.id, parties=[payment.payer], facts=facts)
            if payment.status is not PaymentState.OPENED:
                # It was given up meanwhile, when there was no page to close yet.
                await enqueue(act.session, "payments.close", {"payment_id": payment.id})
        return payment_view(payment, actor)


async def _fail(runtime: Runtime, payment_id: str, reason: str) -> None:
    async with runtime.act() as act:
        payment = await locked(act.session, Payment, payment_id)
        await fail(act, payment, reason)


async def fail(act: Act, payment: Payment, reason: str) -> None:
    """Note that a payment came to nothing; the order waits for another."""
    parties = [payment.payer]
    await lifecycle.advance(
        act.by(SYSTEM), payment, PAYMENT, PaymentAction.FAIL, Role.SYSTEM, parties=parties, reason=reason
    )
    payment.failure = reason


async def confirm_transfer(act: Act, payment_id: str, data: ConfirmTransfer) -> PaymentView:
    """The clearing officer says that the money is on the centre's account, to the minor unit."""
    payment = await payment_with_subject(act, payment_id)
    if payment.method != "bank_transfer":
        raise NotBankTransfer(method=payment.method)
    if data.received_on > day_in_china(act.at):
        text = Text("到账日期不得晚于今日", "Money cannot have arrived on a day that is still to come")
        raise InvalidInput(errors=[FieldError("/received_on", text)])
    await claim_bank_reference(act.session, data.bank_reference)
    received = Money.of(data.amount, "/amount")
    payment.bank_reference = data.bank_reference
    payment.received_on = data.received_on
    await succeed(act, Role.CLEARING, payment, received, book.Source.BANK)
    return payment_view(payment, act.actor)


async def claim_bank_reference(session: AsyncSession, reference: str) -> None:
    """Refuse a bank's reference that stands for another movement, in whichever case; raises BankReferenceUsed."""
    key = reference_key(reference)
    await lock_name(session, "bank-reference", key)
    if await session.scalar(select(exists().where(func.upper(Payment.bank_reference) == key))):
        raise BankReferenceUsed(reference=reference)
    for has in REFERENCE_USERS:
        if await has(session, reference):
            raise BankReferenceUsed(reference=reference)


async def succeed(act: Act, role: Role, payment: Payment, received: Money, source: str) -> None:
    """The money has arrived: payment, books and what it pays for, both locked, move together or not at all."""
    if received != payment.money:
        raise AmountMismatch(expected=str(payment.money), received=str(received))
    parties = [payment.payer]
    await lifecycle.advance(act, payment, PAYMENT, PaymentAction.SUCCEED, role, parties=parties, amount=str(received))
    await SUBJECTS[payment.subject].paid(act, payment, received, source)


async def cancel(runtime: Runtime, actor: Actor, payment_id: str) -> PaymentView:
    """Give an open payment up: first at the gateway, so that nobody can pay it any more, then here."""
    async with unit(runtime.sessions) as session:
        payment = await one(session, Payment, payment_id)
    _PAYMENT.require(actor, payment_id, payment.payer)
    PAYMENT.next(payment.status, PaymentAction.CANCEL, Role.BUYER)
    if payment.gateway_reference is not None:
        await gateway(runtime, payment.method).close(payment.id, payment.gateway_reference)
    async with runtime.act(actor) as act:
        payment = await locked(act.session, Payment, payment_id)
        await lifecycle.advance(act, payment, PAYMENT, PaymentAction.CANCEL, Role.BUYER, parties=[payment.payer])
        return payment_view(payment, actor)


async def abandon(act: Act, order_id: str) -> None:
    """End an order's open payment with the order, in the caller's unit; the gateway is told by a job.

    The caller holds the order's lock. Money that arrives all the same stays visible as a dead event.
    """
    payment = await live_payment(act.session, order_id)
    if payment is None or payment.status is not PaymentState.OPENED:
        return
    parties = [payment.payer]
    await lifecycle.advance(act.by(SYSTEM), payment, PAYMENT, PaymentAction.CANCEL, Role.SYSTEM, parties=parties)
    await enqueue(act.session, "payments.close", {"payment_id": payment.id})
