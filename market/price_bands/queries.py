"""Price bands, computed when they are asked for: from the register of market evidence and from appraisals in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Row, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.money import Money
from kernel.text import Text
from market.price_bands import rules
from market.price_bands.rules import POLICY, BandPolicy, Figures, Nearness, Realised, Subject, Trade
from market.price_bands.schemas import AppraisedBand, BandFigures, PriceBandView, RealisedBand
from rights.assets.models import Asset
from rights.classification.models import Classification
from rights.grants.box import Exclusivity
from rights.grants.vocabulary import words_at
from valuation.appraisal.models import AppraisalRow
from valuation.engagements.models import Engagement
from valuation.engagements.states import EngagementState
from valuation.market_evidence.models import ComparableRow

CURRENCY: Final = "CNY"
"""The currency of a band beside what shows no amount."""

APPRAISALS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Offered:
    """What a listing offers, as far as a band asks: whose, of what, under which licence, at which price."""

    provider: str
    asset_id: str
    revision_id: str
    licence: dict[str, Any]
    price: Money | None
    currency: str | None


async def band(session: AsyncSession, offered: Offered, on: date) -> PriceBandView:
    """The band beside what is offered, as of a day; trades of the same data or by the same provider are not asked."""
    policy = POLICY.at(on)
    currency = offered.currency or CURRENCY
    subject = await _subject(session, offered, on)
    trades = await _trades(session, offered, subject.field, currency, on, policy.body)
    price = offered.price
    return PriceBandView(
        currency=currency,
        on=on,
        policy=policy.ref,
        price=price.view() if price is not None else None,
        year_price=None if price is None else rules.of_year(price, offered.licence["term_days"]).view(),
        realised=_realised(rules.realised(subject, trades, currency, policy.body), policy.body),
        appraised=await _appraised(session, offered, currency, on),
    )


def _level() -> Any:
    """The newest declared level of a comparable's asset."""
    newest = select(Classification.level).where(Classification.asset_id == Asset.id)
    return newest.order_by(Classification.id.desc()).limit(1).correlate(Asset).scalar_subquery()


async def _subject(session: AsyncSession, offered: Offered, on: date) -> Subject:
    query = select(Asset.industry, Asset.theme, _level()).where(Asset.id == offered.asset_id)
    industry, field, level = (await session.execute(query)).one()
    rights = words_at(on).rights_of(offered.licence["actions"])
    right = "+".join(str(right).lower() for right in rights)  # As settled trades say it.
    return Subject(industry, field, level, right, offered.licence.get("exclusivity", Exclusivity.ORDINARY))


async def _trades(
    session: AsyncSession, offered: Offered, field: str, currency: str, on: date, policy: BandPolicy
) -> list[Trade]:
    """Realised trades of a field, unflagged, of other data and other providers, the newest first."""
    exclusivity = func.coalesce(ComparableRow.licence["exclusivity"].astext, Exclusivity.ORDINARY)
    columns = (ComparableRow.price, ComparableRow.remaining_years, ComparableRow.dated)
    query = (
        select(*columns, ComparableRow.right, exclusivity, ComparableRow.field, Asset.industry, _level())
        .join(Asset, Asset.id == ComparableRow.asset_id)
        .where(
            ComparableRow.kind == "realised",
            ComparableRow.related == [],
            ComparableRow.currency == currency,
            ComparableRow.remaining_years > 0,
            ComparableRow.dated <= on,
            ComparableRow.dated >= on - timedelta(days=policy.days_max),
            ComparableRow.field == field,
            ComparableRow.asset_id != offered.asset_id,
            ~ComparableRow.parties.contains([offered.provider]),
        )
        .order_by(ComparableRow.dated.desc(), ComparableRow.id.desc())
        .limit(policy.considered_max)
    )
    return [_trade(row) for row in (await session.execute(query)).all()]


def _trade(row: Row[Any]) -> Trade:
    price, years, dated, right, exclusivity, field, industry, level = tuple(row)
    return Trade(Subject(industry, field, level, right or "", exclusivity), price / years, dated)


def _realised(found: Realised, policy: BandPolicy) -> RealisedBand:
    if found.figures is not None and found.nearness is not None:
        said = Text(
            "{n} 笔已成交且无关联的交易（{near}），按许可期一年折算",
            "{n} realised trades without ties between their parties ({near}), each for a year of its licence",
        ).filled(n=found.figures.n, near=rules.NEARNESS[found.nearness])
        return RealisedBand(_view(found.figures), found.nearness, found.counts, said.zh, said.en)
    said = Text(
        "可比成交不足：需 {min} 笔，同领域共 {n} 笔，不作区间",
        "Too few comparable trades: {min} are needed and there are {n} in the field, so no band is given",
    ).filled(min=policy.trades_min, n=found.counts[Nearness.BROAD])
    return RealisedBand(None, None, found.counts, said.zh, said.en)


async def _appraised(session: AsyncSession, offered: Offered, currency: str, on: date) -> AppraisedBand:
    """The values that may back a price of the revision on the day: see valuation.engagements.queries.backing."""
    query = (
        select(AppraisalRow)
        .join(Engagement, Engagement.id == AppraisalRow.engagement_id, isouter=True)
        .where(
            AppraisalRow.revision_id == offered.revision_id,
            AppraisalRow.provider == offered.provider,
            AppraisalRow.currency == currency,
            AppraisalRow.standing != "automatic",
            AppraisalRow.base_date <= on,
            AppraisalRow.use_until >= on,
            or_(AppraisalRow.standing == "study", Engagement.status == EngagementState.ISSUED),
        )
        .order_by(AppraisalRow.id.desc())
        .limit(APPRAISALS_MAX)
    )
    rows: Sequence[AppraisalRow] = (await session.scalars(query)).all()
    if not rows:
        said = Text("没有该币种的有效估值", "No appraisal in this currency stands")
        return AppraisedBand(None, said.zh, said.en)
    values = [Money(row.value_minor, currency) for row in rows]
    middle = rules.figures(values, [row.base_date for row in rows])
    view = _view(
        Figures(
            Money(min(row.low_minor for row in rows), currency),
            middle.median,
            Money(max(row.high_minor for row in rows), currency),
            middle.n,
            middle.first_on,
            middle.last_on,
        )
    )
    said = Text(
        "{n} 份有效估值：最低至最高，及评估值的中位；所评为数据资产的价值，不是许可的价格",
        "{n} appraisals that stand: from their lowest to their highest, and the middle of their values; they value the "
        "asset, not a licence",
    ).filled(n=len(rows))
    return AppraisedBand(view, said.zh, said.en)


def _view(found: Figures) -> BandFigures:
    low, median, high = (money.view() for money in (found.low, found.median, found.high))
    return BandFigures(low, median, high, found.n, found.first_on, found.last_on)
