"""Reading objections: who is in dispute about what, and the registrar's list by due date."""

from sqlalchemy import or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.time.clock import day_in_china
from kernel.uploads.models import StoredFile
from kernel.views.paging import CursorOf, Page, decode, page
from rights.cursors import day
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


def _finding(row: Objection) -> ObjectionFindingView | None:
    if row.finding is None:
        return None
    return ObjectionFindingView(**{name: row.finding[name] for name in ObjectionFindingView.__struct_fields__})


def _decides(actor: Actor) -> bool:
    return "rights:registration:decide" in actor.permissions


def _may_see(actor: Actor, row: Objection) -> bool:
    return _decides(actor) or (actor.party is not None and actor.party in (row.objector_id, row.respondent_id))


async def seen(act: Act, objection_id: str) -> Objection:
    """An objection for its objector, the respondent and the registrar; raises NotFound for anybody else."""
    row = await one(act.session, Objection, ids.require("obj", objection_id))
    if not _may_see(act.actor, row):
        raise NotFound(kind="objection", id=objection_id)
    return row


async def objection(act: Act, objection_id: str) -> ObjectionView:
    """One objection with its evidence."""
    return await objection_view(act, await seen(act, objection_id))


async def objection_view(act: Act, row: Objection) -> ObjectionView:
    """An objection for the wire."""
    return ObjectionView(
        id=row.id,
        registration_id=row.registration_id,
        asset_id=row.asset_id,
        respondent_id=row.respondent_id,
        objector_id=row.objector_id,
        objector_name=row.objector_name,
        earlier_claim=row.earlier_claim,
        finding=_finding(row) if _decides(act.actor) else None,
        stage=row.stage,
        statement=row.statement,
        status=str(row.status),
        status_changed_at=row.status_changed_at,
        allowed_actions=_allowed(act.actor, row),
        raised_on=row.raised_on,
        told_on=row.told_on,
        due_on=row.due_on,
        provisional=row.provisional,
        overdue=row.due_on is not None and row.due_on < day_in_china(act.at),
        answer=row.answer,
        conclusion=row.conclusion,
        remedy=row.remedy,
        forum=row.forum,
        forum_reference=row.forum_reference,
        outcome=row.outcome,
        evidence=await _evidence(act.session, row.id),
        created_at=row.created_at,
    )


def _allowed(actor: Actor, row: Objection) -> list[str]:
    """What the actor itself can do now: its roles and its part in the matter decide."""
    mine = {str(ObjectionAction.WITHDRAW)} if actor.party == row.objector_id else set()
    theirs = (
        {str(ObjectionAction.CONCEDE), str(ObjectionAction.CONTEST), str(ObjectionAction.RESPOND)}
        if actor.party == row.respondent_id
        else set()
    )
    open_ = {str(action) for action in OBJECTION.actions(row.status)}
    office = {str(a) for role in actor.roles for a in OBJECTION.actions(row.status, role)} if _decides(actor) else set()
    return sorted(open_ & (mine | theirs) | office)


async def _evidence(session: AsyncSession, objection_id: str) -> list[ObjectionEvidenceView]:
    query = select(ObjectionEvidence).where(ObjectionEvidence.objection_id == objection_id)
    return [
        ObjectionEvidenceView(row.id, row.side or "objector", row.name, row.sha256, row.size_bytes, row.retention_until)
        for row in await session.scalars(query.order_by(ObjectionEvidence.id))
    ]


async def evidence_file(act: Act, objection_id: str, evidence_id: str) -> StoredFile:
    """The file of a piece of evidence, for those who may see the objection."""
    row = await seen(act, objection_id)
    piece = await one(act.session, ObjectionEvidence, ids.require("evd", evidence_id))
    if piece.objection_id != row.id:
        raise NotFound(kind="evidence", id=evidence_id)
    return await one(act.session, StoredFile, piece.file_id)


async def objections(act: Act, limit: int, cursor: str | None) -> Page[ObjectionView]:
    """For the registrar those with a due date, the overdue first; for anybody else those that they are part of."""
    query = select(Objection).limit(limit + 1)
    by_date = _decides(act.actor)
    if by_date:
        query = query.where(Objection.due_on.is_not(None)).order_by(Objection.due_on, Objection.id)
        if (after := decode(cursor, 2)) is not None:
            query = query.where(tuple_(Objection.due_on, Objection.id) > (day(after[0]), after[1]))
    else:
        query = query.where(
            or_(Objection.objector_id == act.actor.party, Objection.respondent_id == act.actor.party)
        ).order_by(Objection.id)
        if (after := decode(cursor, 1)) is not None:
            query = query.where(Objection.id > after[0])
    rows = (await act.session.scalars(query)).all()
    items = [await objection_view(act, row) for row in rows]
    return page(items, limit, CursorOf[ObjectionView](("due_on", "id") if by_date else ("id",)))
