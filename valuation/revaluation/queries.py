"""Reading the history of a report's value."""

from sqlalchemy import select

from kernel.act import Act
from kernel.views.paging import CursorOf, Page, decode, page
from valuation.engagements.queries import seen
from valuation.revaluation.models import Revaluation
from valuation.revaluation.schemas import RevaluationView


def revaluation_view(row: Revaluation) -> RevaluationView:
    """A revaluation for the wire."""
    return RevaluationView(
        id=row.id,
        engagement_id=row.engagement_id,
        previous_id=row.previous_id,
        outcome=row.outcome,
        appraisal_id=row.appraisal_id,
        causes=row.causes,
        changes=row.changes,
        faults=row.faults,
        created_at=row.created_at,
    )


async def revaluations(act: Act, engagement_id: str, limit: int, cursor: str | None) -> Page[RevaluationView]:
    """Everything that was computed anew of a report, the newest last."""
    row = await seen(act, engagement_id)
    query = select(Revaluation).where(Revaluation.engagement_id == row.id).order_by(Revaluation.id).limit(limit + 1)
    if (after := decode(cursor, 1)) is not None:
        query = query.where(Revaluation.id > after[0])
    rows = (await act.session.scalars(query)).all()
    return page([revaluation_view(each) for each in rows], limit, CursorOf[RevaluationView](("id",)))
