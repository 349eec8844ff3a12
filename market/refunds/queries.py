"""Reading refunds."""

from typing import Final

from sqlalchemy import select

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.money import Money
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.refunds.models import Refund
from market.refunds.paid import OFFICES
from market.refunds.schemas import RefundView, ShareTakenBackView
from market.refunds.states import REFUND, RefundAction, RefundState
from market.splits.models import DistributionLeg, LegRefund

AUDIENCE: Final = Audience("refund", OFFICES)
"""Who may see a refund besides its buyer and its provider."""


def view(row: Refund, actor: Actor) -> RefundView:
    """A refund with what the actor may do about it."""
    actions = {action for role in actor.roles for action in REFUND.actions(row.status, role)}
    if row.method != "bank_transfer":
        actions.discard(RefundAction.SUCCEED)  # A gateway says itself what has arrived.
    return shown(row, RefundView, amount=row.money.view(), allowed_actions=sorted(map(str, actions)))


async def refund(act: Act, refund_id: str) -> RefundView:
    """A refund, for its parties, the clearing officer and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, Refund, refund_id)
    AUDIENCE.require(act.actor, row.id, *row.parties)
    return view(row, act.actor)


async def refunds(
    act: Act, *, status: str | None, subject_id: str | None, limit: int, cursor: str | None
) -> Page[RefundView]:
    """The refunds that the actor may see, the newest first."""
    query = select(Refund).where(AUDIENCE.among(act.actor, Refund.buyer, Refund.provider))
    if status is not None:
        query = query.where(Refund.status == RefundState(status))
    if subject_id is not None:
        query = query.where(Refund.subject_id == subject_id)
    rows = await fetch(act.session, query, Refund.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: view(row, act.actor))


async def shares(act: Act, refund_id: str, limit: int, cursor: str | None) -> Page[ShareTakenBackView]:
    """What a refund took back of each share; buyer and provider see it all, as they see the settlement."""
    row = await one(act.session, Refund, refund_id)
    AUDIENCE.require(act.actor, row.id, *row.parties)
    query = (
        select(LegRefund, DistributionLeg)
        .join(
            DistributionLeg,
            (DistributionLeg.distribution_id == LegRefund.distribution_id) & (DistributionLeg.n == LegRefund.n),
        )
        .where(LegRefund.refund_id == row.id)
    )
    rows = await fetch(act.session, query, LegRefund.n, limit=limit, cursor=cursor)
    return rows.of(lambda pair: _share(*pair))


def _share(back: LegRefund, leg: DistributionLeg) -> ShareTakenBackView:
    return ShareTakenBackView(back.n, leg.kind, leg.party_id, Money(back.amount_minor, leg.currency).view())
