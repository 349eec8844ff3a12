"""Reading objections: who is in dispute about what, and the registrar's list by due date."""

from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.uploads.models import StoredFile
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from rights.objections.models import Objection, ObjectionEvidence
from rights.objections.schemas import ObjectionEvidenceView, ObjectionFindingView, ObjectionView
from rights.objections.states import OBJECTION, OPEN, ObjectionAction, ObjectionState

_UNCONCLUDED = tuple(state for state in OPEN if state is not ObjectionState.REFERRED)


async def open_on_case(session: AsyncSession, registration_id: str) -> list[str]:
    """The objections to a case that wait for a conclusion."""
    query = select(Objection.id).where(Objection.registration_id == registration_id, Objection.status.in_(_UNCONCLUDED))
    return list(await session.scalars(query.order_by(Objection.id)))


async def open_on_asset(session: AsyncSession, asset_id: str) -> list[str]:
    """The objections after registration that hold an asset's rights, also those before a tribunal or court."""
    query = select(Objection.id).where(
        Objection.asset_id == asset_id, Objection.status.in_(OPEN), Objection.stage == "registered"
    )
    return list(await session.scalars(query.order_by(Objection.id)))


AUDIENCE: Final = Audience("objection", (Role.REGISTRAR, Role.REGULATOR, Role.AUDITOR))
"""Who may see an objection besides its two sides."""


async def visible(act: Act, objection_id: str) -> Objection:
    """An objection for its objector, the respondent and the registrar; raises NotFound for anybody else."""
    row = await one(act.session, Objection, ids.require("obj", objection_id))
    AUDIENCE.require(act.actor, objection_id, row.objector_id, row.respondent_id)
    return row


async def objection(act: Act, objection_id: str) -> ObjectionView:
    """One objection with its evidence."""
    return await objection_view(act, await visible(act, objection_id))


async def objection_view(act: Act, row: Objection) -> ObjectionView:
    """An objection for the wire."""
    decides = AUDIENCE.watches(act.actor)
    return shown(
        row,
        ObjectionView,
        finding=msgspec.convert(row.finding, ObjectionFindingView | None) if decides else None,
        allowed_actions=_allowed(act.actor, row),
        overdue=row.due_on is not None and row.due_on < act.today,
        evidence=await _evidence(act.session, row.id),
    )


def _allowed(actor: Actor, row: Objection) -> list[str]:
    """What the actor itself can do now: its roles and its part in the matter decide."""
    as_party: set[ObjectionAction] = set()
    if actor.party == row.objector_id:
        as_party.add(ObjectionAction.WITHDRAW)
    if actor.party == row.respondent_id:
        as_party |= {ObjectionAction.CONCEDE, ObjectionAction.CONTEST, ObjectionAction.RESPOND}
    allowed = as_party & set(OBJECTION.actions(row.status))
    if AUDIENCE.watches(actor):
        allowed |= {action for role in actor.roles for action in OBJECTION.actions(row.status, role)}
    return sorted(str(action) for action in allowed)


async def _evidence(session: AsyncSession, objection_id: str) -> list[ObjectionEvidenceView]:
    query = select(ObjectionEvidence).where(ObjectionEvidence.objection_id == objection_id)
    return [
        shown(row, ObjectionEvidenceView, side=row.side or "objector")
        for row in await session.scalars(query.order_by(ObjectionEvidence.id))
    ]


async def evidence_file(act: Act, objection_id: str, evidence_id: str) -> StoredFile:
    """The file of a piece of evidence, for those who may see the objection."""
    row = await visible(act, objection_id)
    piece = await one(act.session, ObjectionEvidence, ids.require("evd", evidence_id))
    if piece.objection_id != row.id:
        raise NotFound(kind=piece.__tablename__, id=evidence_id)
    return await one(act.session, StoredFile, piece.file_id)


async def objections(act: Act, limit: int, cursor: str | None) -> Page[ObjectionView]:
    """For the registrar those with a due date, the overdue first; for anybody else those that they are part of."""
    query = select(Objection).where(AUDIENCE.among(act.actor, Objection.objector_id, Objection.respondent_id))
    by_due_date = AUDIENCE.watches(act.actor)
    if by_due_date:
        query = query.where(Objection.due_on.is_not(None))
    order = (Objection.due_on, Objection.id) if by_due_date else (Objection.id,)
    rows = await fetch(act.session, query, *order, limit=limit, cursor=cursor)
    return Page([await objection_view(act, row) for row in rows.items], rows.next)
