"""Reading appraisals."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.money import Money
from kernel.states import Role
from valuation.appraisal.basis import STANDINGS
from valuation.appraisal.models import AppraisalRow
from valuation.appraisal.schemas import AppraisalView

READERS = (Role.REVIEWER, Role.REGULATOR, Role.AUDITOR, Role.OPERATOR)
"""Who may read any appraisal: those who review and watch."""


def appraisal_view(row: AppraisalRow) -> AppraisalView:
    """An appraisal for the wire."""
    value, low, high = (Money(minor, row.currency).view() for minor in (row.value_minor, row.low_minor, row.high_minor))
    return AppraisalView(
        id=row.id,
        asset_id=row.asset_id,
        revision_id=row.revision_id,
        scorecard_id=row.scorecard_id,
        valuer=row.valuer,
        approach=row.approach,
        standing=row.standing,
        standing_text=STANDINGS[row.standing],
        engagement_id=row.engagement_id,
        base_date=row.base_date,
        use_until=row.use_until,
        value=value,
        low=low,
        high=high,
        document_id=row.document_id,
        created_at=row.created_at,
        appraisal=row.body,
    )


async def appraisal(session: AsyncSession, appraisal_id: str) -> AppraisalRow:
    """An appraisal, whoever asks; raises NotFound."""
    return await one(session, AppraisalRow, ids.require("apr", appraisal_id))


async def latest_appraisal(session: AsyncSession, revision_id: str) -> AppraisalRow | None:
    """The newest report of a revision, else its newest study; what was computed automatically backs nothing."""
    query = (
        select(AppraisalRow)
        .where(AppraisalRow.revision_id == revision_id, AppraisalRow.standing.in_(("issued", "study")))
        .order_by(AppraisalRow.standing, AppraisalRow.id.desc())
    )
    return (await session.scalars(query.limit(1))).first()


async def appraisal_seen(act: Act, appraisal_id: str) -> AppraisalView:
    """An appraisal for its valuer, its client, the provider, and those who review and watch; raises NotFound."""
    row = await appraisal(act.session, appraisal_id)
    known = act.actor.party is not None and act.actor.party in (row.provider, row.valuer, row.client)
    if not known and not act.actor.has(*READERS):
        raise NotFound(kind="appraisal", id=appraisal_id)
    return appraisal_view(row)
