"""Reading successions, and which agreements a transfer has left with whoever no longer holds the rights."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.agreements.models import Agreement
from contracts.agreements.queries import AUDIENCE as AGREEMENTS
from contracts.agreements.states import STANDING
from contracts.successions.models import Succession
from contracts.successions.rules import signing_text
from contracts.successions.schemas import JoinderView, SuccessionView
from contracts.successions.states import OPEN, SUCCESSION, Mode
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from rights.title.models import TitleGrant

AUDIENCE: Final = Audience("succession", AGREEMENTS.offices)
"""Whoever may read the agreement, and the acquirer."""


async def passed_on(session: AsyncSession, asset_id: str, agreement_id: str | None = None) -> Sequence[tuple[str, str]]:
    """The agreements that stand on an asset, each with the transfer by which its provider gave the rights away.

    Whoever acquired them is not called yet. Of one agreement, where it is named.
    """
    before = aliased(TitleGrant)
    query = (
        select(Agreement.id, TitleGrant.id)
        .join(TitleGrant, TitleGrant.asset_id == Agreement.asset_id)
        .join(before, before.id == TitleGrant.replaces_id)
        .outerjoin(Succession, (Succession.agreement_id == Agreement.id) & (Succession.grant_id == TitleGrant.id))
        .where(
            Agreement.asset_id == asset_id,
            Agreement.status.in_(STANDING),
            TitleGrant.source == "transfer",
            TitleGrant.grantee_id != before.grantee_id,
            before.grantee_id == Agreement.provider,
            TitleGrant.created_at >= Agreement.in_force_at,
            Succession.id.is_(None),
        )
    )
    if agreement_id is not None:
        query = query.where(Agreement.id == agreement_id)
    return [(agreement, grant) for agreement, grant in await session.execute(query.order_by(Agreement.id))]


async def succession(act: Act, succession_id: str) -> SuccessionView:
    """A succession, for its three parties and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, Succession, succession_id)
    AUDIENCE.require(act.actor, succession_id, *row.parties)
    return view(act, row)


async def successions(act: Act, limit: int, cursor: str | None) -> Page[SuccessionView]:
    """Those that the actor may see, newest first."""
    mine = AUDIENCE.among(act.actor, Succession.transferor, Succession.transferee, Succession.consumer)
    rows = await fetch(
        act.session, select(Succession).where(mine), Succession.id, limit=limit, cursor=cursor, newest_first=True
    )
    return rows.of(lambda row: view(act, row))


def role_of(row: Succession, actor: Actor) -> Role | None:
    """What the actor is in a succession: the acquirer comes in the provider's place."""
    return {row.transferee: Role.PROVIDER, row.consumer: Role.BUYER}.get(actor.party or "")


def view(act: Act, row: Succession) -> SuccessionView:
    """A succession with what the actor may still do; nothing after its time, whether or not that is written."""
    role = role_of(row, act.actor)
    over = row.status in OPEN and row.due_at <= act.at
    actions = [] if role is None or over else SUCCESSION.actions(row.status, role)
    return shown(
        row,
        SuccessionView,
        mode=Mode(row.mode),
        allowed_actions=[str(action) for action in actions],
        signing_text=signing_text(row.id, row.digest),
        signatures=[JoinderView(**each) for each in row.signatures],
    )
