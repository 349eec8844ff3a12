"""Reading what an asset earned: sums of what was shared out and of the credits, never kept beside them."""

from collections import defaultdict
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from contracts.agreements.models import Agreement
from kernel.act import Act
from kernel.money import Money
from kernel.states import Role
from kernel.time.clock import SHANGHAI
from kernel.views.audience import Audience
from market.billing.models import Bill
from market.earnings.schemas import EarnedYear, EarningsView, ValuedAt
from market.orders.models import Order
from market.settlement.models import Settlement
from market.splits.models import Distribution, DistributionLeg, LegCredit
from market.splits.tree import LeafKind
from rights.assets import queries as assets
from valuation.appraisal.models import AppraisalRow

AUDIENCE: Final = Audience("asset", (Role.REGULATOR, Role.AUDITOR))
"""Who may see what an asset earned besides its party."""

VALUES_MAX: Final = 50


async def earnings(act: Act, asset_id: str) -> EarningsView:
    """An asset's earnings beside its values, for its party and those who watch; raises NotFound for anybody else.

    They are those of the asset's present party: what an earlier holder earned is that holder's own.
    """
    asset = await assets.asset(act.session, asset_id)
    AUDIENCE.require(act.actor, asset_id, asset.party_id)
    query = select(AppraisalRow).where(AppraisalRow.asset_id == asset.id, AppraisalRow.provider == asset.party_id)
    rows = await act.session.scalars(query.order_by(AppraisalRow.id.desc()).limit(VALUES_MAX))
    return EarningsView(asset.id, await _earned(act, asset.id, asset.party_id), [_valued(row) for row in rows])


def _year(moment: Any) -> ColumnElement[int]:
    return func.date_part("year", func.timezone(SHANGHAI.key, moment))


async def _earned(act: Act, asset_id: str, party: str) -> list[EarnedYear]:
    year = _year(Settlement.settled_at)
    figures = (Settlement.gross_minor, Settlement.fee_minor, Settlement.provider_minor)
    settled = (
        select(year, Settlement.currency, func.count(), *(func.sum(each) for each in figures))
        .join(Order, Order.id == Settlement.order_id)
        .where(Order.asset_id == asset_id, Settlement.provider == party)
        .group_by(year, Settlement.currency)
    )
    # Bills, and parts of deliveries, are shared out without a settlement of an order.
    year, own = _year(Distribution.created_at), DistributionLeg.amount_minor
    shared = (
        select(
            year,
            Distribution.currency,
            func.count(Distribution.order_id.distinct()),
            *(func.sum(each) for each in (Distribution.gross_minor, Distribution.fee_minor, own)),
        )
        .join(Agreement, Agreement.id == Distribution.agreement_id)
        .join(DistributionLeg, DistributionLeg.distribution_id == Distribution.id)
        .outerjoin(Bill, Bill.id == Distribution.subject)
        .where(Agreement.asset_id == asset_id, Distribution.subject != Distribution.order_id)
        .where(Bill.kind.is_distinct_from("audit-cost"))  # What is paid back was not earned.
        .where(DistributionLeg.kind == LeafKind.PROVIDER, DistributionLeg.party_id == party)
        .group_by(year, Distribution.currency)
    )
    year = _year(LegCredit.created_at)
    leg = (DistributionLeg.distribution_id == LegCredit.distribution_id) & (DistributionLeg.n == LegCredit.n)
    credited = (
        select(year, Distribution.currency, func.sum(LegCredit.amount_minor))
        .join(DistributionLeg, leg)
        .join(Distribution, Distribution.id == DistributionLeg.distribution_id)
        .join(Agreement, Agreement.id == Distribution.agreement_id)
        .where(Agreement.asset_id == asset_id, DistributionLeg.party_id == party)
        .group_by(year, Distribution.currency)
    )
    found: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * 5)
    for row in (*await act.session.execute(settled), *await act.session.execute(shared)):
        sums = found[int(row[0]), row[1]]
        sums[:4] = [before + int(each) for before, each in zip(sums, row[2:], strict=False)]
    for given, currency, minor in await act.session.execute(credited):
        found[int(given), currency][4] = int(minor)
    return [_line(*key, *sums) for key, sums in sorted(found.items(), reverse=True)]


def _line(year: int, currency: str, *sums: int) -> EarnedYear:
    orders, *minors = sums
    gross, fee, earned, credited = (Money(minor, currency).view() for minor in minors)
    return EarnedYear(year, orders, gross, fee, earned, credited)


def _valued(row: AppraisalRow) -> ValuedAt:
    value, low, high = (Money(minor, row.currency).view() for minor in (row.value_minor, row.low_minor, row.high_minor))
    return ValuedAt(row.id, row.standing, row.approach, row.base_date, value, low, high)
