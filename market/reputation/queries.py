"""The standing of listings and providers by their ratings."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from market.reputation import rules
from market.reputation.models import Rating, RatingMean
from market.reputation.rules import Tally
from market.reputation.schemas import UNRATED, RatingStanding


def tallied() -> Select[int, int, int]:
    """Count ratings: how many, their stars, and how many were as described."""
    described = func.count().filter(Rating.as_described)
    return select(func.count(), func.coalesce(func.sum(Rating.stars), 0), described)


async def tally(session: AsyncSession, which: ColumnElement[bool]) -> Tally:
    """The ratings for which something holds, counted."""
    row = (await session.execute(tallied().where(which))).one()
    return Tally(row[0], int(row[1]), row[2])


async def mean_in_force(session: AsyncSession) -> RatingMean | None:
    """The market's mean that was frozen last."""
    return await session.scalar(select(RatingMean).order_by(RatingMean.month.desc()).limit(1))


_OF_LISTINGS: Final = (
    tallied()
    .add_columns(Rating.listing_id)
    .where(Rating.listing_id.in_(bindparam("listings", expanding=True)))
    .group_by(Rating.listing_id)
)


async def of_listings(session: AsyncSession, listings: Collection[str], on: date) -> dict[str, RatingStanding]:
    """The standing of each listing that was rated."""
    rows = (await session.execute(_OF_LISTINGS, {"listings": list(listings)})).all()
    mean = await _mean(session, on) if rows else None
    return {row[3]: _standing(Tally(row[0], int(row[1]), row[2]), mean, on) for row in rows}


async def of_listing(session: AsyncSession, listing_id: str, on: date) -> RatingStanding:
    """The standing of one listing."""
    return (await of_listings(session, [listing_id], on)).get(listing_id, UNRATED)


async def of_provider(session: AsyncSession, provider: str, on: date) -> RatingStanding:
    """The standing of a provider, over everything that it sold."""
    counted = await tally(session, Rating.provider == provider)
    return _standing(counted, await _mean(session, on), on)


async def _mean(session: AsyncSession, on: date) -> Decimal:
    frozen = await mean_in_force(session)
    return rules.FORMULAS.at(on).body.mean_without_ratings if frozen is None else frozen.mean


def _standing(counted: Tally, mean: Decimal | None, on: date) -> RatingStanding:
    if counted.n == 0 or mean is None:
        return UNRATED
    formula = rules.FORMULAS.at(on).body
    score, share = rules.score(counted, mean, formula), rules.lower_bound(counted, formula)
    return RatingStanding(n=counted.n, score=str(score), as_described=str(share))
