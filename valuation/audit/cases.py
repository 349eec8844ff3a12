"""What the back-test is made from: stored values, and the register's realised trades of the same assets."""

import asyncio
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.money import Money
from rights.assets.models import Asset
from valuation.appraisal.models import AppraisalRow
from valuation.audit import backtest
from valuation.audit.backtest import Deal, Valued
from valuation.audit.errors import ExportTooLarge
from valuation.audit.schemas import BackTest
from valuation.market_evidence.models import ComparableRow

CASES_MAX: Final = 50_000


async def back_test(session: AsyncSession, standing: str | None, since: date | None) -> BackTest:
    """Past values beside later deals; raises ExportTooLarge where they are too many for one answer."""
    trades = select(ComparableRow).where(ComparableRow.kind == "realised").limit(CASES_MAX + 1)
    deals = [
        Deal(row.asset_id or "", row.field, row.currency, row.dated, row.price) for row in await session.scalars(trades)
    ]
    traded = select(ComparableRow.asset_id).where(ComparableRow.kind == "realised")
    query = (
        select(AppraisalRow, Asset.theme)
        .join(Asset, Asset.id == AppraisalRow.asset_id)
        .where(AppraisalRow.asset_id.in_(traded), AppraisalRow.value_minor > 0)
        .limit(CASES_MAX + 1)
    )
    query = query if standing is None else query.where(AppraisalRow.standing == standing)
    query = query if since is None else query.where(AppraisalRow.base_date >= since)
    valued = [_valued(row, theme) for row, theme in await session.execute(query)]
    if max(len(deals), len(valued)) > CASES_MAX:
        raise ExportTooLarge(rows=max(len(deals), len(valued)), most=CASES_MAX)
    return await asyncio.to_thread(backtest.compared, valued, deals)


def _valued(row: AppraisalRow, theme: str) -> Valued:
    value, low, high = (
        Money(minor, row.currency).decimal for minor in (row.value_minor, row.low_minor, row.high_minor)
    )
    return Valued(row.asset_id, row.approach, theme, row.currency, row.base_date, row.use_until, value, low, high)
