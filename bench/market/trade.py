"""Placing an order and checking an entitlement through HTTP, against the same statements without HTTP."""

import asyncio
import itertools
import json
import re
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import asyncpg

from bench import report
from bench.market.load import burst, request
from centre.demo.context import Context
from centre.demo.run import Stage
from kernel.actor import Actor
from kernel.db import dsn_of, make_pool
from kernel.identity.queries import actor_of
from kernel.postgres import binaries as postgres_binaries
from kernel.postgres.gathering import Gatherer
from kernel.time.clock import SandboxClock
from market.orders import queries
from market.orders.placing import place
from market.orders.schemas import PlaceOrder

CONNECTIONS = 16
ROUNDS = 5
SECONDS = 3.0

_numbers = itertools.count()


def _port(set_up: Stage) -> int:
    port = urlsplit(set_up.centre.operator.base_url).port
    assert port is not None
    return port


def _url(set_up: Stage) -> str:
    return dsn_of(set_up.api.environment["LIUTONG_DATABASE_URL"])


async def _pgbench(set_up: Stage, script: str) -> float:
    """Transactions a second of a pgbench script at the same number of connections, over the same socket."""
    url = urlsplit(_url(set_up))
    socket = parse_qs(url.query)["host"][0]
    program = postgres_binaries.pg_bin() / "pgbench"
    file = set_up.centre.folder / "bench.sql"
    await asyncio.to_thread(file.write_text, script)
    arguments = ["-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "1", "-T", str(int(SECONDS)), "-f", str(file)]
    child = await asyncio.create_subprocess_exec(
        str(program), *arguments, "-h", socket, "-U", "postgres", url.path.lstrip("/"),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told, wrong = await child.communicate()
    found = re.search(rb"tps = ([0-9.]+)", told)
    if found is None:
        raise RuntimeError(f"pgbench: {wrong.decode()[-500:]}")
    return float(found[1])


async def _clock(pool: asyncpg.Pool) -> SandboxClock:
    """The sandbox's clock as the story has left it; by the machine's the certificate is not in force yet."""
    clock = SandboxClock()
    clock.offset = timedelta(seconds=int(await pool.fetchval("SELECT offset_seconds FROM sandbox_clock") or 0))
    return clock


def _order_script(context: Context, buyer: Actor, clock: SandboxClock) -> str:
    """The same statement with the same sizes of arguments; the ids are made by the server here."""
    body = PlaceOrder(context.results["listing_id"], "internal-analysis")
    sample = place.arguments(buyer, body, "k" * 24, b"f" * 32, clock.now())
    unique = "substr(md5(random()::text || clock_timestamp()::text), 1, 26)"
    values = [_literal(value) for value in sample]
    now = f"now() + interval '{int(clock.offset.total_seconds())} seconds'"
    values[2], values[4], values[9] = unique, now, f"{now} + interval '3 days'"
    values[5], values[11] = f"'ord_' || {unique}", f"'ent_' || {unique}"
    values[10], values[12] = f"{values[10]}::jsonb", f"{values[12]}::jsonb"
    return f"SELECT * FROM place_order({', '.join(values)});\n"


def _literal(value: object) -> str:
    """In hexadecimal, since pgbench takes every colon before a letter for a variable of its own."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"decode('{value.hex()}', 'hex')"
    return f"convert_from(decode('{str(value).encode().hex()}', 'hex'), 'UTF8')"


async def orders(set_up: Stage, context: Context) -> None:
    """Place orders: pgbench, HTTP, pgbench, HTTP, …"""
    key = context.people.buyer.key
    body = json.dumps({"listing_id": context.results["listing_id"], "purpose": "internal-analysis"}).encode()

    def make() -> bytes:
        return request("POST", "/v1/orders", key, body, f"idempotency-key: bench-{next(_numbers)}\r\n")

    pool = await make_pool(_url(set_up), size=CONNECTIONS)
    buyer = await _actor(str(key), set_up)
    clock = await _clock(pool)
    script = _order_script(context, buyer, clock)
    before = await pool.fetchval('SELECT count(*) FROM "order"')
    limit, ours, cpu, answered = [], [], 0.0, 0
    await burst(_port(set_up), make, connections=CONNECTIONS, seconds=1)
    for _ in range(ROUNDS):
        limit.append(await _pgbench(set_up, script))
        spent = report.cpu_seconds(set_up.api.child.pid)  # type: ignore[union-attr]
        load = await burst(_port(set_up), make, connections=CONNECTIONS, seconds=SECONDS)
        cpu += report.cpu_seconds(set_up.api.child.pid) - spent  # type: ignore[union-attr]
        answered += load.answered
        if load.failed:
            raise RuntimeError(f"{load.failed} orders were refused")
        ours.append(load.rate)
    stored = await pool.fetchval('SELECT count(*) FROM "order"') - before
    report.ratio(
        f"placing an order through HTTP ({CONNECTIONS} connections, one server)",
        "pgbench, same statement",
        limit,
        ours,
        0.5,
    )
    print(f"  {stored:,} orders stored in all; the load generator shares the {CONNECTIONS} connections' cores")
    print("  what one order costs the server process:")
    report.share("in all", cpu / answered * 1e6)
    if stored < answered + sum(limit) * SECONDS * 0.9:
        raise RuntimeError(f"only {stored} orders are stored: the statement refused what pgbench asked")
    await _statement_cost(pool, buyer, context, clock)
    await _framework_cost(set_up)
    await pool.close()


async def _actor(key: str, set_up: Stage) -> Actor:
    from centre.process import open_runtime
    from kernel.settings import from_env

    async with open_runtime(from_env(dict(set_up.api.environment))) as runtime, runtime.sessions() as session:
        return await actor_of(session, key, runtime.clock.now())


async def _timed(work: Callable[[], Awaitable[object]], count: int = 3000) -> float:
    """CPU microseconds of this process for one call, with as many tasks as the server has connections."""
    left = itertools.count()

    async def loop() -> None:
        while next(left) < count:
            await work()

    began = time.process_time()
    await asyncio.gather(*(loop() for _ in range(CONNECTIONS)))
    return (time.process_time() - began) / count * 1e6


async def _statement_cost(pool: asyncpg.Pool, buyer: Actor, context: Context, clock: SandboxClock) -> None:
    data = PlaceOrder(context.results["listing_id"], "internal-analysis")
    orders = Gatherer(pool, place.PLACE)

    async def one() -> None:
        await place.place(orders, buyer, data, key=f"cost-{next(_numbers)}", fingerprint=b"x" * 32, at=clock.now())

    report.share("of it the command itself: ids, log leaf, one statement through asyncpg", await _timed(one))


async def _framework_cost(set_up: Stage) -> None:
    """The same server on a route that does nothing: HTTP, routing, key, limits, headers."""
    pid = set_up.api.child.pid  # type: ignore[union-attr]
    spent = report.cpu_seconds(pid)
    load = await burst(_port(set_up), lambda: request("GET", "/healthz", None), connections=CONNECTIONS, seconds=2)
    cost = (report.cpu_seconds(pid) - spent) / load.answered * 1e6
    report.share("of it HTTP and framework, measured on a route that does nothing", cost)


async def entitlements(set_up: Stage, context: Context) -> None:
    """Check an entitlement: bare asyncpg, HTTP, bare asyncpg, HTTP, …"""
    order_id, key = context.results["order_id"], context.people.buyer.key
    pool = await make_pool(_url(set_up), size=CONNECTIONS)

    async def bare() -> float:
        done = itertools.count()
        until = time.monotonic() + SECONDS

        async def loop() -> None:
            while time.monotonic() < until:
                await pool.fetchrow(queries.ENTITLEMENT.one, order_id)
                next(done)

        await asyncio.gather(*(loop() for _ in range(CONNECTIONS)))
        return next(done) / SECONDS

    wire = request("GET", f"/v1/entitlements/{order_id}", key)
    limit, ours = [], []
    for _ in range(ROUNDS):
        limit.append(await bare())
        load = await burst(_port(set_up), lambda: wire, connections=CONNECTIONS, seconds=SECONDS)
        if load.failed:
            raise RuntimeError(f"{load.failed} checks failed")
        ours.append(load.rate)
    report.ratio("\nchecking an entitlement through HTTP", "the same read through bare asyncpg", limit, ours, 0.5)
    bare_cost = await _timed(lambda: pool.fetchrow(queries.ENTITLEMENT.one, order_id))
    print(f"  CPU of one bare read {bare_cost:.0f} µs; the server's cost of HTTP and framework for one request:")
    await _framework_cost(set_up)
    print(f"  medians of {ROUNDS} rounds: {statistics.median(limit):,.0f}/s and {statistics.median(ours):,.0f}/s")
    await pool.close()
