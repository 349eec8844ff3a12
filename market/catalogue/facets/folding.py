"""Counting in what changed: the sets are made to say what stands, and whoever waits for products is told why."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
import numpy as np
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import lock_name
from kernel.jobs.queue import enqueue
from market.catalogue.facets.counting.sets import CHUNK, packed, places_in
from market.catalogue.facets.counting.shelf import ALL
from market.catalogue.facets.models import FacetCount, FacetPlace
from market.catalogue.facets.placing import Placed, placed

BATCH: Final = 5_000
"""So many changes are counted in at once."""

NEWS: Final = "market.listing.news"
"""The job that tells of products for which there is a reason: one stands now, or its price or grade is another."""
NEWS_EACH: Final = 200

_Key = tuple[str, str, int]

_TAKE: Final = text(
    """
    DELETE FROM facet_change WHERE id IN (SELECT id FROM facet_change ORDER BY id LIMIT :most) RETURNING listing_id
    """
)


async def fold(act: Act, most: int = BATCH) -> int:
    """Count in a batch of products that changed, or that time has changed; fewer than `most` were all there was."""
    await lock_name(act.session, "facets")
    changed = (await act.session.scalars(_TAKE, {"most": most})).all()
    waiting = select(FacetPlace.listing_id).where(FacetPlace.next_at <= act.at).order_by(FacetPlace.next_at)
    due = (await act.session.scalars(waiting.limit(most))).all()
    if changed or due:
        await _count_in(act, sorted({*changed, *due}))
    return max(len(changed), len(due))


async def _count_in(act: Act, listing_ids: list[str]) -> None:
    session = act.session
    kept = select(FacetPlace).where(FacetPlace.listing_id.in_(listing_ids))
    before = {row.listing_id: row for row in await session.scalars(kept)}
    after = await placed(session, listing_ids, act.at)
    moves: dict[_Key, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    news: list[tuple[str, str]] = []
    for product in after:
        old = before.get(product.listing_id)
        leaves, comes = _keys(old), _keys(product)
        for key in leaves - comes:
            moves[key][0].add(product.place % CHUNK)
        for key in comes - leaves:
            moves[key][1].add(product.place % CHUNK)
        news += [(product.listing_id, reason) for reason in _reasons(old, product)]
    for start in range(0, len(news), NEWS_EACH):
        await enqueue(session, NEWS, {"news": news[start : start + NEWS_EACH]})
    await _write(session, moves)
    await _keep(session, after, before)


def _keys(product: FacetPlace | Placed | None) -> set[_Key]:
    """The sets that a product belongs to."""
    if product is None or not product.stands:
        return set()
    chunk = product.place // CHUNK
    return {(ALL, "", chunk)} | {(facet, value, chunk) for facet, values in product.values.items() for value in values}


def _reasons(before: FacetPlace | None, after: Placed) -> Iterable[str]:
    """Why somebody may want to hear of a product."""
    if not after.stands:
        return ()
    if before is None or not before.stands:
        return ("listed",)
    price = ("price",) if before.price != after.price else ()
    return (*price, *(("grade",) if before.values.get("grade") != after.values["grade"] else ()))


async def _write(session: AsyncSession, moves: Mapping[_Key, tuple[set[int], set[int]]]) -> None:
    """Take places out of sets and put others in, under the next version; where none moves, the version stays."""
    if not moves:
        return
    version = await _next_version(session)
    keys = {name: [key[at] for key in moves] for at, name in enumerate(("facets", "values", "chunks"))}
    stored = {(row.facet, row.value, row.chunk): row.places for row in await session.execute(_STORED, keys)}
    sets = []
    for key, (leaving, coming) in moves.items():
        places = np.setdiff1d(places_in(stored.get(key, b"")), np.array(sorted(leaving), np.int64))
        sets.append(packed(np.union1d(places, np.array(sorted(coming), np.int64))))
    await session.execute(_PUT, {**keys, "places": sets, "version": version})


async def _next_version(session: AsyncSession) -> int:
    statement = insert(FacetCount).values(id=1, epoch=secrets.token_hex(16), version=1)
    statement = statement.on_conflict_do_update(index_elements=["id"], set_={"version": FacetCount.version + 1})
    return int((await session.scalars(statement.returning(FacetCount.version))).one())


_STORED: Final = text(
    """
    SELECT s.facet, s.value, s.chunk, s.places FROM facet_set s
    JOIN unnest(CAST(:facets AS text[]), CAST(:values AS text[]), CAST(:chunks AS int[])) AS k (facet, value, chunk)
      ON (s.facet, s.value, s.chunk) = (k.facet, k.value, k.chunk)
    """
)
_PUT: Final = text(
    """
    INSERT INTO facet_set (facet, value, chunk, places, version)
    SELECT facet, value, chunk, places, :version
    FROM unnest(CAST(:facets AS text[]), CAST(:values AS text[]), CAST(:chunks AS int[]), CAST(:places AS bytea[]))
      AS k (facet, value, chunk, places)
    ON CONFLICT (facet, value, chunk) DO UPDATE SET places = EXCLUDED.places, version = EXCLUDED.version
    """
)


async def _keep(session: AsyncSession, after: list[Placed], before: Mapping[str, FacetPlace]) -> None:
    """Remember how each was counted in; what does not stand and waits for no day is forgotten."""
    over = [each.listing_id for each in after if not each.stands and each.next_at is None]
    gone = [listing_id for listing_id in over if listing_id in before]
    if gone:
        await session.execute(delete(FacetPlace).where(FacetPlace.listing_id.in_(gone)))
    kept = [each for each in after if each.stands or each.next_at is not None]
    columns: dict[str, list[Any]] = {
        "listings": [each.listing_id for each in kept],
        "places": [each.place for each in kept],
        "stand": [each.stands for each in kept],
        "values": [msgspec.json.encode(each.values).decode() for each in kept],
        "prices": [each.price for each in kept],
        "next": [each.next_at for each in kept],
    }
    await session.execute(_KEEP, columns)


_KEEP: Final = text(
    """
    INSERT INTO facet_place (listing_id, place, stands, "values", price, next_at)
    SELECT listing_id, place, stands, CAST(held AS jsonb), price, next_at
    FROM unnest(CAST(:listings AS text[]), CAST(:places AS int[]), CAST(:stand AS bool[]), CAST(:values AS text[]),
        CAST(:prices AS text[]), CAST(:next AS timestamptz[])) AS k (listing_id, place, stands, held, price, next_at)
    ON CONFLICT (listing_id) DO UPDATE SET place = EXCLUDED.place, stands = EXCLUDED.stands,
        "values" = EXCLUDED."values", price = EXCLUDED.price, next_at = EXCLUDED.next_at
    """
)
