"""Promising, and looking after what was promised: at every scorecard, and whenever an update is due."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, one
from kernel.log.record import record
from kernel.time.clock import day_in_china
from rights.assets import queries as assets
from rights.assets.models import Asset
from valuation.quality.access import inside
from valuation.quality.models import DataContract, QualityRun, Scorecard
from valuation.quality.scoring.comparison import Comparison, compare
from valuation.quality.watch import queries, rules
from valuation.quality.watch.models import QualityWatch
from valuation.quality.watch.policy import POLICY
from valuation.quality.watch.schemas import PromiseQuality, QualityWatchView

SUBJECT = "valuation.quality-run"


async def promise(act: Act, asset_id: str, data: PromiseQuality) -> QualityWatchView:
    """Promise a minimum score and an update cycle for an asset of one's own; the newest promise counts."""
    asset = await assets.own_asset(act, asset_id)
    row = await _row(act.session, asset, act.at)
    row.minimum_score = None if data.minimum_score is None else Decimal(data.minimum_score)
    row.follow, row.rescoring = data.follow, data.rescoring
    await _reckon(act, row, asset)
    facts = {"minimum_score": data.minimum_score, "follow": data.follow, "cycle_seconds": row.cycle_seconds}
    record(act, "valuation.quality-watch.promised", asset.id, facts=facts)
    await act.session.flush()
    return await queries.view(act.session, row)


async def after_scoring(act: Act, run: QualityRun, card: Scorecard, before: Comparison | None) -> None:
    """Tell what a new scorecard crosses, and reckon the next update from its revision and contract."""
    asset = await assets.asset(act.session, card.asset_id)
    row = await _row(act.session, asset, act.at)
    terms = POLICY.at(day_in_china(act.at)).body
    for crossing in rules.crossings(before, str(card.body["score"]), row.minimum_score, terms):
        facts = {"asset": asset.id, "scorecard": card.id, **crossing.facts}
        if before is not None:
            facts["scorecard_before"] = before.before
        _tell(act, row, crossing.kind, run.id, facts, [run.scored_by])
    if run.scored_by == asset.party_id or row.scorecard_id is None:
        row.scorecard_id = card.id
    if run.scored_by == asset.party_id:
        row.data_contract_id = run.data_contract_id
    await _reckon(act, row, asset)


async def look(act: Act, asset_id: str) -> QualityWatch | None:
    """Look at an asset whose update is due: missed or come; None when another worker has looked already."""
    await lock_name(act.session, "quality_watch", asset_id)
    row = await act.session.get(QualityWatch, asset_id, populate_existing=True)
    if row is None or row.next_due_at is None or row.cycle_seconds is None or row.next_due_at > act.at:
        return None
    latest = await assets.latest_row(act.session, asset_id)
    if latest is not None and latest.id != row.revision_id:
        await _reckon(act, row, await assets.asset(act.session, asset_id))
        return row
    cycles = rules.passed(row.next_due_at, row.cycle_seconds, act.at)
    cycle = await _cycle(act, row, await assets.asset(act.session, asset_id))
    if cycle is None or cycle.has_ended(act.at):
        row.cycle_seconds = row.next_due_at = row.overdue_since = None
        row.updated_at = act.at
        return row
    row.missed += cycles
    row.overdue_since = row.overdue_since or row.next_due_at
    facts = {"cycle_seconds": row.cycle_seconds, "due_at": row.next_due_at.isoformat(), "missed": row.missed}
    _tell(act, row, "missed", asset_id, facts, [])
    row.next_due_at = cycle.next_look(row.next_due_at + timedelta(seconds=cycles * row.cycle_seconds))
    row.updated_at = act.at
    return row


async def due(session: AsyncSession, *, at: datetime, limit: int) -> list[str]:
    """Assets whose update is due, the longest waiting first."""
    query = select(QualityWatch.asset_id).where(QualityWatch.next_due_at <= at).order_by(QualityWatch.next_due_at)
    return list(await session.scalars(query.limit(limit)))


async def _row(session: AsyncSession, asset: Asset, at: datetime) -> QualityWatch:
    """The asset's row, made when it is first needed, and nobody else's until this unit ends."""
    await lock_name(session, "quality_watch", asset.id)
    found = await session.get(QualityWatch, asset.id, populate_existing=True)
    if found is not None:
        return found
    new = QualityWatch(
        asset_id=asset.id,
        provider=asset.party_id,
        data_contract_id=None,
        scorecard_id=None,
        revision_id=None,
        minimum_score=None,
        follow="contract",
        rescoring=True,
        cycle_seconds=None,
        next_due_at=None,
        overdue_since=None,
        missed=0,
        updated_at=at,
    )
    session.add(new)
    return new


async def _reckon(act: Act, row: QualityWatch, asset: Asset) -> None:
    """Set the cycle and when the next update is due; a newer revision than the last one ends a delay."""
    terms, cycle = POLICY.at(day_in_china(act.at)).body, await _cycle(act, row, asset)
    latest = await assets.latest_row(act.session, asset.id)
    row.updated_at = act.at
    if cycle is None or latest is None or cycle.has_ended(act.at):
        row.cycle_seconds = row.next_due_at = row.overdue_since = None
        return
    if row.cycle_seconds == cycle.seconds and row.revision_id == latest.id:
        return  # Nothing came and nothing else was promised: what is overdue stays so.
    came = row.revision_id not in (None, latest.id)
    row.cycle_seconds, row.revision_id = cycle.seconds, latest.id
    row.next_due_at = cycle.next_look(rules.due(latest.created_at, cycle.seconds, terms))
    if came and row.overdue_since is not None:
        facts = {"revision": latest.id, "overdue_since": row.overdue_since.isoformat(), "missed": row.missed}
        _tell(act, row, "caught_up", asset.id, facts, [])
        row.overdue_since = None


async def _cycle(act: Act, row: QualityWatch, asset: Asset) -> rules.Cycle | None:
    """The promised cycle of an asset, by the contract that its provider scored it by last."""
    document: dict[str, Any] = {}
    if row.data_contract_id is not None:
        document = (await one(act.session, DataContract, row.data_contract_id)).document
    return rules.cycle_of(document, asset.update_cycle, row.follow, POLICY.at(day_in_china(act.at)).body)


async def compared(
    session: AsyncSession, run: QualityRun, scorecard_id: str, body: dict[str, Any]
) -> Comparison | None:
    """What changed since the provider's or the same scorer's last scorecard by the same contract.

    Another contract measures other things, and what another scorer found is not told.
    """
    query = select(Scorecard).where(
        Scorecard.asset_id == run.asset_id,
        Scorecard.id < scorecard_id,
        Scorecard.scored_by.in_((run.provider, run.scored_by)),
    )
    last = (await session.scalars(query.order_by(Scorecard.id.desc()).limit(1))).first()
    if last is None or last.body["contract"]["id"] != body["contract"]["id"]:
        return None
    return compare(last.id, await inside.measured(session, last), scorecard_id, body)


def _tell(act: Act, row: QualityWatch, kind: str, subject: str, facts: dict[str, Any], others: list[str]) -> None:
    known = {"asset": row.asset_id, **facts}
    record(act.by(SYSTEM), f"{SUBJECT}.{kind}", subject, parties=[row.provider, *others], facts=known)
