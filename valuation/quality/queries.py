"""Reading runs and scorecards."""

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.views import paging
from kernel.views.paging import CursorOf, Page
from rights.assets import queries as assets
from valuation.quality import progress
from valuation.quality.errors import ScorecardsUnrelated
from valuation.quality.models import DataContract, QualityRun, Scorecard
from valuation.quality.schemas import ContractView, QualityRunView, RunProblem, ScorecardView
from valuation.quality.scoring.comparison import Comparison, compare
from valuation.quality.states import QUALITY_RUN, RunState

READERS = (Role.VALUER, Role.TESTER, Role.REVIEWER, Role.REGULATOR, Role.AUDITOR, Role.OPERATOR)
"""Who may read any scorecard: those who value, test, review and watch."""


async def run_row(act: Act, run_id: str) -> QualityRun:
    """A run for its provider and for whoever asked for it; raises NotFound for anybody else."""
    row = await one(act.session, QualityRun, ids.require("qrn", run_id))
    if act.actor.party is None or act.actor.party not in (row.provider, row.scored_by):
        raise NotFound(kind="quality_run", id=run_id)
    return row


async def history(act: Act, asset_id: str, limit: int, cursor: str | None) -> Page[QualityRunView]:
    """The runs of an asset, newest first: all for its provider, to anybody else those that they asked for."""
    of = await assets.asset(act.session, asset_id)
    query = select(QualityRun).where(QualityRun.asset_id == of.id).order_by(QualityRun.id.desc())
    if act.actor.party != of.party_id:
        query = query.where(QualityRun.scored_by == act.actor.party)
    if (position := paging.decode(cursor, 1)) is not None:
        query = query.where(QualityRun.id < position[0])
    rows = await act.session.scalars(query.limit(limit + 1))
    return paging.page([await run_view(act, row) for row in rows], limit, CursorOf[QualityRunView](("id",)))


async def run_view(act: Act, row: QualityRun) -> QualityRunView:
    """A run for the wire, with what the actor can do with it."""
    contract = await one(act.session, DataContract, row.data_contract_id)
    card = await act.session.scalar(select(Scorecard).where(Scorecard.run_id == row.id))
    told = await progress.view(act.session, row.id)
    actions = {action for role in act.actor.roles for action in QUALITY_RUN.actions(row.status, role)}
    return QualityRunView(
        id=row.id,
        asset_id=row.asset_id,
        revision_id=row.revision_id,
        contract=ContractView(contract.id, contract.name, contract.contract_version, contract.sha256),
        scored_by=row.scored_by,
        status=str(row.status),
        actions=sorted(str(action) for action in actions),
        progress=told,
        scorecard_id=card.id if card else None,
        score=f"{card.score:.2f}" if card else None,
        grade=card.grade if card else None,
        problem=msgspec.convert(row.problem, RunProblem) if row.problem else None,
        partial=_ended_early(row.status) and told is not None and bool(told.objects_done),
        created_at=row.created_at,
        status_changed_at=row.status_changed_at,
    )


def _ended_early(status: RunState) -> bool:
    return status in (RunState.FAILED, RunState.CANCELLED)


async def quality_run(act: Act, run_id: str) -> QualityRunView:
    """One run; raises NotFound."""
    return await run_view(act, await run_row(act, run_id))


async def scorecard(session: AsyncSession, scorecard_id: str) -> Scorecard:
    """A scorecard, whoever asks; raises NotFound."""
    return await one(session, Scorecard, ids.require("scr", scorecard_id))


async def latest_scorecard(session: AsyncSession, revision_id: str) -> Scorecard | None:
    """The newest scorecard of a revision, if it was ever scored."""
    query = select(Scorecard).where(Scorecard.revision_id == revision_id).order_by(Scorecard.id.desc())
    return (await session.scalars(query.limit(1))).first()


async def comparison(act: Act, before_id: str, after_id: str) -> Comparison:
    """Compare two scorecards of one asset that the actor may see; raises NotFound or ScorecardsUnrelated."""
    before, after = [await scorecard_seen(act, each) for each in (before_id, after_id)]
    if before.asset_id != after.asset_id:
        raise ScorecardsUnrelated
    return compare(before.id, before.scorecard, after.id, after.scorecard)


async def scorecard_seen(act: Act, scorecard_id: str) -> ScorecardView:
    """A scorecard for its provider, its scorer, valuers, reviewers and those who watch; raises NotFound."""
    row = await scorecard(act.session, scorecard_id)
    if act.actor.party not in (row.provider, row.scored_by) and not act.actor.has(*READERS):
        raise NotFound(kind="scorecard", id=scorecard_id)
    return ScorecardView(
        id=row.id,
        run_id=row.run_id,
        asset_id=row.asset_id,
        revision_id=row.revision_id,
        content_sha256=row.content_sha256,
        scored_by=row.scored_by,
        document_id=row.document_id,
        scored_at=row.scored_at,
        scorecard=row.body,
    )
