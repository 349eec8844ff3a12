"""What refunds, lost card disputes and service credits have left of every share."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from market.splits.models import Distribution, DistributionLeg, LegCredit, LegRefund

TAX_LEG, FEE_LEG = 0, 1
"""The places of tax and fee among the shares of every distribution."""


def _sum_of(taken: type[LegRefund | LegCredit]) -> ColumnElement[int]:
    total: Select[Any] = select(func.coalesce(func.sum(taken.amount_minor), 0)).where(
        taken.distribution_id == DistributionLeg.distribution_id, taken.n == DistributionLeg.n
    )
    return total.correlate(DistributionLeg).scalar_subquery()


LEFT: Final = DistributionLeg.amount_minor - _sum_of(LegRefund) - _sum_of(LegCredit)
"""What is left of a share, in minor units, in a query of shares."""


@dataclass(frozen=True, slots=True)
class ShareLeft:
    """A party's share of one distribution, with what is left of it and of the tax beside it, in minor units."""

    distribution: Distribution
    n: int
    minor: int
    tax_minor: int


async def shares_of(session: AsyncSession, agreement_id: str, party: str) -> list[ShareLeft]:
    """What is left of a party's shares of an agreement's money, in the order in which they were shared out."""
    query = (
        select(Distribution, DistributionLeg, LEFT)
        .join(DistributionLeg, DistributionLeg.distribution_id == Distribution.id)
        .where(Distribution.agreement_id == agreement_id)
        .where((DistributionLeg.party_id == party) | (DistributionLeg.n == TAX_LEG))
        .order_by(Distribution.id, DistributionLeg.n)
    )
    made, tax = [], 0
    for row, leg, minor in await session.execute(query):
        if leg.n == TAX_LEG:
            tax = int(minor)
        else:
            made.append(ShareLeft(row, leg.n, int(minor), tax))
    return made
