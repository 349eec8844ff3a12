"""Reading payments and the inbox."""

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.views.paging import CursorOf, Page, decode, page
from market.payments.models import InboxEvent, Payment
from market.payments.schemas import InboxEventView, PaymentView, TransferInstructions
from market.payments.states import PAYMENT, InboxState, PaymentState

SEES_ALL = "market:payment:confirm"


def payment_view(payment: Payment, actor: Actor) -> PaymentView:
    """A payment with what the actor may do to it."""
    roles = {role for role in actor.roles if role is not Role.BUYER or payment.payer == actor.party}
    actions = {str(action) for role in roles for action in PAYMENT.actions(payment.status, role)}
    known = payment.instructions
    return PaymentView(
        id=payment.id,
        order_id=payment.order_id,
        payer=payment.payer,
        method=payment.method,
        amount=payment.money.view(),
        status=str(payment.status),
        allowed_actions=sorted(actions),
        checkout_url=payment.checkout_url if payment.status is PaymentState.OPENED else None,
        instructions=msgspec.convert(known, TransferInstructions) if known is not None else None,
        bank_reference=payment.bank_reference,
        received_on=payment.received_on,
        failure=payment.failure,
        refund_requested_at=payment.refund_requested_at,
        refund_reference=payment.refund_reference,
        created_at=payment.created_at,
    )


def visible(payment: Payment, actor: Actor) -> Payment:
    """Show a payment to its payer and to the clearing officer; raises NotFound for anybody else."""
    if payment.payer != actor.party and SEES_ALL not in actor.permissions:
        raise NotFound(kind="payment", id=payment.id)
    return payment


async def payment(act: Act, payment_id: str) -> PaymentView:
    """One payment."""
    return payment_view(visible(await one(act.session, Payment, payment_id), act.actor), act.actor)


async def payments(
    act: Act, status: str | None, order_id: str | None, limit: int, cursor: str | None
) -> Page[PaymentView]:
    """The caller's payments, or all of them for the clearing officer, in the order of their opening."""
    query = select(Payment).order_by(Payment.id).limit(limit + 1)
    if SEES_ALL not in act.actor.permissions:
        query = query.where(Payment.payer == act.actor.party)
    if status is not None:
        query = query.where(Payment.status == PaymentState(status))
    if order_id is not None:
        query = query.where(Payment.order_id == order_id)
    if (after := decode(cursor, 1)) is not None:
        query = query.where(Payment.id > after[0])
    rows = (await act.session.scalars(query)).all()
    return page([payment_view(row, act.actor) for row in rows], limit, CursorOf[PaymentView](("id",)))


async def live_payment(session: AsyncSession, order_id: str) -> Payment | None:
    """The one payment of an order that is open or has succeeded."""
    live = (PaymentState.OPENED, PaymentState.SUCCEEDED)
    return await session.scalar(select(Payment).where(Payment.order_id == order_id, Payment.status.in_(live)))


def inbox_view(event: InboxEvent) -> InboxEventView:
    """A reported event without its body, which may hold the buyer's data."""
    return InboxEventView(
        id=event.id,
        source=event.source,
        external_id=event.external_id,
        kind=event.kind,
        status=str(event.status),
        received_at=event.received_at,
        handled_at=event.handled_at,
        attempts=event.attempts,
        next_attempt_at=event.next_attempt_at,
        last_error=event.last_error,
    )


async def inbox(session: AsyncSession, status: str | None, limit: int, cursor: str | None) -> Page[InboxEventView]:
    """Reported events, oldest first."""
    query = select(InboxEvent).order_by(InboxEvent.id).limit(limit + 1)
    if status is not None:
        query = query.where(InboxEvent.status == InboxState(status))
    if (after := decode(cursor, 1)) is not None:
        query = query.where(InboxEvent.id > after[0])
    rows = (await session.scalars(query)).all()
    return page([inbox_view(row) for row in rows], limit, CursorOf[InboxEventView](("id",)))
