"""Reading engagements: for the client, the firm, the asset's provider, and those who watch; and the public register."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.time.clock import day_in_china
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from valuation.appraisal.models import AppraisalRow
from valuation.engagements import rules
from valuation.engagements.errors import PapersOfTheFirm
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
    SectionMissing,
    ValuerView,
)
from valuation.engagements.states import CLIENT, ENGAGEMENT, OPEN, EngagementState, RequestState
from valuation.practitioners.models import Practitioner
from valuation.practitioners.queries import by_ids

AUDIENCE = Audience("engagement", (Role.REVIEWER, Role.REGULATOR, Role.AUDITOR, Role.OPERATOR))
"""Who may see an engagement besides its client, its firm and the asset's provider."""

REQUESTS = Audience("data_request")
"""A request for data is between the firm, the client and the asset's provider."""

PARTS = ("first_valuer", "second_valuer", "reviewer")
"""The parts that practitioners play."""


def sides(row: Engagement) -> tuple[str, str, str]:
    """Those who see what happens to an engagement."""
    return (row.client, row.firm, row.provider)


def may_see(row: Engagement, actor: Actor) -> bool:
    """The client, the firm, the asset's provider, and those who watch."""
    return AUDIENCE.admits(actor, *sides(row))


async def visible_engagement(act: Act, engagement_id: str) -> Engagement:
    """An engagement that the actor may know of; raises NotFound."""
    row = await one(act.session, Engagement, ids.require("eng", engagement_id))
    AUDIENCE.require(act.actor, engagement_id, *sides(row))
    return row


async def team(session: AsyncSession, row: Engagement) -> tuple[tuple[str, Practitioner], ...]:
    """The practitioners of an engagement with their parts."""
    named = [(part, getattr(row, part)) for part in PARTS]
    people = await by_ids(session, [each for _, each in named])
    return tuple((part, people[each]) for part, each in named if each is not None)


async def view(act: Act, row: Engagement) -> EngagementView:
    """An engagement for the wire."""
    open_ = select(DataRequest.due_on).where(
        DataRequest.engagement_id == row.id, DataRequest.status == RequestState.ASKED
    )
    due = list(await act.session.scalars(open_))
    people = await team(act.session, row)
    return shown(
        row,
        EngagementView,
        fee=Money(row.fee_minor, row.fee_currency).view(),
        supersedes=row.supersedes_id,
        valuers=[ValuerView(part, each.id, each.name, each.registration_number) for part, each in people],
        status=str(row.status),
        allowed_actions=_actions(row, act.actor),
        requests_open=len(due),
        requests_overdue=sum(day < act.today for day in due),
    )


def _actions(row: Engagement, actor: Actor) -> list[str]:
    """What the table lets the caller's side do; which of the firm's people it takes is checked at the step."""
    roles = [Role.VALUER] if actor.party == row.firm else []
    roles += [CLIENT] if actor.party == row.client else []
    consent = row.consented_at is None and row.status in (EngagementState.PROPOSED, *OPEN)
    more = {"consent"} if consent and actor.party == row.provider else set()
    return sorted({str(action) for role in roles for action in ENGAGEMENT.actions(row.status, role)} | more)


async def engagements(act: Act, status: EngagementState | None, limit: int, cursor: str | None) -> Page[EngagementView]:
    """The engagements that the actor may know of, the newest first."""
    mine = AUDIENCE.among(act.actor, Engagement.client, Engagement.firm, Engagement.provider)
    query = select(Engagement).where(mine)
    if status is not None:
        query = query.where(Engagement.status == status)
    rows = await fetch(act.session, query, Engagement.id, limit=limit, cursor=cursor, newest_first=True)
    return await rows.awaiting(lambda row: view(act, row))


def request_view(row: DataRequest, at: datetime) -> RequestView:
    """A request for data; overdue from the day after its last."""
    return shown(
        row,
        RequestView,
        overdue=row.status == RequestState.ASKED and row.due_on < day_in_china(at),
        status=str(row.status),
        files=[{key: each[key] for key in ("file_id", "name", "sha256", "size_bytes")} for each in row.files],
    )


def paper_view(row: WorkingPaper) -> PaperView:
    """A working paper."""
    return shown(row, PaperView)


def draft_view(row: EngagementDraft) -> DraftView:
    """A draft."""
    text = rules.signing_text(row.engagement_id, row.digest)
    return shown(
        row, DraftView, signing_text=text, warnings=[SectionMissing(*each) for each in rules.missing(row.content)]
    )


def opinion_view(row: EngagementOpinion) -> OpinionView:
    """An opinion."""
    return shown(row, OpinionView)


async def requests(act: Act, engagement_id: str, limit: int, cursor: str | None) -> Page[RequestView]:
    """The requests for data of an engagement, in their order."""
    row = await visible_engagement(act, engagement_id)
    query = select(DataRequest).where(DataRequest.engagement_id == row.id)
    return (await fetch(act.session, query, DataRequest.id, limit=limit, cursor=cursor)).of(
        lambda each: request_view(each, act.at)
    )


async def _inner(act: Act, engagement_id: str) -> Engagement:
    """An engagement for its firm and those who watch: papers and opinions are the valuers' own.

    Raises NotFound for strangers, and PapersOfTheFirm for client and provider, who know of the engagement.
    """
    row = await visible_engagement(act, engagement_id)
    if not AUDIENCE.admits(act.actor, row.firm):
        raise PapersOfTheFirm
    return row


async def papers(act: Act, engagement_id: str, limit: int, cursor: str | None) -> Page[PaperView]:
    """The working papers, in their order."""
    row = await _inner(act, engagement_id)
    query = select(WorkingPaper).where(WorkingPaper.engagement_id == row.id)
    return (await fetch(act.session, query, WorkingPaper.id, limit=limit, cursor=cursor)).of(paper_view)


async def papers_of(session: AsyncSession, engagement_id: str) -> Sequence[WorkingPaper]:
    """The rows of an engagement's working papers."""
    query = select(WorkingPaper).where(WorkingPaper.engagement_id == engagement_id).order_by(WorkingPaper.id)
    return (await session.scalars(query)).all()


async def drafts(act: Act, engagement_id: str, limit: int, cursor: str | None) -> Page[DraftView]:
    """Every draft, the newest last."""
    row = await _inner(act, engagement_id)
    query = select(EngagementDraft).where(EngagementDraft.engagement_id == row.id)
    return (await fetch(act.session, query, EngagementDraft.id, limit=limit, cursor=cursor)).of(draft_view)


async def opinions(act: Act, engagement_id: str, limit: int, cursor: str | None) -> Page[OpinionView]:
    """Every opinion on every draft, in their order."""
    row = await _inner(act, engagement_id)
    query = select(EngagementOpinion).where(EngagementOpinion.engagement_id == row.id)
    return (await fetch(act.session, query, EngagementOpinion.id, limit=limit, cursor=cursor)).of(opinion_view)


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
