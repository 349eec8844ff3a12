"""A want against 100,000 real listings, through HTTP: what fits best, with every part of its score."""

import asyncio
import itertools
import os
import time
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg

from bench import report
from bench.market import search
from centre.demo.context import Context
from centre.demo.run import Stage
from kernel.db import dsn_of

ROUNDS: Final = 15
P95_MS: Final = 100.0
_BACKENDS: Final = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


async def run(set_up: Stage, context: Context) -> None:
    """Draft a want for each query of the search, and time its matches, one client."""
    if not await search.shelf(set_up, context, "matching"):
        return
    wants = await asyncio.to_thread(_drafts, context)
    connection = await asyncpg.connect(dsn_of(set_up.api.environment["LIUTONG_DATABASE_URL"]))
    before = await processor(connection, set_up)
    times, candidates = await asyncio.to_thread(_ask, context, wants)
    spent = sum(after - before.get(pid, 0.0) for pid, after in (await processor(connection, set_up)).items())
    await connection.close()
    every = list(itertools.chain.from_iterable(times.values()))
    p50, p95 = report.quantile(every, 0.5), report.quantile(every, 0.95)
    print(f"  through HTTP, {len(wants)} wants × {ROUNDS}: p50 {p50:.1f} ms, p95 {p95:.1f} ms")
    print(f"  processor, server and database: {spent * 1000 / len(every):.1f} ms a want; load {os.getloadavg()[0]:.1f}")
    print(f"  aim p95 ≤ {P95_MS:.0f} ms: {'reached' if p95 <= P95_MS else 'NOT reached'}")
    for words in sorted(times, key=lambda words: -report.quantile(times[words], 0.5))[:3]:
        print(f"    slowest: {words}: p50 {report.quantile(times[words], 0.5):.1f} ms, {candidates[words]} candidates")


async def processor(connection: asyncpg.Connection, set_up: Stage) -> dict[int, float]:
    """Processor seconds so far of the server and of its connections' backends, by process."""
    pids = [row["pid"] for row in await connection.fetch(_BACKENDS)]
    if set_up.api.child is not None:
        pids.append(set_up.api.child.pid)
    return {pid: report.cpu_seconds(pid) for pid in pids}


def _drafts(context: Context) -> dict[str, str]:
    """A draft of a request for each query, with what a want can say; by query."""
    buyer = context.people.buyer
    terms = buyer.get(f"/v1/listings/{context.results['listing_id']}/terms")["terms"]
    rule = terms["policy"]["permissions"][0]
    now = buyer.get(f"/v1/listings/{context.results['listing_id']}")["listed_at"]
    closes_at = datetime.fromisoformat(now) + timedelta(days=20)
    made = {}
    for words in search.QUERIES:
        want: dict[str, Any] = {
            "title": f"{words}数据",
            "words": words,
            "purpose": rule["purposes"][0],
            "actions": rule["actions"][:1],
            "territory": ["CN"],
            "fields": ["日期", "carrier", "origin"],
            "quality_min": 50,
            "freshness_days_max": 365,
            "budget": {"amount": "20000.00", "currency": "CNY"},
        }
        body = {"want": want, "closes_at": closes_at.isoformat()}
        made[words] = buyer.post("/v1/quotation-requests", body)["id"]
    return made


def _ask(context: Context, wants: dict[str, str]) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Milliseconds of every answer, and how many listings were scored, by query."""
    times: dict[str, list[float]] = {words: [] for words in wants}
    scored: dict[str, int] = {}
    for words in list(wants) * ROUNDS:
        start = time.perf_counter()
        answer = context.people.buyer.get(f"/v1/quotation-requests/{wants[words]}/matches")
        times[words].append((time.perf_counter() - start) * 1000)
        scored[words] = answer["considered"]
    return times, scored
