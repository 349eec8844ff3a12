"""How the promises of an asset stand."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.errors import NotFound
from kernel.text import Text
from kernel.views.projection import shown
from rights.assets import queries as assets
from valuation.quality.access import readers
from valuation.quality.models import Scorecard
from valuation.quality.watch.models import QualityWatch
from valuation.quality.watch.schemas import QualityWatchView

_WORDS = {
    "kept": Text("承诺均已履行", "What was promised is kept"),
    "undershot": Text("质量得分低于承诺", "The score is below what was promised"),
    "overdue": Text("数据更新逾期", "An update is overdue"),
    "unknown": Text("尚无评分", "There is no score yet"),
}


async def promises_of(session: AsyncSession, asset_id: str) -> QualityWatchView | None:
    """How an asset's promises stand; None where nothing is promised."""
    row = await session.get(QualityWatch, asset_id, populate_existing=True)
    promised = row is not None and (row.minimum_score is not None or row.cycle_seconds is not None)
    return await view(session, row) if row is not None and promised else None


async def standing_seen(act: Act, asset_id: str) -> QualityWatchView:
    """The same for the readers of the asset's scorecards; raises NotFound."""
    owner = await assets.asset(act.session, asset_id)
    cards = readers.of_asset(owner.id)
    await readers.require_reader(act, readers.ASSETS, asset_id, owner.id, cards, owner.party_id)
    watch = await promises_of(act.session, owner.id)
    if watch is None:
        raise NotFound(kind="quality_watch", id=asset_id)
    return watch


async def view(session: AsyncSession, row: QualityWatch) -> QualityWatchView:
    """The promises for the wire."""
    latest = await assets.latest_row(session, row.asset_id)
    score: Decimal | None = None
    if row.scorecard_id is not None:
        score = await session.scalar(select(Scorecard.score).where(Scorecard.id == row.scorecard_id))
    stands = _standing(row, score)
    return shown(
        row,
        QualityWatchView,
        standing=stands,
        words=_WORDS[stands],
        minimum_score=None if row.minimum_score is None else f"{row.minimum_score:.2f}",
        score=None if score is None else f"{score:.2f}",
        last_revision_at=None if latest is None else latest.created_at,
    )


def _standing(row: QualityWatch, score: Decimal | None) -> str:
    if row.overdue_since is not None:
        return "overdue"
    if score is None:
        return "unknown"
    return "undershot" if row.minimum_score is not None and score < row.minimum_score else "kept"
