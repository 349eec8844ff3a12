"""Reading runs and scorecards."""

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from rights.assets import queries as assets
from valuation.quality import progress
from valuation.quality.errors import ScorecardsUnrelated
from valuation.quality.models import DataContract, QualityRun, Scorecard
from valuation.quality.schemas import ContractView, QualityRunView, RunProblem, ScorecardView
from valuation.quality.scoring.comparison import Comparison, compare
from valuation.quality.states import QUALITY_RUN, RunState

RUNS = Audience("quality_run")
"""Runs are for their provider and for whoever asked for them."""
READERS = (Role.VALUER, Role.TESTER, Role.REVIEWER, Role.REGULATOR, Role.AUDITOR, Role.OPERATOR)
SCORECARDS, CONTRACTS = Audience("scorecard", READERS), Audience("data_contract", READERS)
"""Who may read any scorecard and the contract behind it: those who value, test, review and watch."""


async def run_row(act: Act, run_id: str) -> QualityRun:
    """A run for its provider and for whoever asked for it; raises NotFound for anybody else."""
    row = await one(act.session, QualityRun, ids.require("qrn", run_id))
    RUNS.require(act.actor, run_id, row.provider, row.scored_by)
    return row


async def history(act: Act, asset_id: str, limit: int, cursor: str | None) -> Page[QualityRunView]:
    """The runs of an asset, newest first: all for its provider, to anybody else those that they asked for."""
    of = await assets.asset(act.session, asset_id)
    query = select(QualityRun).where(QualityRun.asset_id == of.id)
    query = query.where(RUNS.among(act.actor, QualityRun.provider, QualityRun.scored_by))
    rows = await fetch(act.session, query, QualityRun.id, limit=limit, cursor=cursor, newest_first=True)
    return await rows.awaiting(lambda row: run_view(act, row))


async def run_view(act: Act, row: QualityRun) -> QualityRunView:
    """A run for the wire, with what the actor can do with it."""
    contract = await one(act.session, DataContract, row.data_contract_id)
    card = await act.session.scalar(select(Scorecard).where(Scorecard.run_id == row.id))
    told = await progress.view(act.session, row.id)
    actions = {action for role in act.actor.roles for action in QUALITY_RUN.actions(row.status, role)}
    return shown(
        row,
        QualityRunView,
        contract=ContractView(contract.id, contract.name, contract.contract_version, contract.sha256),
        status=str(row.status),
        actions=sorted(str(action) for action in actions),
        progress=told,
        scorecard_id=card.id if card else None,
        score=f"{card.score:.2f}" if card else None,
        grade=card.grade if card else None,
        problem=msgspec.convert(row.problem, RunProblem) if row.problem else None,
        partial=_ended_early(row.status) and told is not None and bool(told.objects_done),
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
    SCORECARDS.require(act.actor, scorecard_id, row.provider, row.scored_by)
    return shown(row, ScorecardView, scorecard=row.body)
