"""What the two sides of an order write to each other, and when the centre reads it."""

import hashlib

import pytest

from tests.market.negotiation.story import upload
from tests.market.trade import Trade
from tests.refusals import not_there


@pytest.mark.slow
async def test_both_sides_write_and_the_centre_only_while_a_complaint_is_open(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    order = await trade.paid()
    path = f"/v1/orders/{order}/messages"
    file = await upload(trade.buyer, b"which rows?")
    first = await trade.buyer.post(path, {"text": "第二个文件缺少三月", "attachments": [file]})
    assert first.status_code == 201, first.text
    assert first.json()["attachments"][0]["sha256"] == hashlib.sha256(b"which rows?").hexdigest()
    assert (await trade.provider.post(path, {"text": "明日补上"})).status_code == 201
    one = f"{path}/{first.json()['id']}/attachments/1"
    assert (await trade.provider.get(one)).content == b"which rows?"

    operator, stranger = await as_("operator"), await as_("buyer", "stranger")
    regulator = await as_("regulator")
    assert len((await regulator.get(path)).json()["items"]) == 2
    not_there(await regulator.post(path, {"text": "x"}))
    for nobody in (operator, stranger):
        not_there(await nobody.get(path))
        not_there(await nobody.get(one))
        not_there(await nobody.post(path, {"text": "x"}))

    about = {"about": order, "reason": "not-delivered", "asked": "refund", "statement": "未收到数据"}
    complaint = await trade.buyer.post("/v1/complaints", about)
    assert complaint.status_code == 201, complaint.text
    assert (await operator.get(one)).content == b"which rows?"
    assert (await operator.post(path, {"text": "请双方说明"})).status_code == 201
    texts = [each["text"] for each in (await trade.buyer.get(path)).json()["items"]]
    assert texts == ["第二个文件缺少三月", "明日补上", "请双方说明"]

    assert (await trade.buyer.post(f"/v1/complaints/{complaint.json()['id']}/withdrawal", {"reason": "x"})).is_success
    not_there(await operator.get(path))
    not_there(await operator.post(path, {"text": "x"}))
