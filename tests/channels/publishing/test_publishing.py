"""Publishing on a real database: made once, tied to what is registered, numbered without gaps, compared by key."""

import asyncio

import pytest

from channels.publishing import commands
from channels.publishing.jobs import bring, publish
from kernel.jobs.processes import BUSY
from tests.channels import story
from tests.conftest import As

pytestmark = pytest.mark.slow


async def test_a_revision_is_published_once_with_its_digests(runtime, as_: As, drain):
    trade = await story.begin(runtime, as_)
    order, _ = await story.shared(trade, drain)
    share = (await trade.buyer.get(f"/v1/orders/{order}/share")).json()
    assert [(p["status"], p["steps_done"], p["problem"]) for p in share["publications"]] == [("published", 2, None)]
    version = (await trade.provider.get(f"/v1/orders/{order}/share/versions")).json()["items"][0]
    revision = await runtime.pool.fetchrow("SELECT content_sha256, files FROM asset_revision")
    assert (version["version"], version["content_sha256"]) == (0, revision["content_sha256"])
    orders, shops = version["tables"]
    assert (orders["name"], orders["key"], orders["rows"]) == ("订单_表", ["编号"], 4)
    assert (shops["name"], shops["key"], shops["rows"]) == ("shops", [], 3)


async def test_nobody_numbers_a_version_between_anothers_look_and_its_numbering(runtime, as_: As, drain):
    trade = await story.begin(runtime, as_)
    _, key = await story.shared(trade, drain)
    agreement = key["key"]["agreement_id"]
    async with runtime.act() as act:
        assert await commands.uncompared(act, agreement) is None
        free = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))"
        assert not await runtime.pool.fetchval(free, f"shared-version/{agreement}")


async def killing(work, name, times):
    """Kill the process that works under a name, so many times; says how many were killed before the work was done."""
    killed = set()
    while not work.done():
        if len(killed) < times and name in BUSY and (process := BUSY[name].process).pid not in killed:
            process.kill()
            killed.add(process.pid)
        await asyncio.sleep(0.005)
    await work
    return len(killed)


@pytest.mark.parametrize(("deaths", "status"), [(2, "published"), (3, "failed")])
async def test_a_publication_whose_process_dies_begins_anew_as_often_as_a_run(runtime, as_: As, deaths, status):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    key = await story.take_key(trade, order)
    async with runtime.act() as act:
        await commands.prepare(act, key["key"]["agreement_id"])
    publication = await runtime.pool.fetchval("SELECT id FROM publication")
    work = asyncio.create_task(publish(runtime, {"publication": publication}))
    assert await killing(work, publication, deaths) == deaths
    assert await runtime.pool.fetchval("SELECT status FROM publication") == status


async def test_a_comparison_whose_process_dies_begins_anew(runtime, as_: As, drain):
    trade = await story.begin(runtime, as_)
    order, key = await story.shared(trade, drain)
    agreement = key["key"]["agreement_id"]
    await story.reach(runtime, order, story.files(story.ORDERS.head(3)))
    async with runtime.act() as act:
        await commands.prepare(act, agreement)
    row = await runtime.pool.fetchrow("SELECT id FROM publication WHERE status = 'queued'")
    await publish(runtime, {"publication": row["id"]})
    query = "SELECT id FROM published_table WHERE publication_id = $1 AND name = '订单_表'"
    table = await runtime.pool.fetchval(query, row["id"])
    work = asyncio.create_task(bring(runtime, {"agreement": agreement}))
    assert await killing(work, f"changes-{table}", 1) == 1
    gap = await runtime.pool.fetchval("SELECT gap FROM table_comparison WHERE table_id = $1", table)
    assert gap is None
