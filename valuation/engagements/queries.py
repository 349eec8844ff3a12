"""Reading engagements: for the client, the firm, the asset's provider, and those who watch; and the public register."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.money import Money
from kernel.states import Role
from kernel.time.clock import day_in_china
from kernel.views.paging import CursorOf, Page, decode, page
from valuation.appraisal.models import AppraisalRow
from valuation.appraisal.queries import READERS
from valuation.engagements import rules
from valuation.engagements.models import (
    DataRequest,
    Engagement,
    EngagementDraft,
    EngagementOpinion,
    EngagementSignature,
    WorkingPaper,
)
from valuation.engagements.schemas import (
    DraftView,
    EngagementView,
    OpinionView,
    PaperView,
    RequestView,
    ValuerView,
)
from valuation.engagements.states import CLIENT, ENGAGEMENT, EngagementState, RequestState
from valuation.practitioners.models import Practitioner
from valuation.practitioners.queries import by_ids

PARTS = ("first_valuer", "second_valuer", "reviewer")
"""The parts that practitioners play."""


def sides(row: Engagement) -> tuple[str, str, str]:
    """Those who see what happens to an engagement."""
    return (row.client, row.firm, row.provider)


def may_see(row: Engagement, actor: Actor) -> bool:
    """The client, the firm, the asset's provider, and those who watch."""
    return (actor.party is not None and actor.party in sides(row)) or actor.has(*READERS)


async def seen(act: Act, engagement_id: str) -> Engagement:
    """An engagement that the actor may know of; raises NotFound."""
    row = await one(act.session, Engagement, ids.require("eng", engagement_id))
    if not may_see(row, act.actor):
        raise NotFound(kind="engagement", id=engagement_id)
    return row


async def team(session: AsyncSession, row: Engagement) -> tuple[tuple[str, Practitioner], ...]:
    """The practitioners of an engagement with their parts."""
    named = [(part, getattr(row, part)) for part in PARTS]
    people = await by_ids(session, [each for _, each in named])
    return tuple((part, people[each]) for part, each in named if each is not None)


async def view(act: Act, row: Engagement) -> EngagementView:
    """An engagement for the wire."""
    today = day_in_china(act.at)
    open_ = select(DataRequest.due_on).where(
        DataRequest.engagement_id == row.id, DataRequest.status == RequestState.ASKED
    )
    due = list(await act.session.scalars(open_))
    people = await team(act.session, row)
    return EngagementView(
        id=row.id,
        client=row.client,
        firm=row.firm,
        asset_id=row.asset_id,
        provider=row.provider,
        purpose=row.purpose,
        value_type=row.value_type,
        base_date=row.base_date,
        scope=row.scope,
        intended_users=row.intended_users,
        statutory=row.statutory,
        fee_basis=row.fee_basis,
        fee=Money(row.fee_minor, row.fee_currency).view(),
        supersedes=row.supersedes_id,
        valuers=[ValuerView(part, each.id, each.name, each.registration_number) for part, each in people],
        checks=row.checks,
        status=str(row.status),
        allowed_actions=_actions(row, act.actor),
        reason=row.reason,
        draft_id=row.draft_id,
        requests_open=len(due),
        requests_overdue=sum(day < today for day in due),
        created_at=row.created_at,
        accepted_at=row.accepted_at,
        number=row.number,
        appraisal_id=row.appraisal_id,
        issued_at=row.issued_at,
        use_until=row.use_until,
        archive_until=row.archive_until,
    )


def _actions(row: Engagement, actor: Actor) -> list[str]:
    """What the table lets the caller's side do; which of the firm's people it takes is checked at the step."""
    roles = [Role.VALUER] if actor.party == row.firm else []
    roles += [CLIENT] if actor.party == row.client else []
    return sorted({str(action) for role in roles for action in ENGAGEMENT.actions(row.status, role)})


async def engagements(act: Act, status: EngagementState | None, limit: int, cursor: str | None) -> Page[EngagementView]:
    """The engagements that the actor may know of, the newest first."""
    query = select(Engagement).order_by(Engagement.id.desc()).limit(limit + 1)
    if not act.actor.has(*READERS):
        own = or_(
            Engagement.client == act.actor.party,
            Engagement.firm == act.actor.party,
            Engagement.provider == act.actor.party,
        )
        query = query.where(own)
    if status is not None:
        query = query.where(Engagement.status == status)
    if (before := decode(cursor, 1)) is not None:
        query = query.where(Engagement.id < before[0])
    rows = (await act.session.scalars(query)).all()
    views = [await view(act, row) for row in rows]
    return page(views, limit, CursorOf[EngagementView](("id",)))


def request_view(row: DataRequest, at: datetime) -> RequestView:
    """A request for data; overdue from the day after its last."""
    return RequestView(
        id=row.id,
        engagement_id=row.engagement_id,
        subject=row.subject,
        due_on=row.due_on,
        overdue=row.status == RequestState.ASKED and row.due_on < day_in_china(at),
        status=str(row.status),
        answer=row.answer,
        files=[{key: each[key] for key in ("file_id", "name", "sha256", "size_bytes")} for each in row.files],
        reason=row.reason,
        created_at=row.created_at,
        answered_at=row.answered_at,
    )


def paper_view(row: WorkingPaper) -> PaperView:
    """A working paper."""
    return PaperView(
        id=row.id,
        engagement_id=row.engagement_id,
        kind=row.kind,
        title=row.title,
        file_id=row.file_id,
        name=row.name,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        added_by=row.added_by,
        retention_until=row.retention_until,
        created_at=row.created_at,
    )


def draft_view(row: EngagementDraft) -> DraftView:
    """A draft."""
    return DraftView(
        id=row.id,
        engagement_id=row.engagement_id,
        number=row.number,
        digest=row.digest,
        signing_text=rules.signing_text(row.engagement_id, row.digest),
        use_until=row.use_until,
        drafted_by=row.drafted_by,
        content=row.content,
        created_at=row.created_at,
    )


def opinion_view(row: EngagementOpinion) -> OpinionView:
    """An opinion."""
    return OpinionView(
        id=row.id,
        engagement_id=row.engagement_id,
        draft_id=row.draft_id,
        stage=row.stage,
        verdict=row.verdict,
        reason=row.reason,
        remarks=row.remarks,
        given_by=row.given_by,
        created_at=row.created_at,
    )


async def requests(act: Act, engagement_id: str, limit: int, cursor: str | None) -> Page[RequestView]:
    """The requests for data of an engagement, in their order."""
    row = await seen(act, engagement_id)
    query = select(DataRequest).where(DataRequest.engagement_id == row.id)
    rows = await _from(act.session, query, DataRequest.id, limit, cursor)
    return page([request_view(each, act.at) for each in rows], limit, CursorOf[RequestView](("id",)))


T = TypeVar("T")


async def _from(
    session: AsyncSession, query: Select[T], order: InstrumentedAttribute[str], limit: int, cursor: str | None
) -> Sequence[T]:
    """One row more than a page, from where the cursor stands."""
    if (after := decode(cursor, 1)) is not None:
        query = query.where(order > after[0])
    return (await session.scalars(query.order_by(order).limit(limit + 1))).all()


async def _inner(act: Act, engagement_id: str) -> Engagement:
    """An engagement for its firm and those who watch: papers and opinions are the valuers' own."""
    row = await seen(act, engagement_id)
    if act.actor.party != row.firm and not act.actor.has(*READERS):
        raise NotFound(kind="engagement", id=engagement_id)
    return row


async def papers(act: Act, engagement_id: str, limit: int, cursor: str | None) -> Page[PaperView]:
    """The working papers, in their order."""
    row = await _inner(act, engagement_id)
    query = select(WorkingPaper).where(WorkingPaper.engagement_id == row.id)
    rows = await _from(act.session, query, WorkingPaper.id, limit, cursor)
    return page([paper_view(each) for each in rows], limit, CursorOf[PaperView](("id",)))


async def papers_of(session: AsyncSession, engagement_id: str) -> Sequence[WorkingPaper]:
    """The rows of an engagement's working papers."""
    query = select(WorkingPaper).where(WorkingPaper.engagement_id == engagement_id).order_by(WorkingPaper.id)
    return (await session.scalars(query)).all()


async def drafts(act: Act, engagement_id: str, limit: int, cursor: str | None) -> Page[DraftView]:
    """Every draft, the newest last."""
    row = await _inner(act, engagement_id)
    query = select(EngagementDraft).where(EngagementDraft.engagement_id == row.id)
    rows = await _from(act.session, query, EngagementDraft.id, limit, cursor)
    return page([draft_view(each) for each in rows], limit, CursorOf[DraftView](("id",)))


async def opinions(act: Act, engagement_id: str, limit: int, cursor: str | None) -> Page[OpinionView]:
    """Every opinion on every draft, in their order."""
    row = await _inner(act, engagement_id)
    query = select(EngagementOpinion).where(EngagementOpinion.engagement_id == row.id)
    rows = await _from(act.session, query, EngagementOpinion.id, limit, cursor)
    return page([opinion_view(each) for each in rows], limit, CursorOf[OpinionView](("id",)))


async def signatures(session: AsyncSession, draft_id: str | None) -> list[EngagementSignature]:
    """The signatures over a draft, in their order."""
    query = select(EngagementSignature).where(EngagementSignature.draft_id == draft_id)
    return list(await session.scalars(query.order_by(EngagementSignature.id)))


async def backing(
    session: AsyncSession, revision_id: str, at: datetime, named: str | None = None
) -> AppraisalRow | None:
    """The appraisal that a price of the revision may lean on: the newest report that stands, else the newest study.

    With `named`, that one or none. What was computed automatically, was withdrawn or is past its use backs nothing.
    """
    stands = or_(AppraisalRow.standing == "study", Engagement.status == EngagementState.ISSUED)
    query = (
        select(AppraisalRow)
        .join(Engagement, Engagement.id == AppraisalRow.engagement_id, isouter=True)
        .where(
            AppraisalRow.revision_id == revision_id,
            AppraisalRow.standing != "automatic",
            AppraisalRow.use_until >= day_in_china(at),
            stands,
        )
        .order_by(AppraisalRow.standing, AppraisalRow.id.desc())
    )
    query = query if named is None else query.where(AppraisalRow.id == named)
    return (await session.scalars(query.limit(1))).first()


async def open_requests(session: AsyncSession, engagement_id: str) -> Sequence[DataRequest]:
    """The requests for data that nobody has answered or waived."""
    query = select(DataRequest).where(
        DataRequest.engagement_id == engagement_id, DataRequest.status == RequestState.ASKED
    )
    return (await session.scalars(query.order_by(DataRequest.id))).all()
