"""Products as they stand at a moment: whether they may be sold, their values, and when time alone may change that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.time.clock import day_in_china, start_of_day_in_china
from market.listings.finding.facets import FINDING, ONE, SEVERAL
from market.listings.finding.query import moment
from market.listings.finding.statements import STANDS


@dataclass(frozen=True, slots=True)
class Placed:
    """One product at a moment."""

    listing_id: str
    place: int
    stands: bool
    values: dict[str, list[str]]
    price: str
    next_at: datetime | None


_ONE: Final = ", ".join(f"{value} AS {name}" for name, value in ONE.items())
_SEVERAL: Final = ", ".join(f"{value} AS {name}" for name, value in SEVERAL.items())
_ROWS: Final = text(
    """
    SELECT listing.id, listing.place, listing.status = 'listed' AS is_listed,
        listing.status = 'listed' AND COALESCE(:stands, false) AS stands, :one, :several,
        concat_ws(' ', listing.price_kind, COALESCE(listing.price_minor, listing.from_minor), listing.currency)
          AS price,
        seller.admitted_until, listing.look_again_on, (listing.freshness_at AT TIME ZONE 'Asia/Shanghai')::date
          AS fresh_on,
        (SELECT min(bound.at) FROM certificate basis
         JOIN certificate held ON held.content_sha256 = basis.content_sha256 AND held.asset_id = basis.asset_id
          AND held.status = 'in_force' AND held.party_id = listing.provider,
         LATERAL (VALUES (held.valid_from), (held.valid_until + 1)) AS bound (at)
         WHERE basis.id = listing.certificate_id AND bound.at > :day) AS certificate_on,
        (SELECT min(t.valid_until) FROM third_party_test t
         WHERE t.revision_id = listing.revision_id AND t.status = 'signed' AND t.valid_until > :at) AS test_until
    FROM listing LEFT JOIN party seller ON seller.id = listing.provider
    WHERE listing.id = ANY(:ids)
    """.replace(":stands", STANDS.replace("ranked.id", "listing.id"))
    .replace(":one", _ONE)
    .replace(":several", _SEVERAL)
)


async def placed(session: AsyncSession, listing_ids: Sequence[str], at: datetime) -> list[Placed]:
    """Products as they stand, on the shelf or not."""
    rows = await session.execute(_ROWS, {"ids": list(listing_ids), **moment(at)})
    steps = FINDING.at(day_in_china(at)).body.freshness_days
    return [_placed(row, at, steps) for row in rows]


def _placed(row: Row[Any], at: datetime, steps: Iterable[int]) -> Placed:
    values = {name: [getattr(row, name)] for name in ONE}
    values |= {name: list(getattr(row, name)) for name in SEVERAL}
    return Placed(row.id, row.place, row.stands, values, row.price, _next(row, at, steps) if row.is_listed else None)


def _next(row: Row[Any], at: datetime, steps: Iterable[int]) -> datetime | None:
    """The first moment after this one at which a day or a test that a product rests on is over, or has come."""
    one = timedelta(days=1)
    days = [] if row.fresh_on is None else [row.fresh_on + timedelta(days=step + 1) for step in steps]
    days += [] if row.admitted_until is None else [row.admitted_until + one]
    days += [day for day in (row.look_again_on, row.certificate_on) if day is not None]
    moments = [start_of_day_in_china(day) for day in days]
    moments += [] if row.test_until is None else [row.test_until]
    return min((moment for moment in moments if moment > at), default=None)
