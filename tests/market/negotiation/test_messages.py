"""What the two sides write to each other."""

import hashlib

import asyncpg
import pytest

from tests.market.negotiation.story import Fixed, between, body, upload
from tests.market.trade import Trade
from tests.refusals import not_there


async def test_a_thread_with_files_that_both_sides_read(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    one = (await trade.buyer.post("/v1/negotiations", body(await between(trade)))).json()
    path = f"/v1/negotiations/{one['id']}/messages"
    file = await upload(trade.buyer, b"our question")
    first = await trade.buyer.post(path, {"text": "请说明第三条", "attachments": [file]})
    assert first.status_code == 201, first.text
    [attached] = first.json()["attachments"]
    assert attached["sha256"] == hashlib.sha256(b"our question").hexdigest()
    assert (attached["n"], attached["size_bytes"], attached["name"]) == (1, 12, "note.txt")
    await trade.provider.post(path, {"text": "已说明"})
    assert [each["text"] for each in (await trade.provider.get(path)).json()["items"]] == ["请说明第三条", "已说明"]
    content = await trade.provider.get(f"{path}/{first.json()['id']}/attachments/1")
    assert content.content == b"our question"
    regulator, stranger = await as_("regulator"), await as_("buyer", "stranger")
    assert (await regulator.get(path)).status_code == 200
    for missing in (path, f"{path}/{first.json()['id']}/attachments/1"):
        not_there(await stranger.get(missing))
    not_there(await stranger.post(path, {"text": "x"}))
    not_there(await trade.provider.get(f"{path}/{first.json()['id']}/attachments/2"))
    foreign = await trade.provider.post(path, {"text": "x", "attachments": [file]})
    not_there(foreign)
    with pytest.raises(asyncpg.PostgresError):
        await runtime.pool.execute("UPDATE message SET text = 'x'")


async def test_a_thread_is_bounded(runtime, as_, monkeypatch):
    trade = await Trade.begin(runtime, as_)
    one = (await trade.buyer.post("/v1/negotiations", body(await between(trade)))).json()
    monkeypatch.setattr("market.negotiation.messages.RULES", Fixed(messages_max=1, attachments_max=1))
    path = f"/v1/negotiations/{one['id']}/messages"
    files = [await upload(trade.buyer, content) for content in (b"1", b"2")]
    many = await trade.buyer.post(path, {"text": "x", "attachments": files})
    assert (many.status_code, many.json()["code"]) == (422, "attachments-too-large")
    assert (await trade.buyer.post(path, {"text": "x"})).status_code == 201
    full = await trade.buyer.post(path, {"text": "x"})
    assert (full.status_code, full.json()["code"], full.json()["rule"]["id"]) == (409, "messages-too-many", "LT-MSG-01")
