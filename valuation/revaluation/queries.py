"""Reading the history of a report's value."""

from sqlalchemy import select

from kernel.act import Act
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from valuation.engagements.queries import visible_engagement
from valuation.revaluation.models import Revaluation
from valuation.revaluation.schemas import RevaluationView


def revaluation_view(row: Revaluation) -> RevaluationView:
    """A revaluation for the wire."""
    return shown(row, RevaluationView)


async def revaluations(act: Act, engagement_id: str, limit: int, cursor: str | None) -> Page[RevaluationView]:
    """Everything that was computed anew of a report, the newest last."""
    row = await visible_engagement(act, engagement_id)
    query = select(Revaluation).where(Revaluation.engagement_id == row.id)
    return (await fetch(act.session, query, Revaluation.id, limit=limit, cursor=cursor)).of(revaluation_view)
