"""Reading obligations: the calendar of a party, and what the gate has to know of breaches."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.models import Agreement
from contracts.agreements.queries import AUDIENCE as AGREEMENTS
from contracts.obligations import rules
from contracts.obligations.models import DeletionStatement, Obligation
from contracts.obligations.schemas import DeletionView, HandedOver, ObligationView
from contracts.obligations.states import DELETION, OBLIGATION, ObligationAction, ObligationState
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.text import Text
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown

AUDIENCE: Final = Audience("obligation", AGREEMENTS.offices)
"""Who may see what is owed without being a party to the agreement: who may see the agreement."""


def require_there(agreement_id: str | None, obligation_id: str) -> None:
    """Raise NotFound for an obligation that does not exist."""
    if agreement_id is None:
        raise NotFound(kind="obligation", id=obligation_id)


def view(row: Obligation, actor: Actor) -> ObligationView:
    """An obligation with what the actor's party may do about it."""
    return shown(
        row,
        ObligationView,
        text=Text(row.name_zh, row.name_en),
        allowed_actions=[str(action) for action in _allowed(row, actor)],
    )


def _allowed(row: Obligation, actor: Actor) -> list[ObligationAction]:
    own = {row.bearer: ObligationAction.DISCHARGE, row.beneficiary: ObligationAction.WAIVE}.get(actor.party or "")
    deletes = own is ObligationAction.DISCHARGE and rules.is_proved(row.kind, row.duty)
    return [] if deletes else [action for action in OBLIGATION.actions(row.status) if action is own]


async def calendar(
    act: Act, status: str | None, before: datetime | None, limit: int, cursor: str | None
) -> Page[ObligationView]:
    """What the actor's party owes and is owed, or everything for the offices; by the order in which it arose."""
    query = select(Obligation).where(AUDIENCE.among(act.actor, Obligation.bearer, Obligation.beneficiary))
    if status is not None:
        query = query.where(Obligation.status == ObligationState(status))
    if before is not None:
        query = query.where(Obligation.due_at < before)
    rows = await fetch(act.session, query, Obligation.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: view(row, act.actor))


async def obligation(act: Act, obligation_id: str) -> ObligationView:
    """One obligation, for both parties and the offices; raises NotFound for anybody else."""
    row = await one(act.session, Obligation, obligation_id)
    agreement = await one(act.session, Agreement, row.agreement_id)
    AUDIENCE.require(act.actor, obligation_id, agreement.provider, agreement.consumer)
    return view(row, act.actor)


async def of_agreement(act: Act, agreement_id: str) -> list[ObligationView]:
    """Everything that was ever owed under an agreement, first what is due first."""
    agreement = await one(act.session, Agreement, agreement_id)
    AGREEMENTS.require(act.actor, agreement_id, agreement.provider, agreement.consumer)
    query = select(Obligation).where(Obligation.agreement_id == agreement_id)
    rows = (await act.session.scalars(query.order_by(Obligation.due_at, Obligation.id).limit(1000))).all()
    return [view(row, act.actor) for row in rows]


async def open_of(session: AsyncSession, agreement_id: str, *states: ObligationState) -> Sequence[Obligation]:
    """The obligations of an agreement in these states."""
    query = select(Obligation).where(Obligation.agreement_id == agreement_id, Obligation.status.in_(states))
    return (await session.scalars(query.order_by(Obligation.id).with_for_update())).all()


async def last_of(session: AsyncSession, agreement_id: str) -> dict[str, tuple[int, str | None]]:
    """The last period of each duty that was ever owed under an agreement, and why it was released or waived."""
    query = select(Obligation.duty, Obligation.period, Obligation.reason).where(Obligation.agreement_id == agreement_id)
    rows = await session.execute(query.order_by(Obligation.period))
    return {duty: (period, reason) for duty, period, reason in rows}


async def breaches(session: AsyncSession, agreement_id: str, bearer: str) -> frozenset[str]:
    """The duties of a party that it has breached and not made good."""
    query = select(Obligation.duty).where(
        Obligation.agreement_id == agreement_id,
        Obligation.bearer == bearer,
        Obligation.status == ObligationState.BREACHED,
    )
    return frozenset(await session.scalars(query))


async def overdue(session: AsyncSession, agreement_id: str, at: datetime) -> frozenset[str]:
    """The duties that the gate has to hold against an access: breached, whether a sweep has said so or not."""
    query = select(Obligation.duty).where(
        Obligation.agreement_id == agreement_id,
        Obligation.status.in_((ObligationState.DUE, ObligationState.BREACHED)),
        Obligation.breached_at <= at,
    )
    return frozenset(await session.scalars(query))


def deletion_view(row: DeletionStatement, agreement: Agreement, actor: Actor) -> DeletionView:
    """A statement of deletion with what the actor may do with it."""
    role = Role.PROVIDER if actor.party == agreement.provider else Role.REGULATOR
    actions = DELETION.actions(row.status, role) if role is Role.PROVIDER or actor.has(role) else []
    return shown(
        row,
        DeletionView,
        handed_over=msgspec.convert(row.handed_over, list[HandedOver]),
        allowed_actions=[str(action) for action in actions],
    )


async def deletions(act: Act, agreement_id: str) -> list[DeletionView]:
    """The statements of deletion of an agreement, newest first."""
    agreement = await one(act.session, Agreement, agreement_id)
    AGREEMENTS.require(act.actor, agreement_id, agreement.provider, agreement.consumer)
    query = select(DeletionStatement).where(DeletionStatement.agreement_id == agreement_id)
    rows = (await act.session.scalars(query.order_by(DeletionStatement.id.desc()).limit(100))).all()
    return [deletion_view(row, agreement, act.actor) for row in rows]
