"""What the back-test is made from: stored values, and the register's realised trades of the same assets."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from sqlalchemy import func, select
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
_A, _C = AppraisalRow, ComparableRow


async def back_test(session: AsyncSession, standing: str | None, since: date | None, on: date) -> BackTest:
    """Past values beside later deals; raises ExportTooLarge where they are too many for one answer."""
    trades = select(
        _C.asset_id, _C.field, _C.currency, _C.dated, _C.price, _C.remaining_years, _C.right, _C.mode,
        _C.licence["exclusivity"].astext.label("exclusivity"),
    )  # fmt: skip
    fair = trades.where(_C.kind == "realised", _C.related == [])
    sold = (await session.execute(fair.order_by(_C.id).limit(CASES_MAX + 1))).all()
    traded = select(_C.asset_id).where(_C.kind == "realised")
    inputs = _A.body["inputs"]
    query = (
        select(
            _A.asset_id, _A.approach, Asset.theme, _A.currency, _A.base_date, _A.use_until, _A.value_minor,
            _A.low_minor, _A.high_minor, *_lives(inputs),
        )
        .join(Asset, Asset.id == _A.asset_id)
        .where(_A.asset_id.in_(traded), _A.value_minor > 0)
        .order_by(_A.id)
        .limit(CASES_MAX + 1)
    )  # fmt: skip
    query = query if standing is None else query.where(_A.standing == standing)
    query = query if since is None else query.where(_A.base_date >= since)
    stated = (await session.execute(query)).all()
    if max(len(sold), len(stated)) > CASES_MAX:
        raise ExportTooLarge(rows=max(len(sold), len(stated)), most=CASES_MAX)
    return await asyncio.to_thread(_compared, stated, sold, on)


def _lives(inputs: Any) -> Iterator[Any]:
    """What an appraisal's inputs say of the time that the value counts on, and what comparables alone were like."""
    yield func.coalesce(
        inputs["cost"]["remaining_life_years"]["value"].astext, inputs["remaining_life_years"]["value"].astext
    ).label("remaining")
    yield inputs["income"]["life"].label("life")
    for name in ("remaining_years", "right", "mode"):
        held = inputs["market"][name]
        yield (held["value"] if name == "remaining_years" else held).astext.label(f"market_{name}")


def _compared(stated: Sequence[Any], sold: Sequence[Any], on: date) -> BackTest:
    undivided = backtest.POLICY.at(on).body.undivided
    deals = [
        Deal(
            row.asset_id or "", row.field, row.currency, row.dated, row.price, row.remaining_years,
            row.exclusivity in undivided, (row.right, row.mode) if row.right else None,
        )
        for row in sold
    ]  # fmt: skip
    return backtest.compared(map(_valued, stated), deals, on)


def _valued(row: Any) -> Valued:
    value, low, high = (
        Money(minor, row.currency).decimal for minor in (row.value_minor, row.low_minor, row.high_minor)
    )
    lives = [Decimal(life) for life in (row.remaining, row.market_remaining_years) if life is not None]
    if row.life:
        bounds = [row.life["years"]] if "years" in row.life else row.life.values()
        lives.append(min(Decimal(bound["value"]) for bound in bounds).to_integral_value(ROUND_FLOOR))
    alone = row.approach == "market" and row.market_right is not None
    return Valued(
        row.asset_id, row.approach, row.theme, row.currency, row.base_date, row.use_until, value, low, high,
        max(lives, default=None), (row.market_right, row.market_mode) if alone else None,
    )  # fmt: skip
