"""Ten thousand saved searches beside one new product: the matching statement, and telling those who want to hear."""

import os
import random
import time
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg

from bench import report
from bench.market import search
from centre.demo.context import Context
from centre.demo.run import Stage
from kernel import ids
from kernel.db import dsn_of, make_engine, make_sessions, url_of
from market.catalogue.facets.placing import placed
from market.catalogue.searches.matching import match
from market.catalogue.searches.rules import HitReason
from market.listings.search import query

SEARCHES: Final = 10_000
PRODUCTS: Final = 60
P95_MS: Final = 10.0
_NAMES: Final = ("id", "party_id", "name", "words", "every", "theme", "grade", "price_kind", "territory", "most_minor",
                 "currency", "notify", "created_at")  # fmt: skip


async def run(set_up: Stage, context: Context) -> None:
    """Keep the searches, and match products of the shelf with all of them; each match is undone."""
    if not await search.shelf(set_up, context, "saved-searches"):
        return
    dsn = dsn_of(set_up.api.environment["LIUTONG_DATABASE_URL"])
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE TEMP TABLE made (LIKE saved_search); ALTER TABLE made ALTER every TYPE text")
    await connection.copy_records_to_table("made", records=await _searches(connection), columns=_NAMES)
    names = ", ".join(_NAMES)
    values = names.replace("every", "every::tsquery")
    await connection.execute(f"INSERT INTO saved_search ({names}) SELECT {values} FROM made")
    await connection.execute("ANALYZE saved_search")
    products = [row["id"] for row in await connection.fetch("SELECT id FROM listing ORDER BY id LIMIT $1", PRODUCTS)]
    at = await connection.fetchval("SELECT max(listed_at) FROM listing")
    await connection.close()
    times, matches = await _match(dsn, products, at)
    p50, p95 = report.quantile(times, 0.5), report.quantile(times, 0.95)
    print(f"  {SEARCHES:,} searches, {len(times)} products: p50 {p50:.1f} ms, p95 {p95:.1f} ms, {matches} hits each")
    print(
        f"  load {os.getloadavg()[0]:.1f}; aim p95 ≤ {P95_MS:.0f} ms: {'reached' if p95 <= P95_MS else 'NOT reached'}"
    )


async def _searches(connection: asyncpg.Connection) -> list[tuple[Any, ...]]:
    """Searches by words that people ask for, half of them narrowed; the buyer of the demonstration keeps them all."""
    draw, now = random.Random(1), datetime.now(UTC)
    party = await connection.fetchval('SELECT buyer FROM "order" LIMIT 1')
    themes = [row["theme"] for row in await connection.fetch("SELECT DISTINCT theme FROM listing LIMIT 20")]
    made = []
    for _ in range(SEARCHES):
        words = draw.choice(search.QUERIES)
        narrowed = draw.random() < 0.5
        made.append((
            ids.new("svs"), party, words, words, query(words).every,
            [draw.choice(themes)] if narrowed else None, None, ["one-off", "free"] if narrowed else None,
            ["CN"] if draw.random() < 0.3 else None, 100_000_000 if narrowed else None, "CNY" if narrowed else None,
            "instant", now,
        ))  # fmt: skip
    return made


async def _match(dsn: str, products: list[str], at: datetime) -> tuple[list[float], int]:
    """Milliseconds of each product's matching, and how many searches one fitted on average."""
    engine, times, hits = make_engine(url_of(dsn)), list[float](), 0
    try:
        for each in products:
            async with make_sessions(engine)() as session:  # Closed without a commit: nothing is kept.
                (product,) = await placed(session, [each], at)
                start = time.perf_counter()
                hits += len(await match(session, product, HitReason.LISTED, at))
                times.append((time.perf_counter() - start) * 1000)
    finally:
        await engine.dispose()
    return times, hits // len(products)
