"""Reading runs and scorecards."""

import msgspec
from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from rights.assets import queries as assets
from rights.assets.models import Asset
from valuation.quality import progress
from valuation.quality.access import inside, ports, readers
from valuation.quality.access.readers import RUNS
from valuation.quality.errors import ScorecardsUnrelated
from valuation.quality.models import DataContract, QualityRun, Scorecard
from valuation.quality.schemas import (
    ContractView,
    DataContractSummary,
    QualityRunView,
    RunProblem,
    ScorecardSummary,
    ScorecardView,
)
from valuation.quality.scoring.comparison import Comparison, compare
from valuation.quality.states import QUALITY_RUN, RunState


async def run_row(act: Act, run_id: str) -> QualityRun:
    """A run for the readers of its scorecard; raises NotFound for anybody else."""
    row = await one(act.session, QualityRun, ids.require("qrn", run_id))
    cards = readers.of_run(row.id)
    await readers.require_reader(act, RUNS, run_id, row.asset_id, cards, row.provider, row.scored_by)
    return row


async def run_of(act: Act, run_id: str) -> QualityRun:
    """A run for those who may end it: its provider and whoever asked for it; raises NotFound for anybody else."""
    row = await one(act.session, QualityRun, ids.require("qrn", run_id))
    RUNS.require_party(act.actor, run_id, row.provider, row.scored_by)
    return row


async def history(act: Act, asset_id: str, limit: int, cursor: str | None) -> Page[QualityRunView]:
    """The runs of an asset, newest first: all for its provider, its scorers and the officers, else one's own.

    Raises NotFound for whoever has none.
    """
    of = await assets.asset(act.session, asset_id)
    query = select(QualityRun).where(QualityRun.asset_id == of.id)
    if act.actor.party != of.party_id and not await readers.reads_all(act, of.id):
        query = query.where(RUNS.among(act.actor, QualityRun.scored_by))
        mine = await act.session.scalar(query.limit(1))
        if mine is None and not RUNS.watches(act.actor):
            raise NotFound(kind=readers.ASSETS.kind, id=asset_id)
    rows = await fetch(act.session, query, QualityRun.id, limit=limit, cursor=cursor, newest_first=True)
    return await rows.awaiting(lambda row: run_view(act, row))


async def run_view(act: Act, row: QualityRun) -> QualityRunView:
    """A run for the wire, with what the actor can do with it."""
    contract = await one(act.session, DataContract, row.data_contract_id)
    card = await act.session.scalar(select(Scorecard).where(Scorecard.run_id == row.id))
    told = await progress.view(act.session, row.id)
    mine = act.actor.party in (row.provider, row.scored_by)
    roles = act.actor.roles if mine else ()
    actions = {action for role in roles for action in QUALITY_RUN.actions(row.status, role)}
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


async def counted(session: AsyncSession, revision_id: str) -> list[Scorecard]:
    """The scorecards of a revision that count: the provider's, newest first, then those of engaged scorers.

    What an earlier provider scored before the asset passed on stands behind the present one's.
    """
    of_revision = select(Scorecard, Asset.party_id).join(Asset, Asset.id == Scorecard.asset_id)
    rows = (await session.execute(of_revision.where(Scorecard.revision_id == revision_id))).all()
    if not rows:
        return []
    cards, provider = [card for card, _ in rows], rows[0].party_id
    found = [card for card in cards if card.scored_by in (provider, card.provider)]
    if len(found) < len(cards):
        whose = await ports.scorers(session, cards[0].asset_id, provider)
        found = [card for card in cards if card.scored_by in (*whose, card.provider)]
    found.sort(key=lambda card: card.id, reverse=True)
    return sorted(found, key=lambda card: (card.scored_by != provider, card.scored_by != card.provider))


async def latest_scorecard(session: AsyncSession, revision_id: str, of: str | None = None) -> Scorecard | None:
    """The scorecard that stands for a revision: the newest by `of` if it scored, else the provider's, else a scorer's.

    Never that of a stranger, however new.
    """
    found = await counted(session, revision_id)
    return next((card for card in found if card.scored_by == of), found[0] if found else None)


async def comparison(act: Act, before_id: str, after_id: str) -> Comparison:
    """Compare two scorecards of one asset that the actor may see; raises NotFound or ScorecardsUnrelated.

    Distances of distributions are reckoned from what was measured: they tell no value.
    """
    before, after = [await _readable(act, each) for each in (before_id, after_id)]
    if before.asset_id != after.asset_id:
        raise ScorecardsUnrelated
    bodies = [await inside.measured(act.session, each) for each in (before, after)]
    return compare(before.id, bodies[0], after.id, bodies[1])


async def require_scorecard(act: Act, row: Scorecard) -> None:
    """Raise NotFound for whoever may not read a scorecard."""
    cards = select(Scorecard.id).where(Scorecard.id == row.id)
    await readers.require_reader(act, readers.SCORECARDS, row.id, row.asset_id, cards, row.provider, row.scored_by)


async def scorecard_seen(act: Act, scorecard_id: str) -> ScorecardView:
    """A scorecard for its readers, see valuation.quality.access.readers; raises NotFound."""
    row = await _readable(act, scorecard_id)
    body = await inside.visible_body(act, row)
    return shown(row, ScorecardView, scorecard=body, masked=inside.is_masked(body))


async def scorecards(act: Act, asset_id: str | None, limit: int, cursor: str | None) -> Page[ScorecardSummary]:
    """The scorecards of the actor's data, and those by the actor, newest first; officers see all.

    Of an asset that it holds now a party sees those of earlier holders too.
    """
    mine = readers.SCORECARDS.among(act.actor, Scorecard.provider, Scorecard.scored_by)
    if asset_id is not None:
        held = select(Asset.id).where(Asset.id == asset_id, readers.ASSETS.among(act.actor, Asset.party_id))
        mine = and_(Scorecard.asset_id == asset_id, or_(mine, held.exists()))
    query = select(Scorecard).where(mine).options(defer(Scorecard.body))
    page: Page[Scorecard] = await fetch(act.session, query, Scorecard.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: shown(row, ScorecardSummary, score=f"{row.score:.2f}"))


async def contracts(act: Act, asset_id: str | None, limit: int, cursor: str | None) -> Page[DataContractSummary]:
    """The data contracts of the actor's assets, newest first; officers see all."""
    query = (
        select(DataContract)
        .join(Asset, Asset.id == DataContract.asset_id)
        .where(readers.CONTRACTS.among(act.actor, Asset.party_id))
        .options(defer(DataContract.document))
    )
    if asset_id is not None:
        query = query.where(DataContract.asset_id == asset_id)
    page: Page[DataContract] = await fetch(
        act.session, query, DataContract.id, limit=limit, cursor=cursor, newest_first=True
    )
    return page.of(lambda row: shown(row, DataContractSummary))


async def _readable(act: Act, scorecard_id: str) -> Scorecard:
    row = await scorecard(act.session, scorecard_id)
    await require_scorecard(act, row)
    return row
