"""Counts of every facet over 100,000 products, through HTTP, without words and with them."""

import asyncio
import os
import random
import time
from typing import Any, Final

import asyncpg
import httpx

from bench import report
from bench.market import search
from bench.market.matching import processor
from centre.demo.context import Context
from centre.demo.run import Stage
from kernel.db import dsn_of
from market.listings.finding.facets import FACETS

ASKED: Final = 60
BARE_MS, WORDED_MS = 15.0, 60.0
_SPREAD_OUT: Final = """
    UPDATE listing SET
        theme = 'theme ' || (random() ^ 2 * 18)::int,
        quality_grade = (ARRAY['excellent', 'good', 'qualified', 'needs_improvement'])[1 + (random() ^ 2 * 3)::int],
        delivery = CASE WHEN random() < 0.8 THEN 'files' ELSE 'computing' END,
        freshness_at = now() - (random() ^ 3 * 800)::int * interval '1 day',
        licence = jsonb_set(licence, '{territory}',
            (ARRAY['["CN"]', '["CN", "HK"]', '["world"]', '["CN-NM"]'])[1 + (random() ^ 2 * 3)::int]::jsonb),
        price_kind = kind, price_minor = CASE kind WHEN 'one-off' THEN 1 + (random() * 1000000)::int END,
        currency = CASE kind WHEN 'one-off' THEN 'CNY' END, price_plan = NULL, from_minor = NULL,
        quality_score = (random() * 10000)::int / 100.0
    FROM (SELECT id AS other, CASE WHEN random() < 0.7 THEN 'one-off' WHEN random() < 0.5 THEN 'free'
          ELSE 'on-request' END AS kind FROM listing) AS drawn
    WHERE listing.id = drawn.other
"""


async def run(set_up: Stage, context: Context) -> None:
    """Fill the shelf with values that differ, wait until all is counted in, and time the counts of random choices."""
    if not await search.shelf(set_up, context, "facets"):
        return
    connection = await asyncpg.connect(dsn_of(set_up.api.environment["LIUTONG_DATABASE_URL"]))
    await connection.execute(_SPREAD_OUT, timeout=600)
    await connection.execute("VACUUM ANALYZE listing", timeout=600)
    began = time.monotonic()
    while await connection.fetchval("SELECT count(*) FROM facet_change"):  # noqa: ASYNC110 - nobody tells of it
        await asyncio.sleep(0.5)
    await connection.execute("VACUUM facet_change, facet_place, facet_set", timeout=600)
    print(f"  all counted in, {time.monotonic() - began:.0f} s after the last change")
    for name, words, aim in (("without words", (), BARE_MS), ("with words", search.QUERIES, WORDED_MS)):
        before = await processor(connection, set_up)
        times, slowest, inexact = await asyncio.to_thread(_ask, set_up.centre.operator.base_url, words)
        spent = sum(after - before.get(pid, 0.0) for pid, after in (await processor(connection, set_up)).items())
        p50, p95 = report.quantile(times, 0.5), report.quantile(times, 0.95)
        print(
            f"  {name}, {len(times)} choices: p50 {p50:.1f} ms, p95 {p95:.1f} ms, longest {max(times):.1f} ({slowest})"
        )
        print(f"    processor {spent * 1000 / len(times):.1f} ms a question; load {os.getloadavg()[0]:.1f}")
        met = p95 <= aim and not inexact
        print(f"    aim p95 ≤ {aim:.0f} ms, all exact: {'reached' if met else f'NOT reached ({inexact} inexact)'}")
    await connection.close()


def _ask(base_url: str, words: tuple[str, ...]) -> tuple[list[float], str, int]:
    """Milliseconds of each answer, the words of the slowest, and how many were inexact."""
    draw, times, inexact = random.Random(1), {}, 0
    with httpx.Client(base_url=base_url, timeout=30) as client:
        values = {
            each["code"]: [one["value"] for one in each["values"] if one["count"]]
            for each in client.get("/v1/listings/facets").raise_for_status().json()["facets"]
        }
        for at in range(ASKED * 3):
            asked: dict[str, Any] = {f: _some(draw, values[f]) for f in draw.sample(FACETS, at % 4)}
            if words:
                asked["q"] = words[at % len(words)]
            start = time.perf_counter()
            answer = client.get("/v1/listings/facets", params=asked)
            times[at] = (time.perf_counter() - start) * 1000
            inexact += not answer.raise_for_status().json()["exact"]
    slowest = max(times, key=times.__getitem__)
    return list(times.values()), words[slowest % len(words)] if words else "", inexact


def _some(draw: random.Random, values: list[str]) -> list[str]:
    return draw.sample(values, min(len(values), draw.randint(1, 2)))
