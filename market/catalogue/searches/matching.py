"""Which searches a product fits: one statement that reads every search beside the product's own values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from market.catalogue.facets.placing import Placed, placed
from market.catalogue.searches.rules import HitReason
from market.listings.finding.facets import FACETS

# The search text is made anew by joining nothing to it: as it is stored it would be unpacked for every search.
_FITS: Final = text(
    """
    WITH product AS MATERIALIZED (
        SELECT l.id, l.provider AS seller, l.quality_score, f.search || ''::tsvector AS text, f.amount,
            f.currency AS priced_in
        FROM listing l JOIN listing_find f ON f.place = l.place WHERE l.id = :listing
    )
    INSERT INTO saved_search_hit (search_id, listing_id, reason, at, told)
    SELECT s.id, p.id, :reason, :at, false
    FROM saved_search s CROSS JOIN product p
    WHERE s.party_id <> p.seller :facets
      AND (s.most_minor IS NULL OR p.amount <= s.most_minor AND (p.priced_in IS NULL OR p.priced_in = s.currency))
      AND (s.score_min IS NULL OR p.quality_score >= s.score_min)
      AND (s.every IS NULL OR p.text @@ s.every)
    ON CONFLICT DO NOTHING
    RETURNING search_id
    """.replace(":facets", " ".join(f"AND (s.{name} IS NULL OR s.{name} && :{name})" for name in FACETS))
)


async def match(session: AsyncSession, product: Placed, reason: HitReason, at: datetime) -> Sequence[str]:
    """Note a product with every search that it fits for the first time for a reason; gives those searches."""
    values: dict[str, Any] = {name: product.values[name] for name in FACETS}
    asked = {"listing": product.listing_id, "reason": str(reason), "at": at, **values}
    return (await session.scalars(_FITS, asked)).all()


async def on_shelf(session: AsyncSession, listing_ids: Sequence[str], at: datetime) -> dict[str, Placed]:
    """Those of some products that everybody may see now."""
    return {each.listing_id: each for each in await placed(session, listing_ids, at) if each.stands}
