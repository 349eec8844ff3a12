"""Agreements as dealings: what the check of a valuer's independence asks of this package."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.models import Agreement
from kernel.time.clock import day_in_china
from valuation.engagements.independence.dealings import source
from valuation.engagements.rules import Dealing


@source("agreement")
async def agreements(
    session: AsyncSession, ours: Collection[str], theirs: Collection[str], since: datetime
) -> Iterable[Dealing]:
    """Agreements between a party of ours and one of theirs, whatever became of them."""
    query = select(Agreement).where(
        Agreement.created_at >= since,
        or_(
            and_(Agreement.provider.in_(ours), Agreement.consumer.in_(theirs)),
            and_(Agreement.provider.in_(theirs), Agreement.consumer.in_(ours)),
        ),
    )
    return [
        Dealing("agreement", row.id, day_in_china(row.created_at), frozenset({row.provider, row.consumer}))
        for row in await session.scalars(query)
    ]
