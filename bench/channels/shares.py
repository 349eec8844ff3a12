"""Queries of a share whose table has 1,000 files, by one reader, each metered."""

import asyncio
import time
from typing import Any, Final

import asyncpg
import httpx

from bench import report
from centre.demo.context import Context
from centre.demo.run import Stage
from kernel import ids
from kernel.db import dsn_of

FILES: Final = 1_000
QUERIES: Final = 200
P95_MS: Final = 50.0


async def run(set_up: Stage, context: Context) -> None:
    """Give the demonstration's table as many files as one of a billion rows has, and ask for all of them."""
    profile, table = await asyncio.to_thread(_opened, context)
    connection = await asyncpg.connect(dsn_of(set_up.api.environment["LIUTONG_DATABASE_URL"]))
    await _fill(connection, table)
    await connection.close()
    times = await asyncio.to_thread(_ask, profile, table)
    p50, p95 = report.quantile(times, 0.5), report.quantile(times, 0.95)
    met = "reached" if p95 <= P95_MS else "NOT reached"
    print(f"\nshares: {QUERIES} queries of a table of {FILES:,} files: p50 {p50:.1f} ms, p95 {p95:.1f} ms")
    print(f"  aim ≤ {P95_MS:.0f} ms: {met}")


def _opened(context: Context) -> tuple[dict[str, Any], dict[str, str]]:
    """A profile for what the buyer has bought, and its first table, once it can be read."""
    buyer, order = context.people.buyer, context.results["order_id"]
    profile = buyer.get(f"/v1/orders/{order}/share-profile")
    buyer.wait_for(f"/v1/orders/{order}/share/versions", lambda seen: seen["items"])
    headers = {"authorization": f"Bearer {profile['bearerToken']}"}
    share = buyer.get(f"/v1/orders/{order}/share")["share"]
    listed = httpx.get(f"{profile['endpoint']}/shares/{share}/all-tables", headers=headers, timeout=30).json()
    return profile, listed["items"][0]


async def _fill(connection: asyncpg.Connection, table: dict[str, str]) -> None:
    """Copy the table's first file under new names, so that every constraint holds."""
    await connection.execute("CREATE TEMP TABLE made (id text, n bigint)")
    await connection.copy_records_to_table("made", records=[(ids.new("pbf"), n) for n in range(1, FILES)])
    columns = "table_id, before_id, rows, sha256, size_bytes, storage_key, stats"
    await connection.execute(
        f"INSERT INTO published_file (id, n, {columns}) SELECT m.id, m.n, {columns} FROM made m, published_file f"
        " WHERE f.n = 0 AND f.table_id = (SELECT t.id FROM published_table t WHERE t.name = $1)",
        table["name"],
    )


def _ask(profile: dict[str, Any], table: dict[str, str]) -> list[float]:
    """Milliseconds of each query; each is an event of its own, so each is metered."""
    path = f"{profile['endpoint']}/shares/{table['share']}/schemas/{table['schema']}/tables/{table['name']}/query"
    times = []
    with httpx.Client(timeout=30, headers={"authorization": f"Bearer {profile['bearerToken']}"}) as client:
        for n in range(QUERIES):
            began = time.perf_counter()
            answer = client.post(path, json={"idempotencyKey": f"bench-{n}"})
            times.append((time.perf_counter() - began) * 1000)
            lines = answer.text.count("\n")
            if answer.status_code != 200 or lines != FILES + 2:
                raise RuntimeError(f"{answer.status_code} with {lines} lines: {answer.text[:300]}")
    return times
