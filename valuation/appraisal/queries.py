"""Reading appraisals."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from valuation.appraisal.document import STANDINGS
from valuation.appraisal.models import AppraisalRow
from valuation.appraisal.schemas import AppraisalSummary, AppraisalView

AUDIENCE = Audience("appraisal", (Role.REVIEWER, Role.REGULATOR, Role.AUDITOR, Role.OPERATOR))
"""Who may read any appraisal: those who review and watch."""


def appraisal_view(row: AppraisalRow) -> AppraisalView:
    """An appraisal for the wire."""
    return shown(row, AppraisalView, **_figures(row), appraisal=row.body)


def _figures(row: AppraisalRow) -> dict[str, Any]:
    value, low, high = (Money(minor, row.currency).view() for minor in (row.value_minor, row.low_minor, row.high_minor))
    return {"standing_text": STANDINGS[row.standing], "value": value, "low": low, "high": high}


async def appraisals(act: Act, asset_id: str | None, limit: int, cursor: str | None) -> Page[AppraisalSummary]:
    """The appraisals of the actor's data, those that it made or had made, newest first; whoever watches sees all."""
    mine = AUDIENCE.among(act.actor, AppraisalRow.provider, AppraisalRow.valuer, AppraisalRow.client)
    query = select(AppraisalRow).where(mine).options(defer(AppraisalRow.body))
    if asset_id is not None:
        query = query.where(AppraisalRow.asset_id == asset_id)
    page: Page[AppraisalRow] = await fetch(
        act.session, query, AppraisalRow.id, limit=limit, cursor=cursor, newest_first=True
    )
    return page.of(lambda row: shown(row, AppraisalSummary, **_figures(row)))


async def appraisal(session: AsyncSession, appraisal_id: str) -> AppraisalRow:
    """An appraisal, whoever asks; raises NotFound."""
    return await one(session, AppraisalRow, ids.require("apr", appraisal_id))


async def appraisal_seen(act: Act, appraisal_id: str) -> AppraisalView:
    """An appraisal for its valuer, its client, the provider, and those who review and watch; raises NotFound."""
    row = await appraisal(act.session, appraisal_id)
    AUDIENCE.require(act.actor, appraisal_id, row.provider, row.valuer, row.client)
    return appraisal_view(row)
