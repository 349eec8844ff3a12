"""Following the log: entries that concern issued reports become causes, and causes wait for one job each report."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from sqlalchemy import Select, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.jobs.queue import enqueue
from kernel.log.models import LogEntry
from kernel.log.queries import indexed
from kernel.time.clock import day_in_china
from rights.certificates.models import Certificate
from rights.objections.models import Objection
from valuation.appraisal.models import AppraisalRow
from valuation.engagements.models import Engagement, EngagementDraft
from valuation.engagements.policy import POLICY
from valuation.engagements.states import EngagementState
from valuation.quality.models import Scorecard
from valuation.revaluation.causes import ENTRIES, Cause
from valuation.revaluation.models import LogWatch, RevaluationCause

READER: Final = "revaluation"
BATCH: Final = 500
JOB: Final = "valuation.revalue"

GRACE: Final = timedelta(seconds=15)
"""An entry may be stored so much later than its moment: no statement of a unit runs longer."""

Found = tuple[str, Cause]
"""An engagement and how the entry concerns it."""


async def watch(act: Act) -> bool:
    """Read the next stretch of the log; says whether there is more. Each entry is looked at once."""
    await act.session.execute(insert(LogWatch).values(reader=READER, next_index=0).on_conflict_do_nothing())
    state = await act.session.scalar(
        select(LogWatch).where(LogWatch.reader == READER).with_for_update(skip_locked=True)
    )
    if state is None:
        return False  # Another worker reads.
    stop = await indexed(act.session)
    query = (
        select(LogEntry)
        .where(LogEntry.log_index >= state.next_index, LogEntry.log_index < stop, LogEntry.kind.in_(ENTRIES))
        .order_by(LogEntry.log_index)
        .limit(BATCH)
    )
    entries = (await act.session.scalars(query)).all()
    waiting = set[str]()
    for entry in entries:
        waiting |= await _note(act.session, entry, await _concerned(act.session, entry))
    delay = timedelta(seconds=POLICY.at(day_in_china(act.at)).body.revaluation_delay_seconds)
    for engagement_id in sorted(waiting):
        payload = {"engagement_id": engagement_id}
        await enqueue(act.session, JOB, payload, delay=delay, dedupe=f"revalue/{engagement_id}")
    more = len(entries) == BATCH
    last = entries[-1].log_index if more else None
    state.next_index = stop if last is None else last + 1
    return more


async def _note(session: AsyncSession, entry: LogEntry, found: Iterable[Found]) -> set[str]:
    """Keep the causes; an entry is a cause for a report once."""
    rows = [
        {
            "id": ids.new("rvc"),
            "engagement_id": engagement_id,
            "entry_id": entry.id,
            "kind": kind,
            "entry_kind": entry.kind,
            "subject": entry.subject,
            "at": entry.at,
        }
        for engagement_id, kind in found
    ]
    if not rows:
        return set()
    once = insert(RevaluationCause).values(rows).on_conflict_do_nothing()
    return set(await session.scalars(once.returning(RevaluationCause.engagement_id)))


async def _concerned(session: AsyncSession, entry: LogEntry) -> list[Found]:
    """The issued reports that an entry concerns."""
    kind = ENTRIES[entry.kind]
    if kind == "comparable":
        return await _by_evidence(session, entry)
    asset_id = await _asset_of(session, entry, kind)
    query = _issued(entry).where(Engagement.asset_id == asset_id)
    if kind == "scorecard":
        query = query.where(AppraisalRow.scorecard_id != entry.subject)
    return [(found, kind) for found in await session.scalars(query.order_by(Engagement.id))]


def _issued(entry: LogEntry) -> Select[str]:
    """Reports in force whose draft was computed before the entry; what the draft has seen is no news to it."""
    return (
        select(Engagement.id)
        .join(AppraisalRow, AppraisalRow.id == Engagement.appraisal_id)
        .join(EngagementDraft, EngagementDraft.id == Engagement.draft_id)
        .where(Engagement.status == EngagementState.ISSUED, EngagementDraft.created_at <= entry.at + GRACE)
    )


async def _asset_of(session: AsyncSession, entry: LogEntry, kind: Cause) -> str | None:
    if kind == "drift":
        return str(entry.facts.get("asset", ""))
    if kind == "scorecard":
        query = select(Scorecard.asset_id).where(Scorecard.id == entry.subject)
    elif kind == "objection":
        query = select(Objection.asset_id).where(Objection.id == entry.subject)
    else:
        query = select(Certificate.asset_id).where(Certificate.id == entry.subject)
    return await session.scalar(query)


async def _by_evidence(session: AsyncSession, entry: LogEntry) -> list[Found]:
    """Reports by the market approach of the same mode and field, and every report on the asset that was traded."""
    mode, field = Engagement.market_mode, Engagement.market_field
    like = [tuple(each) for each in entry.facts["like"]]
    found: dict[str, Cause] = {}
    if like:
        near = await session.scalars(_issued(entry).where(tuple_(mode, field).in_(like)))
        found |= dict.fromkeys(near, "comparable")
    if entry.facts.get("asset") is not None:
        own = await session.scalars(_issued(entry).where(Engagement.asset_id == entry.facts["asset"]))
        found |= dict.fromkeys(own, "trade")
    return sorted(found.items())
