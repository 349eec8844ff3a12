"""What ends a conversion, bounds it, and keeps it to its order; and what was made goes with its data."""

import asyncio
import io
from datetime import timedelta

import msgspec
import pandas as pd
import pytest

from channels.formats import commands, jobs, queries
from channels.formats.jobs import tend
from channels.formats.policy import RULES
from kernel.jobs.processes import ProcessDied
from kernel.storage.encryption.errors import FileDestroyed
from market.delivery import queries as deliveries
from tests.channels import scoping, story
from tests.channels.formats.story import asked, opened, settled, shown
from tests.refusals import not_there, refused

pytestmark = pytest.mark.slow


async def test_every_format_is_made(runtime, as_, drain):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    made = [await settled(trade, order, drain, format=each, table="shops") for each in ("jsonl", "parquet")]
    assert [each["status"] for each in made] == ["made"] * 2
    lines = await trade.buyer.get(await opened(trade, made[0]))
    assert lines.text.splitlines()[0] == '{"name":"东店"}'
    parquet = await trade.buyer.get(await opened(trade, made[1]))
    assert list(pd.read_parquet(io.BytesIO(parquet.content))["name"]) == ["东店", "西店", "东店"]
    async with runtime.act() as act:
        assert await deliveries.was_used(act.session, order)


async def test_what_is_not_licensed_is_in_no_format(runtime, as_, drain):
    trade = await story.begin(runtime, as_)
    order, _ = await scoping.paid(trade, drain)
    made = await settled(trade, order, drain)
    assert (made["status"], made["rows"]) == ("made", 2)
    got = await trade.buyer.get(await opened(trade, made))
    assert got.text.splitlines() == ["编号,金额,day", "1,10.00,2026-01-01", "3,20.50,2026-01-03"]
    missing = await trade.buyer.post(f"/v1/orders/{order}/table-conversions", {"table": "shops", "format": "csv"})
    assert refused(missing, 404, "table-not-delivered", "LT-FMT-01")["tables"] == "订单_表"


async def test_what_waits_too_long_has_failed_and_may_be_asked_again(runtime, as_, drain, clock):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    first = await asked(trade, order)
    await runtime.pool.execute("DELETE FROM pgqueuer")
    clock.move(timedelta(minutes=RULES.at(clock.now().date()).body.queue_minutes_max))
    await tend(runtime)
    failed = await shown(trade, first)
    assert (failed["status"], failed["problem"]["code"]) == ("failed", "conversion-stopped")
    again = await asked(trade, order)
    assert again["id"] != first["id"]
    queued = "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'channels.convert'"
    await jobs.convert(runtime, {"conversion": again["id"], "attempt": 0})
    assert await runtime.pool.fetchval(queued) == 1, "what waits for its table is looked at by one job, not by more"
    await runtime.pool.execute("DELETE FROM pgqueuer")
    clock.move(timedelta(minutes=16))
    await tend(runtime)
    await tend(runtime)
    assert await runtime.pool.fetchval(queued) == 1, "what was interrupted is taken up again, once"
    strange = await asked(trade, order, table="none")
    await drain()
    assert (await shown(trade, again))["status"] == "made"
    strange = await shown(trade, strange)
    assert (strange["status"], strange["problem"]["code"]) == ("failed", "table-not-delivered")
    refused(await trade.buyer.delete(f"/v1/table-conversions/{strange['id']}"), 409, "illegal-transition", "LT-GEN-02")


async def test_an_order_has_so_many_under_way(runtime, as_, drain):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    for name in ("a", "b", "c", "d"):
        last = await asked(trade, order, table=name)
    beyond = await trade.buyer.post(f"/v1/orders/{order}/table-conversions", {"table": "e", "format": "csv"})
    assert refused(beyond, 409, "too-many-conversions", "LT-FMT-02")["under_way"] == 4
    assert (await trade.buyer.delete(f"/v1/table-conversions/{last['id']}")).status_code == 204
    await asked(trade, order, table="e")


async def test_bad_requests_are_told_all_at_once_and_strangers_nothing(runtime, as_):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    body = {"table": "", "format": "xls", "more": 1}
    answer = await trade.buyer.post(f"/v1/orders/{order}/table-conversions", body)
    assert {each["pointer"] for each in answer.json()["errors"]} == {"/table", "/format", "/more"}
    other = {"table": "shops", "format": "csv", "revision_id": "rev_1"}
    refused(
        await trade.buyer.post(f"/v1/orders/{order}/table-conversions", other),
        404,
        "revision-not-delivered",
        "LT-DLV-05",
    )
    body = {"table": "shops", "format": "csv"}
    stranger = await as_("buyer", "stranger")
    not_there(await stranger.post(f"/v1/orders/{order}/table-conversions", body), "delivery-missing")
    refused(await trade.provider.post(f"/v1/orders/{order}/table-conversions", body), 403, "forbidden")


async def test_a_process_that_dies_or_is_not_wanted_leaves_nothing(runtime, as_, drain, monkeypatch):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()

    async def dies(*_):
        raise ProcessDied(-9)

    followed = jobs._followed
    monkeypatch.setattr(jobs, "_followed", dies)
    died = await settled(trade, order, drain)
    assert (died["status"], died["problem"]["code"]) == ("failed", "conversion-stopped")

    async def removed(run, worker, conversion):
        made = await followed(run, worker, conversion)
        assert (await trade.buyer.delete(f"/v1/table-conversions/{conversion}")).status_code == 204
        return made

    monkeypatch.setattr(jobs, "_followed", removed)
    gone = await settled(trade, order, drain)
    assert (gone["status"], gone["sha256"]) == ("removed", None)
    assert not (runtime.settings.data_dir / "runs" / gone["id"]).exists()
    stored = [each async for each in runtime.storage.list("converted")]
    assert stored == [], "what was stored before it was known that nobody wants it is removed at once"


class Busy:
    """A process that tells how far it is, and comes to no end."""

    rows = 0

    async def next(self, _):
        self.rows += 1
        return "rows", self.rows


async def test_of_two_jobs_that_waited_one_converts_and_a_dead_ones_work_is_done_again(
    runtime, as_, drain, clock, monkeypatch
):
    """What waits longer than a worker may be silent is queued again; both come to their turn at once."""
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    await settled(trade, order, drain)
    waiting = await asked(trade, order, format="jsonl")
    begun, go, convert = [], asyncio.Event(), jobs._convert

    async def held(*arguments):
        begun.append(arguments)
        await go.wait()
        await convert(*arguments)

    monkeypatch.setattr(jobs, "_convert", held)
    await runtime.pool.execute("DELETE FROM pgqueuer")
    clock.move(timedelta(minutes=16))
    await tend(runtime)
    queued = "SELECT convert_from(payload, 'UTF8') FROM pgqueuer WHERE entrypoint = 'channels.convert'"
    again = msgspec.json.decode(await runtime.pool.fetchval(queued))
    assert again == {"conversion": waiting["id"], "attempt": 0}
    both = [asyncio.create_task(jobs.convert(runtime, again)) for _ in range(2)]
    while not begun:  # noqa: ASYNC110 - it tells it in no other way
        await asyncio.sleep(0.01)
    # Nor is one queued that would come between while this one works.
    await runtime.pool.execute("DELETE FROM pgqueuer")
    await tend(runtime)
    assert await runtime.pool.fetchval(queued) is None
    go.set()
    await asyncio.gather(*both)
    assert len(begun) == 1
    assert (await shown(trade, waiting))["status"] == "made"
    # One whose worker died has another attempt once nothing was heard of it.
    dead = await asked(trade, order, format="xlsx")
    async with runtime.act() as act:
        assert await commands.begin(act, dead["id"], 0) is not None
    clock.move(timedelta(minutes=16))
    await runtime.pool.execute("DELETE FROM pgqueuer")
    await tend(runtime)
    await drain()
    assert (await shown(trade, dead))["status"] == "made"
    assert await runtime.pool.fetchval("SELECT attempts FROM table_conversion WHERE id = $1", dead["id"]) == 2


async def test_what_is_removed_or_revoked_while_it_works_goes_no_further(runtime, as_, drain, monkeypatch):
    monkeypatch.setattr(jobs, "LOOK_SECONDS", 0)
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    await settled(trade, order, drain)
    removed, revoked = [await asked(trade, order, format=each) for each in ("jsonl", "xlsx")]
    for each in (removed, revoked):
        async with runtime.act() as act:
            assert await commands.begin(act, each["id"], 0) is not None
    assert (await trade.buyer.delete(f"/v1/table-conversions/{removed['id']}")).status_code == 204
    with pytest.raises(jobs._Unwanted):
        await jobs._followed(runtime, Busy(), removed["id"])
    async with runtime.act() as act:
        assert await commands.go_on(act, revoked["id"], 2)
    assert (await shown(trade, revoked))["rows_done"] == 2
    await runtime.pool.execute("UPDATE \"order\" SET status = 'refunded' WHERE id = $1", order)
    with pytest.raises(jobs._Unwanted):
        await jobs._followed(runtime, Busy(), revoked["id"])
    over = await shown(trade, revoked)
    assert (over["status"], over["problem"]["code"]) == ("failed", "delivery-not-due")


async def test_what_was_made_of_data_is_destroyed_with_it(runtime, as_, drain):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    made = await settled(trade, order, drain, table="shops")
    await trade.buyer.get(await opened(trade, made))
    operator = await as_("operator")
    keys = [await operator.post("/v1/api-keys", {"name": name, "roles": ["operator"]}) for name in ("甲", "乙")]
    first, second = (operator.with_key(each.json()["secret"], operator.party) for each in keys)
    asset = await runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", trade.listing_id)
    destruction = (await first.post(f"/v1/assets/{asset}/destructions", {"reason": "合同终止"})).json()
    assert made["sha256"] in {each["sha256"] for each in destruction["objects"]}
    late = await asked(trade, order)
    body = {"digest": destruction["digest"]}
    assert (await second.post(f"/v1/destructions/{destruction['id']}/approval", body)).status_code == 200
    await drain()
    done = (await first.get(f"/v1/destructions/{destruction['id']}")).json()
    assert done["status"] == "destroyed"
    stopped = await shown(trade, late)
    assert (stopped["status"], stopped["problem"]["code"]) == ("failed", "data-destroyed")
    async with runtime.act() as act:
        (object_,) = await queries.made_from(act.session, [made["revision_id"]])
    with pytest.raises(FileDestroyed):
        await runtime.storage.get_range(object_.storage_key, 0, 4)
    told = await runtime.pool.fetchval("SELECT body FROM document WHERE id = $1", done["certificate_id"])
    assert order in str(told)
    not_there(await (await as_("buyer", "stranger")).get(f"/v1/table-conversions/{made['id']}"))
