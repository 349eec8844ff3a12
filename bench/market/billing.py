"""Charging uses, on many meters and on one hot row, and issuing bills for a hundred thousand subscriptions."""

import asyncio
import gc
import os
import resource
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg
import msgspec

from bench import report
from centre.demo.context import Context
from centre.demo.run import Stage
from centre.process import open_runtime
from contracts.terms.prices import Flat, Meter, Metered, Plan, Recurring
from kernel.runtime import Runtime
from kernel.settings import from_env
from market.billing.running import invoicing
from market.metering.hot import charge_one
from market.metering.schemas import ReportedUse

CHARGES_PER_SECOND: Final = 2_000
BILLS_SECONDS: Final = 60
SUBSCRIPTIONS: Final = int(os.environ.get("BENCH_SUBSCRIPTIONS", "100000"))
USES: Final = 20_000
AT_ONCE: Final = 64
PLAN: Final = Plan(
    currency="CNY",
    components=(
        Recurring(name="monthly", amount="300.00"),
        Metered(name="queries", meter=Meter.UNIT, tariff=Flat(unit_price="0.0123"), included=100),
    ),
)

_AGREEMENTS: Final = """
INSERT INTO agreement SELECT copied.* FROM agreement a, generate_series(1, $1::bigint) AS n, LATERAL
 jsonb_populate_record(a, jsonb_build_object(
     'id', 'agr_' || lpad(n::text, 26, '0'), 'order_id', 'ord_' || lpad(n::text, 26, '0'), 'content', '{}'::jsonb
 )) AS copied WHERE a.id = $2
"""
_SUBSCRIPTIONS: Final = """
INSERT INTO subscription (
    id, agreement_id, order_id, provider, buyer, currency, zone, anchor_on, plan, plan_number, status, billed,
    opened_by_order, bills, credit_minor, period, period_start, period_end, bill_at, collection, started_at,
    status_changed_at, version
)
SELECT 'sub_' || lpad(n::text, 26, '0'), 'agr_' || lpad(n::text, 26, '0'), o.id, o.provider, o.buyer, 'CNY',
       'Asia/Shanghai', $2::date, $3::jsonb, 1, 'active', '{"1-month": [1, 0]}', true, 0, 0, 0, $4, $5, $5, 'invoice',
       $4, $4, 1
  FROM "order" o, generate_series(1, $1::bigint) AS n WHERE o.id = $6
"""
_USES: Final = """
INSERT INTO usage_counter (
    subscription_id, meter, period_start, period_end, used, rated_minor, held_minor, frozen_at, stale
) SELECT id, 'queries', period_start, period_end, 150, 62, 0, NULL, false FROM subscription;
INSERT INTO usage_event (
    source, event_id, subscription_id, meter, period_start, quantity, occurred_at, received_at, digest, state, reason,
    late
) SELECT 'bench', id, id, 'queries', period_start, 150, period_start, period_start, sha256(id::bytea), 'counted',
         'charged', false FROM subscription;
"""


async def run(set_up: Stage, context: Context) -> None:
    """Make the subscriptions beside the story's one order, charge uses, then bill all of them."""
    async with open_runtime(from_env(dict(set_up.api.environment))) as runtime:
        await runtime.tick()
        gc.collect()
        gc.freeze()  # As a worker does.
        start, end = await _prepare(runtime, context)
        await _charging(runtime, start)
        await _invoicing(runtime, end)


async def _prepare(runtime: Runtime, context: Context) -> tuple[datetime, datetime]:
    """Subscriptions whose first month ended lately, so that its uses may still be reported."""
    pool: asyncpg.Pool = runtime.pool
    order = context.results["order_id"]
    agreement = await pool.fetchval('SELECT agreement_id FROM "order" WHERE id = $1', order)
    day = (runtime.clock.now() + timedelta(hours=8)).date().replace(day=1)
    start = datetime(day.year, day.month, 1, tzinfo=UTC) - timedelta(hours=8)
    after = (day + timedelta(days=32)).replace(day=1)
    end = datetime(after.year, after.month, 1, tzinfo=UTC) - timedelta(hours=8)
    plan = msgspec.json.encode(PLAN).decode()
    async with pool.acquire() as connection:
        await connection.execute("SET statement_timeout = 0")
        await connection.execute(_AGREEMENTS, SUBSCRIPTIONS, agreement, timeout=600)
        await connection.execute(_SUBSCRIPTIONS, SUBSCRIPTIONS, day, plan, start, end, order, timeout=600)
        await connection.execute("ANALYZE subscription")
        await connection.execute("RESET statement_timeout")
    return start, end


def _subscription(number: int) -> str:
    return "sub_" + str(number).rjust(26, "0")


async def _charging(runtime: Runtime, start: datetime) -> None:
    provider = await runtime.pool.fetchval("SELECT provider FROM subscription LIMIT 1")
    at = max(start, runtime.clock.now() - timedelta(minutes=1))

    def charge(number: int, subscription: int, name: str) -> Awaitable[object]:
        use = ReportedUse(f"{name}-{number}", _subscription(subscription), "queries", 1, at)
        return charge_one(runtime, provider, use, hold=False)

    await _pace("charges/s on one hot row", USES, lambda number: charge(number, 1, "hot"))
    await _pace("charges/s on a thousand meters", USES, lambda number: charge(number, 2 + number % 1000, "many"))


async def _pace(title: str, wanted: int, ask: Callable[[int], Awaitable[object]]) -> None:
    numbers = iter(range(wanted))

    async def one_after_another() -> None:
        for number in numbers:
            await ask(number)

    began = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    rate = wanted / (time.perf_counter() - began)
    print(
        f"  {title}: {rate:,.0f} (aim {CHARGES_PER_SECOND:,}, {'reached' if rate >= CHARGES_PER_SECOND else 'MISSED'})"
    )


async def _invoicing(runtime: Runtime, end: datetime) -> None:
    """Bill the first month's uses and the second month's fee of every subscription, and see how memory grows."""
    async with runtime.pool.acquire() as connection:
        await connection.execute("SET statement_timeout = 0")
        await connection.execute("TRUNCATE usage_counter")
        await connection.execute("ALTER TABLE usage_event DISABLE TRIGGER USER")
        await connection.execute("DELETE FROM usage_event")
        await connection.execute("ALTER TABLE usage_event ENABLE TRIGGER USER")
        await connection.execute(_USES, timeout=600)
        await connection.execute("ANALYZE usage_event, usage_counter")
        await connection.execute("RESET statement_timeout")
    runtime.clock = _Later(end + timedelta(days=3))
    first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, cpu = time.perf_counter(), time.process_time()
    made = await invoicing.run(runtime)
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - first) / 1024
    again = await invoicing.run(runtime)
    aim = BILLS_SECONDS * made / 100_000
    print(f"  {made:,} bills in {seconds:.1f} s (aim {aim:.1f} s, {'reached' if seconds <= aim else 'MISSED'})")
    report.share("of this process for one bill", spent / max(made, 1) * 1e6)
    print(f"  memory grew by {grown:.1f} MiB from the first block to the last; run again, {again} bills")
    if made != SUBSCRIPTIONS or again:
        raise RuntimeError("not every subscription was billed once")


class _Later:
    """A moment at which all of them are due."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The moment."""
        return self._at
