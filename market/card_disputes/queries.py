"""Reading card disputes."""

from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.card_disputes.models import CardDispute
from market.card_disputes.schemas import CardDisputeView, CardEvidence
from market.card_disputes.states import CARD_DISPUTE, STANDING, CardDisputeState
from market.payments.models import Payment
from market.refunds.errors import PaymentDisputed
from market.refunds.paid import BLOCKS, OFFICES

AUDIENCE: Final = Audience("card_dispute", OFFICES)
"""Who may see a dispute besides the buyer and the provider."""


def view(row: CardDispute, actor: Actor) -> CardDisputeView:
    """A dispute with what the actor may do about it."""
    actions = CARD_DISPUTE.actions(row.status, Role.CLEARING) if actor.has(Role.CLEARING) else []

    def money(minor: int) -> object:
        return Money(minor, row.currency).view()

    return shown(
        row,
        CardDisputeView,
        amount=row.money.view(),
        withdrawn=money(row.withdrawn_minor),
        fee=money(row.fee_minor),
        reinstated=money(row.reinstated_minor),
        evidence=msgspec.convert(row.evidence, CardEvidence),
        allowed_actions=sorted(map(str, actions)) if row.sent_at is None else [],
    )


async def card_dispute(act: Act, dispute_id: str) -> CardDisputeView:
    """A dispute, for its parties, the clearing officer and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, CardDispute, dispute_id)
    AUDIENCE.require(act.actor, row.id, *row.parties)
    return view(row, act.actor)


async def card_disputes(act: Act, *, status: str | None, limit: int, cursor: str | None) -> Page[CardDisputeView]:
    """The disputes that the actor may see, the newest first."""
    query = select(CardDispute).where(AUDIENCE.among(act.actor, CardDispute.buyer, CardDispute.provider))
    if status is not None:
        query = query.where(CardDispute.status == CardDisputeState(status))
    rows = await fetch(act.session, query, CardDispute.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: view(row, act.actor))


async def refuse_refund(session: AsyncSession, payment: Payment) -> None:
    """A payment that is disputed is not refunded: its money is at the gateway; raises PaymentDisputed."""
    standing = (CardDispute.payment_id == payment.id) & CardDispute.status.in_(STANDING)
    dispute = await session.scalar(select(CardDispute.id).where(standing).limit(1))
    if dispute is not None:
        raise PaymentDisputed(payment=payment.id, dispute=dispute)


if refuse_refund not in BLOCKS:
    BLOCKS.append(refuse_refund)
