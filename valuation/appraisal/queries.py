"""Reading appraisals."""

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.projection import shown
from valuation.appraisal.document import STANDINGS
from valuation.appraisal.models import AppraisalRow
from valuation.appraisal.schemas import AppraisalView

AUDIENCE = Audience("appraisal", (Role.REVIEWER, Role.REGULATOR, Role.AUDITOR, Role.OPERATOR))
"""Who may read any appraisal: those who review and watch."""


def appraisal_view(row: AppraisalRow) -> AppraisalView:
    """An appraisal for the wire."""
    value, low, high = (Money(minor, row.currency).view() for minor in (row.value_minor, row.low_minor, row.high_minor))
    return shown(
        row,
        AppraisalView,
        standing_text=STANDINGS[row.standing],
        value=value,
        low=low,
        high=high,
        appraisal=row.body,
    )


async def appraisal(session: AsyncSession, appraisal_id: str) -> AppraisalRow:
    """An appraisal, whoever asks; raises NotFound."""
    return await one(session, AppraisalRow, ids.require("apr", appraisal_id))


async def appraisal_seen(act: Act, appraisal_id: str) -> AppraisalView:
    """An appraisal for its valuer, its client, the provider, and those who review and watch; raises NotFound."""
    row = await appraisal(act.session, appraisal_id)
    AUDIENCE.require(act.actor, appraisal_id, row.provider, row.valuer, row.client)
    return appraisal_view(row)
