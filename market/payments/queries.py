"""Reading payments and the inbox."""

from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import find_locked, one
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.payments.models import InboxEvent, Payment
from market.payments.schemas import InboxEventView, PaymentView, TransferInstructions
from market.payments.states import PAYMENT, InboxState, PaymentState

AUDIENCE: Final = Audience("payment", (Role.CLEARING, Role.REGULATOR, Role.AUDITOR))
"""Who may read a payment besides its payer."""


def payment_view(payment: Payment, actor: Actor) -> PaymentView:
    """A payment with what the actor may do to it."""
    roles = {role for role in actor.roles if role is not Role.BUYER or payment.payer == actor.party}
    actions = {action for role in roles for action in PAYMENT.actions(payment.status, role)}
    return shown(
        payment,
        PaymentView,
        amount=payment.money.view(),
        set_off=payment.set_off.view(),
        refunded=payment.refunded.view(),
        allowed_actions=sorted(map(str, actions)),
        checkout_url=payment.checkout_url if payment.status is PaymentState.OPENED else None,
        instructions=msgspec.convert(payment.instructions, TransferInstructions | None),
    )


async def payment(act: Act, payment_id: str) -> PaymentView:
    """A payment, for its payer, the clearing officer and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, Payment, payment_id)
    AUDIENCE.require(act.actor, row.id, row.payer)
    return payment_view(row, act.actor)


async def payments(
    act: Act, status: str | None, order_id: str | None, limit: int, cursor: str | None
) -> Page[PaymentView]:
    """The caller's payments, or all of them for the clearing officer, in the order of their opening."""
    query = select(Payment).where(AUDIENCE.among(act.actor, Payment.payer))
    if status is not None:
        query = query.where(Payment.status == PaymentState(status))
    if order_id is not None:
        query = query.where(Payment.order_id == order_id)
    rows = await fetch(act.session, query, Payment.id, limit=limit, cursor=cursor)
    return rows.of(lambda row: payment_view(row, act.actor))


async def live_payment(session: AsyncSession, order_id: str) -> Payment | None:
    """The one payment of an order that is open or has succeeded, locked until the unit ends."""
    live = (PaymentState.OPENED, PaymentState.SUCCEEDED)
    return await find_locked(session, select(Payment).where(Payment.order_id == order_id, Payment.status.in_(live)))


def inbox_view(event: InboxEvent) -> InboxEventView:
    """A reported event without its body, which may hold the buyer's data."""
    return shown(event, InboxEventView)


async def inbox(session: AsyncSession, status: str | None, limit: int, cursor: str | None) -> Page[InboxEventView]:
    """Reported events, oldest first."""
    query = select(InboxEvent)
    if status is not None:
        query = query.where(InboxEvent.status == InboxState(status))
    return (await fetch(session, query, InboxEvent.id, limit=limit, cursor=cursor)).of(inbox_view)
