"""What was bought is written into its buyer's bucket: checked, cut off, gone on with, read back, receipted, revoked."""

import hashlib
import json
from datetime import timedelta
from random import Random

import pytest

from channels.pushes.jobs import tend
from channels.pushes.rules import PushRules
from channels.pushes.uploading import run
from tests.channels.pushes import story
from tests.channels.pushes.story import TARGET, begun, held, killed_amid_part, push_of
from tests.doubles import bucket
from tests.market.trade import Trade
from tests.refusals import refused

PART_BYTES = 64 * 1024
"""Parts as small as no store takes them; tests/interop/test_pushes.py has those of the policy."""
FILES = {"flights.bin": Random(1).randbytes(4 * PART_BYTES), "notes.csv": b"id\n1\n"}
PART = "PUT partNumber uploadId"


@pytest.fixture
def store():
    with bucket.store() as opened:
        yield opened


async def test_a_push_from_its_target_to_its_receipt(runtime, as_, drain, clock, store, monkeypatch):
    monkeypatch.setattr(PushRules, "part_bytes_of", lambda *_: PART_BYTES)
    trade = await Trade.begin(runtime, as_, files=FILES)
    order = await trade.paid()
    path = f"/v1/orders/{order}/push-targets"

    # Where it is to go: every fault at once, and what the store says by name.
    unfit = await trade.buyer.post(path, {**TARGET, "endpoint": "ftp://store.example", "prefix": "/a"})
    problem = refused(unfit, 422, "push-target-unfit", "LT-PSH-01")
    assert [fault["pointer"] for fault in problem["errors"]] == ["/endpoint", "/prefix"]
    missing = await story.target(trade, store, order, drain, bucket="other")
    assert (missing["status"], missing["problem"]["code"]) == ("refused", "push-bucket-missing")
    denied = await story.target(trade, store, order, drain, access_key_id="AKIAOTHER")
    assert (denied["status"], denied["problem"]["code"]) == ("refused", "push-access-denied")
    early = await trade.buyer.post(f"/v1/push-targets/{denied['id']}/pushes", {})
    assert refused(early, 409, "push-target-not-ready", "LT-PSH-01")["state"] == "refused"
    target = await story.target(trade, store, order, drain)
    assert (target["status"], store.objects) == ("ready", {})
    assert bucket.SECRET not in json.dumps(await story.shown(trade, path))
    assert bucket.SECRET.encode() not in await runtime.pool.fetchval(
        "SELECT secret FROM push_target WHERE id = $1", target["id"]
    )

    # A worker dies amid the third part of four; the next one sends what the store lacks, page by page.
    push = await begun(trade, target)
    assert (push["status"], [each["parts"] for each in push["objects"]]) == ("planned", [4, 1])
    refused(await trade.buyer.post(f"/v1/push-targets/{target['id']}/pushes", {}), 409, "push-under-way", "LT-PSH-02")
    await runtime.pool.execute("DELETE FROM pgqueuer")
    await killed_amid_part(trade, store, push, 3)
    standing = await push_of(trade, push)
    assert (standing["status"], standing["objects"][0]["parts_done"]) == ("uploading", 2)
    assert store.sent(PART) == 3
    store.page = 1
    await drain()
    await run(runtime, push["id"])
    assert store.sent(PART) == 3, "the one that died has it in hand for a while"
    clock.move(timedelta(minutes=2))
    await tend(runtime)
    await drain()
    assert store.sent(PART) == 6, "two more of the first file, and one of the second"
    done = await push_of(trade, push)
    assert (done["status"], done["problem"], store.uploads) == ("done", None, {})

    # The manifest is the last thing written, and says what was read back.
    folder = f"liutong-in/数据/{done['revision_id']}/"
    assert store.objects.keys() == {f"{folder}manifest.json", *(f"{folder}data/{name}" for name in FILES)}
    writes = [key for operation, key in store.seen if operation in (PART, "PUT", "POST uploadId")]
    assert (writes[-1], writes.count(f"{folder}manifest.json")) == (f"{folder}manifest.json", 1)
    told = store.objects[f"{folder}manifest.json"]
    assert hashlib.sha256(told).hexdigest() == done["manifest_sha256"]
    for file in json.loads(told)["files"]:
        assert store.objects[f"liutong-in/{file['key']}"] == FILES[file["name"]]
        assert hashlib.sha256(FILES[file["name"]]).hexdigest() == file["sha256"]

    # It counts as fetched, so that the receipt can be confirmed; and nothing is ever overwritten.
    received = [{"name": each["name"], "sha256": each["sha256"]} for each in done["objects"]]
    receipt = await trade.buyer.post(f"/v1/orders/{order}/receipt", {"files": received})
    assert receipt.status_code == 201, receipt.text
    again = await begun(trade, target)
    before = dict(store.objects)
    await drain()
    failed = await push_of(trade, again)
    assert (failed["status"], failed["problem"]["code"]) == ("failed", "push-object-exists")
    assert (store.objects, store.uploads) == (before, {})
    uses = (await trade.buyer.get(f"/v1/agreements/{done['agreement_id']}/releases")).json()["items"]
    assert {use["id"] for use in uses} == {done["release_id"], failed["release_id"]}


@pytest.mark.slow
async def test_a_refund_ends_a_push_amid_a_part(runtime, as_, drain, store):
    trade = await Trade.begin(runtime, as_)
    order = await trade.paid()
    target = await story.target(trade, store, order, drain)
    push = await begun(trade, target)
    store.hold = 1
    working = await held(store, drain)
    clearing = await trade.as_("clearing")
    refund = await clearing.post(f"/v1/orders/{order}/refund", {"reason": "x"})
    assert refund.status_code in (200, 201), refund.text
    await working  # The store has not answered yet.
    revoked = await push_of(trade, push)
    assert (revoked["status"], revoked["problem"]["code"]) == ("revoked", "download-stopped")
    assert (store.uploads, store.objects) == ({}, {})
    assert not store.let_go.is_set()
