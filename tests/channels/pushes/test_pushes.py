"""What happens to a push and its target beside the good case: stores that fail, buyers who stop it, clocks."""

import json
from datetime import timedelta

import pytest

from channels.pushes.commands import pushing
from channels.pushes.commands.pushing import Verdict
from channels.pushes.errors import PushStoreUnreachable
from channels.pushes.jobs import abort_left, tend
from channels.pushes.uploading import run
from tests.channels import story as shared
from tests.channels.pushes import story
from tests.channels.pushes.story import begun, held, killed_amid_part, push_of
from tests.doubles import bucket
from tests.market.trade import Trade
from tests.refusals import refused

pytestmark = pytest.mark.slow

PART = "PUT partNumber uploadId"


@pytest.fixture
def store():
    with bucket.store() as opened:
        yield opened


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def test_a_store_that_fails_is_tried_again_and_then_given_up(trade, store, drain, clock, runtime):
    target = await story.target(trade, store, await trade.paid(), drain)
    push = await begun(trade, target)
    store.answers = [(PART, 503, "SlowDown")]
    await runtime.pool.execute("DELETE FROM pgqueuer")
    await run(runtime, push["id"])
    waiting = await push_of(trade, push)
    assert (waiting["status"], waiting["attempts"], waiting["problem"]["code"]) == (
        "uploading",
        1,
        "push-store-unreachable",
    )
    assert waiting["next_attempt_at"] is not None
    clock.move(timedelta(seconds=5))
    await tend(runtime)
    await drain()
    assert (await push_of(trade, push))["status"] == "done"
    again = await begun(trade, await story.target(trade, store, waiting["order_id"], drain, prefix="b/"))
    for _ in range(9):
        store.answers = [(PART, 500, "InternalError")]
        await runtime.pool.execute("DELETE FROM pgqueuer")
        await run(runtime, again["id"])
        clock.move(timedelta(hours=8))
    failed = await push_of(trade, again)
    assert (failed["status"], failed["problem"]["code"], store.uploads) == ("failed", "push-store-unreachable", {})


async def test_an_object_that_the_store_alters_is_found_by_reading_it_back(trade, store, drain, runtime):
    target = await story.target(trade, store, await trade.paid(), drain)
    push = await begun(trade, target)
    await runtime.pool.execute("DELETE FROM pgqueuer")
    store.answers = [("GET", 503, "SlowDown")]
    await run(runtime, push["id"])
    key = next(key for key in store.objects)
    store.objects[key] = bytes([store.objects[key][0] ^ 1]) + store.objects[key][1:]
    await run(runtime, push["id"])
    failed = await push_of(trade, push)
    assert (failed["status"], failed["problem"]["code"]) == ("failed", "pushed-object-altered")
    assert not any(each.endswith("manifest.json") for each in store.objects)


async def test_an_object_completed_before_it_was_noted_is_taken_for_what_it_is(trade, store, drain, clock, runtime):
    target = await story.target(trade, store, await trade.paid(), drain)
    push = await begun(trade, target)
    await runtime.pool.execute("DELETE FROM pgqueuer")
    await killed_amid_part(trade, store, push, 1)
    upload, content = next(iter(store.uploads.items()))
    whole = await runtime.pool.fetchval(
        "SELECT f.storage_key FROM push_object o JOIN delivery_file f ON f.id = o.delivery_file_id"
        " WHERE o.upload_id = $1",
        upload,
    )
    store.objects[content.key] = await runtime.storage.get(whole)
    del store.uploads[upload]
    clock.move(timedelta(minutes=2))
    await tend(runtime)
    await drain()
    assert (await push_of(trade, push))["status"] == "done"


async def test_a_buyer_cancels_a_push_and_removes_its_target(trade, store, drain, runtime, as_):
    order = await trade.paid()
    target = await story.target(trade, store, order, drain)
    push = await begun(trade, target)
    store.hold = 1
    working = await held(store, drain)
    refused(await trade.provider.post(f"/v1/pushes/{push['id']}/cancel"), 403, "forbidden")
    cancelled = await trade.buyer.post(f"/v1/pushes/{push['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    await working
    assert (store.uploads, store.objects, store.let_go.is_set()) == ({}, {}, False)
    store.hold = None
    removed = await trade.buyer.delete(f"/v1/push-targets/{target['id']}")
    assert (removed.status_code, removed.json()["status"]) == (200, "removed")
    assert await runtime.pool.fetchval("SELECT secret FROM push_target WHERE id = $1", target["id"]) is None
    late = await trade.buyer.post(f"/v1/push-targets/{target['id']}/pushes", {})
    refused(late, 409, "push-target-not-ready", "LT-PSH-01")
    rows = await runtime.pool.fetch("SELECT row_to_json(t)::text AS row FROM log_entry t")
    assert not any(bucket.SECRET in json.dumps(row["row"]) for row in rows)


async def test_an_upload_that_could_not_be_aborted_is_aborted_after(trade, store, drain, clock, runtime):
    target = await story.target(trade, store, await trade.paid(), drain)
    push = await begun(trade, target)
    await runtime.pool.execute("DELETE FROM pgqueuer")
    store.answers = [(PART, 400, "InvalidRequest"), ("DELETE uploadId", 503, "SlowDown")]
    await run(runtime, push["id"])
    assert (await push_of(trade, push))["problem"]["code"] == "push-request-refused"
    assert len(store.uploads) == 1
    await abort_left(runtime)
    await drain()
    assert store.uploads == {}


async def test_later_revisions_are_pushed_to_a_target_that_follows(store, drain, runtime, as_):
    trade = await shared.begin(runtime, as_)
    order = await trade.paid()
    await story.target(trade, store, order, drain, follows=True)
    await tend(runtime)
    await drain()
    assert store.objects == {}, "what was there before is pushed when it is asked for"
    await shared.reach(runtime, order, shared.files())
    await tend(runtime)
    await drain()
    await tend(runtime)
    pushes = (await trade.buyer.get(f"/v1/pushes?order_id={order}")).json()["items"]
    assert [each["status"] for each in pushes] == ["done"]
    names = sorted(key.rpartition("/")[2] for key in store.objects)
    assert names == ["manifest.json", "orders.parquet", "shops.parquet"]


async def test_a_push_and_a_check_that_come_to_no_end_fail(trade, store, drain, clock, runtime):
    order = await trade.paid()
    push = await begun(trade, await story.target(trade, store, order, drain))
    named = await trade.buyer.post(f"/v1/orders/{order}/push-targets", {**story.TARGET, "endpoint": store.url})
    await runtime.pool.execute("DELETE FROM pgqueuer")
    clock.move(timedelta(days=7))
    await tend(runtime)
    failed = await push_of(trade, push)
    assert (failed["status"], failed["problem"]["code"]) == ("failed", "push-too-late")
    over = await story.shown(trade, f"/v1/push-targets/{named.json()['id']}")
    assert (over["status"], over["problem"]["code"]) == ("refused", "push-too-late")


async def test_a_push_that_waited_asks_whether_its_files_are_due_before_it_sends(trade, store, drain, runtime, as_):
    order = await trade.paid()
    target = await story.target(trade, store, order, drain)
    push = await begun(trade, target)
    await runtime.pool.execute("DELETE FROM pgqueuer")
    refund = await (await as_("clearing")).post(f"/v1/orders/{order}/refund", {"reason": "x"})
    assert refund.status_code in (200, 201), refund.text
    sent = len(store.seen)
    await run(runtime, push["id"])
    assert ((await push_of(trade, push))["status"], len(store.seen)) == ("revoked", sent)


async def test_a_worker_that_lost_its_push_says_nothing_of_it_any_more(trade, store, drain, runtime, clock):
    push = await begun(trade, await story.target(trade, store, await trade.paid(), drain))
    await runtime.pool.execute("DELETE FROM pgqueuer")
    async with runtime.act() as act:
        await pushing.take_up(act, push["id"], "first")
    clock.move(timedelta(minutes=2))
    async with runtime.act() as act:
        assert await pushing.take_up(act, push["id"], "second") is not None
        problem = PushStoreUnreachable(failure="x")
        assert await pushing.postpone(act, push["id"], "first", problem) is Verdict.STOP
        assert await pushing.give_up(act, push["id"], "first", problem) is Verdict.STOP
    assert (await push_of(trade, push))["status"] == "uploading"


async def test_an_upload_that_is_gone_again_and_again_fails(trade, store, drain, runtime):
    target = await story.target(trade, store, await trade.paid(), drain)
    push = await begun(trade, target)
    await runtime.pool.execute("DELETE FROM pgqueuer")
    store.answers = [(PART, 404, "NoSuchUpload")]
    await run(runtime, push["id"])
    failed = await push_of(trade, push)
    assert (failed["status"], failed["problem"]["code"]) == ("failed", "push-request-refused")
