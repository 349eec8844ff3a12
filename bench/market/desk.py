"""The desk of a buyer with 100,000 orders that wait for it, and of its provider, which waits for them."""

import asyncio
import time
from typing import Final

import asyncpg

from bench import report
from bench.market.columns import columns_of
from centre.demo.client import ApiClient
from centre.demo.context import Context
from centre.demo.run import Stage
from kernel import ids
from kernel.db import dsn_of

ROWS: Final = 100_000
ROUNDS: Final = 100
P95_MS: Final = 100.0


async def run(set_up: Stage, context: Context) -> None:
    """Copy the demonstration's order, as if each copy were delivered and not yet accepted, and ask for both desks."""
    connection = await asyncpg.connect(dsn_of(set_up.api.environment["LIUTONG_DATABASE_URL"]))
    await _fill(connection, context.results["order_id"])
    await connection.close()
    print(f"\ndesk: {ROWS:,} orders wait for one buyer")
    for who, actor, query in (
        ("its first page", context.people.buyer, "waits_for=me"),
        ("what its provider waits for", context.people.provider, "waits_for=others"),
        ("an officer's, of nothing", context.people.clearing, "waits_for=me"),
    ):
        times = await asyncio.to_thread(_ask, actor, f"/v1/desk?limit=25&{query}")
        counted = await asyncio.to_thread(_ask, actor, f"/v1/desk/counts?{query}")
        p50, p95 = report.quantile(times, 0.5), report.quantile(times, 0.95)
        met = "reached" if p95 <= P95_MS else "NOT reached"
        print(f"  {who}: p50 {p50:.1f} ms, p95 {p95:.1f} ms (aim ≤ {P95_MS:.0f} ms: {met});", end=" ")
        print(f"counts p95 {report.quantile(counted, 0.95):.1f} ms")


def _ask(actor: ApiClient, path: str) -> list[float]:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        actor.get(path)
        times.append((time.perf_counter() - start) * 1000)
    return times


async def _fill(connection: asyncpg.Connection, order_id: str) -> None:
    columns = await columns_of(connection, "order")
    changed = {
        "id": "made.id",
        "status": "'delivered'",
        "inspection_due_at": "now() + made.n * interval '1 minute'",
        "negotiation_id": "NULL",
        "agreement_id": "NULL",
        "payment_id": "NULL",
    }
    values = ", ".join(changed.get(column, f"o.{column}") for column in columns)
    await connection.execute("CREATE TEMP TABLE made (id text, n int)")
    await connection.copy_records_to_table("made", records=[(ids.new("ord"), n) for n in range(ROWS)])
    await connection.execute(
        f'INSERT INTO "order" ({", ".join(columns)}) SELECT {values} FROM made, "order" o WHERE o.id = \'{order_id}\'',
        timeout=300,
    )
    await connection.execute('VACUUM ANALYZE "order"', timeout=300)
