"""Reading shares that are kept back, and why one would be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import find_locked, one
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.withholding.models import WithheldShare
from market.withholding.rules import WITHHOLDING
from market.withholding.schemas import WithheldShareView
from market.withholding.states import WAITING, WITHHELD, WithheldState
from rights.objections.models import Objection
from rights.objections.states import OPEN
from rights.title import queries as title

AUDIENCE: Final = Audience("withheld_share", (Role.CLEARING, Role.REGULATOR, Role.AUDITOR))
"""Who may see a share that is kept back besides the party whose share it is."""

COMPLAINT: Final = "complaint"
"""The ground of what is held for a complaint, whose id is the reference; it goes by the complaint's outcome."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a share is kept back."""

    ground: str
    reference: str
    basis: str


async def ground(act: Act, asset_id: str) -> Ground | None:
    """What the register says against paying for an asset now: an open objection, or a remark of the policy's kinds."""
    disputed = select(Objection.id).where(Objection.asset_id == asset_id, Objection.status.in_(OPEN))
    if (objection := await act.session.scalar(disputed.order_by(Objection.id).limit(1))) is not None:
        return Ground(
            "objection", objection, "对该数据权利的异议尚未了结 · an objection to the rights in the data is open"
        )
    kinds = WITHHOLDING.at(act.today).body.remarks
    for remark in await title.remarks(act.session, asset_id):
        if remark.kind in kinds and (remark.until is None or remark.until > act.today):
            return Ground("remark", remark.id, "该数据权利上有备注 · a remark stands on the rights in the data")
    return None


async def ordered(session: AsyncSession, order_id: str, party_id: str) -> WithheldShare | None:
    """A decision to keep a party's share back that waits for the order's settlement, locked."""
    waiting = WithheldShare.status == WithheldState.ORDERED
    query = select(WithheldShare).where(WithheldShare.order_id == order_id, WithheldShare.party_id == party_id, waiting)
    return await find_locked(session, query.order_by(WithheldShare.id).limit(1))


async def held_of(session: AsyncSession, distribution_id: str) -> Sequence[WithheldShare]:
    """The shares of a distribution that were ever kept back, locked, in the order in which they were."""
    query = select(WithheldShare).where(WithheldShare.distribution_id == distribution_id)
    return (await session.scalars(query.order_by(WithheldShare.id).with_for_update())).all()


def view(row: WithheldShare, actor: Actor) -> WithheldShareView:
    """A share with what the actor may decide about it."""
    actions = {str(action) for role in actor.roles for action in WITHHELD.actions(row.status, role)}
    amount = Money(row.amount_minor, row.currency).view()
    return shown(row, WithheldShareView, amount=amount, held=row.held.view(), allowed_actions=sorted(actions))


async def share(act: Act, share_id: str) -> WithheldShareView:
    """A share that is kept back, for its party, the clearing officer and those who watch; NotFound for others."""
    row = await one(act.session, WithheldShare, share_id)
    AUDIENCE.require(act.actor, row.id, row.party_id)
    return view(row, act.actor)


async def shares(act: Act, *, waiting: bool | None, limit: int, cursor: str | None) -> Page[WithheldShareView]:
    """The shares that the actor may see, the newest first; those that wait only, or those that are decided only."""
    query = select(WithheldShare).where(AUDIENCE.among(act.actor, WithheldShare.party_id))
    if waiting is not None:
        query = query.where(WithheldShare.status.in_(WAITING) if waiting else WithheldShare.status.not_in(WAITING))
    rows = await fetch(act.session, query, WithheldShare.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: view(row, act.actor))
