"""A suspension reaches every channel within seconds, also what is under way, and also on a busy server."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random
from urllib.parse import urlsplit

import httpx
import pytest

from channels.computing.jobs import compute
from channels.pushes.uploading import run
from kernel.jobs.processes import BUSY
from tests.channels import story
from tests.channels.computing import story as computing
from tests.channels.gateway import story as gateway
from tests.channels.pushes import story as pushes
from tests.channels.querying.story import Asker
from tests.database import as_replica
from tests.doubles import bucket
from tests.market.trade import Trade
from tests.refusals import refused

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
GIB = 1024 * MIB
THROTTLED = 20 * MIB
SECONDS = 5.0
"""What a busy machine is given; what is seen is told as a property of the test, and is under one on an idle one."""
LOAD = 8


@asynccontextmanager
async def busy(base: str, path: str, answers: list[int]) -> AsyncIterator[None]:
    """So many clients that ask as fast as they are answered."""
    async with httpx.AsyncClient(base_url=base, timeout=30) as http:

        async def ask() -> None:
            while True:
                answers.append((await http.get(path)).status_code)

        asking = [asyncio.create_task(ask()) for _ in range(LOAD)]
        try:
            yield
        finally:
            for each in asking:
                each.cancel()
            await asyncio.wait(asking)


async def suspended(as_, agreement: str) -> float:
    """The regulator suspends an agreement; gives when that was answered."""
    regulator = await as_("regulator")
    body = {"reason": "inquiry", "days": 5}
    assert (await regulator.post(f"/v1/agreements/{agreement}/suspension", body)).status_code == 200
    return asyncio.get_running_loop().time()


async def refused_at(ask: Callable[[], Awaitable[httpx.Response]], status: int) -> float:
    """When a channel first refused, whoever asks it again and again."""
    while True:
        answer = await ask()
        if answer.status_code == status:
            return asyncio.get_running_loop().time()
        assert answer.status_code in (200, 503), answer.text  # A busy server has no connection for everybody.
        await asyncio.sleep(0.02)


async def _large(runtime, name: str) -> str:
    """Let a delivered file be one of a gibibyte; gives its digest."""
    block = Random(1).randbytes(MIB)

    async def body():
        for _ in range(GIB // MIB):
            yield block

    stored = await runtime.storage.put_stream("data/large", body(), GIB)
    async with as_replica(str(runtime.settings.database_url)) as connection:
        changed = "UPDATE delivery_file SET storage_key = 'data/large', size_bytes = $2, sha256 = $3 WHERE name = $1"
        await connection.execute(changed, name, stored.size_bytes, stored.sha256)
    return stored.sha256


async def _throttled(base: str, target: str, key: str, digest) -> tuple[int, float]:
    """Fetch at so many bytes a second; gives how many came before the connection was closed, and when that was."""
    loop, host = asyncio.get_running_loop(), urlsplit(base)
    reader, writer = await asyncio.open_connection(host.hostname, host.port, limit=MIB)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: {host.netloc}\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    began, size = loop.time(), 0
    while part := await reader.read(MIB):
        digest.update(part)
        size += len(part)
        await asyncio.sleep(max(0.0, began + size / THROTTLED - loop.time()))
    writer.close()
    return size, loop.time()


async def test_link_share_query_and_push_end_with_the_agreement(runtime, as_, drain, record_property):
    trade = await story.begin(runtime, as_)
    order, key = await story.shared(trade, drain)
    share, ask = story.Reader(trade.buyer, key["profile"]), Asker(trade.buyer, key)
    links = (await trade.buyer.post(f"/v1/orders/{order}/links")).json()["files"]
    with bucket.store() as store:
        push = await pushes.begun(trade, await pushes.target(trade, store, order, drain))
        await runtime.pool.execute("DELETE FROM pgqueuer")
        sha256 = await _large(runtime, "shops.parquet")
        link = urlsplit(next(each["url"] for each in links if each["name"] == "shops.parquet"))
        target = f"{link.path}?{link.query}"
        app = trade.buyer.http._transport.app
        answers: list[int] = []
        async with gateway.listening(app) as base, busy(base, "/v1/listings?q=航班", answers):
            digest, under_way = hashlib.sha256(), []
            try:
                under_way.append(asyncio.create_task(_throttled(base, target, trade.buyer.key, digest)))
                store.hold = 1
                under_way.append(await pushes.held(store, lambda: run(runtime, push["id"])))
                name = (await share("GET", "/shares")).json()["items"][0]["name"]
                (table, *_) = (await share("GET", f"/shares/{name}/all-tables")).json()["items"]
                path = f"/shares/{name}/schemas/{table['schema']}/tables/{table['name']}/query"
                under_way.append(asyncio.create_task(refused_at(lambda: share("POST", path, json={}), 403)))
                under_way.append(asyncio.create_task(refused_at(lambda: ask.query("订单_表"), 403)))
                await asyncio.sleep(1)
                assert not [each.result() for each in under_way if each.done()]
                at = await suspended(as_, ask.agreement)
                loop, ended = asyncio.get_running_loop(), {}
                fetching, pushing, sharing, querying = under_way
                pushing.add_done_callback(lambda _: ended.update(push=loop.time()))
                async with asyncio.timeout(60):
                    size, ended["link"] = await fetching
                    ended |= {"share": await sharing, "query": await querying}
                    await pushing
                    await asyncio.sleep(0)
            finally:
                for each in under_way:
                    each.cancel()
                await asyncio.wait(under_way)
    taken = {channel: round(moment - at, 2) for channel, moment in ended.items()}
    record_property("seconds", taken)
    assert set(answers) == {200}
    assert 0 < size < GIB
    assert digest.hexdigest() != sha256
    assert (await pushes.push_of(trade, push))["status"] == "revoked"
    assert not store.objects
    refused(await trade.buyer.get(target), 403, "download-stopped", "LT-DLV-01")
    assert max(taken.values()) < SECONDS, taken


async def test_a_computation_ends_with_its_agreement(runtime, as_, drain, record_property):
    trade = await Trade.begin(runtime, as_)
    product, asset = await computing.listing(trade)
    endless = {**computing.TEMPLATE, "sql": "select count(*) as n from range(100000000000) where range > $least_age"}
    template = await computing.approved(trade, asset, endless)
    order = await computing.bought(trade, product)
    asks = {"template_id": template, "parameters": {"least_age": 20}}
    made = await trade.buyer.post(f"/v1/orders/{order}/computing/runs", asks)
    assert made.status_code == 201, made.text
    agreement = await runtime.pool.fetchval('SELECT agreement_id FROM "order" WHERE id = $1', order)
    answers: list[int] = []
    async with gateway.listening(trade.buyer.http._transport.app) as base, busy(base, "/v1/listings?q=航班", answers):
        working = asyncio.create_task(compute(runtime, {"run": made.json()["id"]}))
        try:
            async with asyncio.timeout(60):
                while not BUSY:  # noqa: ASYNC110 - the process tells it in no other way
                    await asyncio.sleep(0.02)
            at = await suspended(as_, agreement)
            async with asyncio.timeout(60):
                await working
            taken = asyncio.get_running_loop().time() - at
        finally:
            working.cancel()
            await asyncio.wait([working])
    record_property("seconds", round(taken, 2))
    assert not BUSY
    run_ = (await trade.buyer.get(f"/v1/computing-runs/{made.json()['id']}")).json()
    assert (run_["status"], run_["answer"]) == ("failed", None)
    assert taken < SECONDS
    # What waited for its turn when the agreement was suspended is not begun.
    await runtime.pool.execute("UPDATE computing_run SET status = 'queued', due_at = now() + '1 day'::interval")
    async with asyncio.timeout(SECONDS):
        await compute(runtime, {"run": made.json()["id"]})
    assert await runtime.pool.fetchval("SELECT status FROM computing_run") == "failed"


async def test_an_answer_of_an_interface_ends_with_its_agreement(runtime, as_, drain, record_property):
    trade = await Trade.begin(runtime, as_)
    loop, ended, answers = asyncio.get_running_loop(), [], []
    try:
        async with gateway.service() as service:
            begun = await gateway.begin(trade, service, drain)

            async def suspend(_) -> None:
                if not ended:
                    ended.append(await suspended(as_, begun.agreement))

            async with gateway.served(begun) as caller, busy(caller.base, "/v1/listings?q=航班", answers):
                with pytest.raises(httpx.RemoteProtocolError):
                    await caller.read("/drip", suspend)
                taken = loop.time() - ended[0]
                refused(await caller("GET", "/companies/1"), 403, "channel-closed", "LT-CHN-02")
    finally:
        await gateway.close(runtime)
    record_property("seconds", round(taken, 2))
    assert [(one["state"], one["failure"]) for one in await begun.calls()] == [("released", "stopped")]
    assert taken < SECONDS
