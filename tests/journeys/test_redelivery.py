"""What does not conform is delivered again: asked for, agreed and inspected anew, or paid back where it is not."""

from datetime import timedelta

import pytest

from market.orders.jobs import accept_silently
from market.redeliveries.commands import require_redelivery
from market.redeliveries.jobs import time_over
from tests.market.trade import Trade
from tests.refusals import not_there, refused

WHY = {"reason": "第二个文件缺少三月的数据"}


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def status_of(trade, order):
    return (await trade.buyer.get(f"/v1/orders/{order}")).json()["status"]


async def agreed_revision(trade, order):
    return (await trade.buyer.get(f"/v1/orders/{order}")).json()["revision_id"]


async def test_asked_agreed_delivered_and_inspected_anew(trade, runtime, as_, clock):
    order = await trade.delivered()
    path = f"/v1/orders/{order}/redeliveries"
    asked = await trade.buyer.post(path, WHY)
    assert asked.status_code == 201, asked.text
    one = f"/v1/redeliveries/{asked.json()['id']}"
    assert (asked.json()["status"], asked.json()["n"], asked.json()["allowed_actions"]) == ("asked", 1, [])
    refused(await trade.buyer.post(path, WHY), 409, "redelivery-open", "LT-RDL-01")
    stranger = await as_("buyer", "stranger")
    not_there(await stranger.get(one))
    not_there(await stranger.post(path, WHY))
    not_there(await trade.provider.post(path, WHY))

    agreed = await trade.provider.post(f"{one}/answer", {"agree": True, "reason": "将补交"})
    assert (agreed.status_code, agreed.json()["status"]) == (200, "required"), agreed.text
    # 2026-11-23 is a Monday: ten working days on, the provider may deliver to the end of 7 December.
    assert agreed.json()["due_at"] == "2026-12-07T16:00:00Z"
    clock.move(timedelta(days=12))
    await accept_silently(runtime)
    assert await status_of(trade, order) == "delivered"  # Silence accepts nothing while it is waited for.

    wrong = await trade.provider.post(f"{one}/delivery", {"revision_id": "rev_" + "0" * 26})
    refused(wrong, 422, "redelivery-unfit", "LT-RDL-02")
    again = {"revision_id": await agreed_revision(trade, order), "statement": "已补齐"}
    done = await trade.provider.post(f"{one}/delivery", again)
    assert (done.status_code, done.json()["status"], done.json()["due_at"]) == (200, "delivered", None), done.text
    # On Saturday 5 December: five working days of inspection run to the end of Friday the 11th.
    shown = (await trade.buyer.get(f"/v1/orders/{order}")).json()
    assert shown["inspection_due_at"] == "2026-12-11T16:00:00Z"
    clock.move(timedelta(days=7))
    await accept_silently(runtime)
    assert await status_of(trade, order) == "accepted"
    refused(await trade.buyer.post(path, WHY), 409, "redelivery-untimely", "LT-RDL-01")


@pytest.mark.slow
async def test_what_is_not_delivered_again_in_time_is_paid_back(trade, runtime, clock):
    order = await trade.delivered()
    asked = (await trade.buyer.post(f"/v1/orders/{order}/redeliveries", WHY)).json()
    one = f"/v1/redeliveries/{asked['id']}"
    await trade.provider.post(f"{one}/answer", {"agree": True, "reason": "将补交"})
    clock.move(timedelta(days=15))
    late = await trade.provider.post(f"{one}/delivery", {"revision_id": await agreed_revision(trade, order)})
    refused(late, 409, "redelivery-late", "LT-RDL-03")
    await time_over(runtime)
    assert (await trade.buyer.get(one)).json()["status"] == "missed"
    assert await status_of(trade, order) == "refunded"
    [refund] = (await trade.buyer.get("/v1/refunds")).json()["items"]
    assert (refund["subject_id"], refund["amount"]["amount"]) == (order, "12500.00")


@pytest.mark.slow
async def test_silence_and_a_no_leave_the_buyer_its_inspection(trade, runtime, clock):
    order = await trade.delivered()
    path = f"/v1/orders/{order}/redeliveries"
    first = (await trade.buyer.post(path, WHY)).json()
    clock.move(timedelta(days=8))  # Five working days to answer were over on 30 November.
    await accept_silently(runtime)
    await time_over(runtime)
    assert (await trade.buyer.get(f"/v1/redeliveries/{first['id']}")).json()["status"] == "unanswered"
    assert await status_of(trade, order) == "delivered"
    second = (await trade.buyer.post(path, WHY)).json()
    no = await trade.provider.post(f"/v1/redeliveries/{second['id']}/answer", {"agree": False, "reason": "数据无误"})
    assert (no.json()["status"], no.json()["due_at"]) == ("declined", None)
    third = await trade.buyer.post(path, WHY)
    assert third.status_code == 201, third.text
    await trade.provider.post(f"/v1/redeliveries/{third.json()['id']}/answer", {"agree": False, "reason": "数据无误"})
    refused(await trade.buyer.post(path, WHY), 409, "redeliveries-too-many", "LT-RDL-01")
    numbers = [one["n"] for one in (await trade.provider.get(path)).json()["items"]]
    assert numbers == [3, 2, 1]


async def test_a_decision_requires_it_at_once(trade, runtime, clock):
    order = await trade.delivered()
    asked = (await trade.buyer.post(f"/v1/orders/{order}/redeliveries", WHY)).json()
    async with runtime.act() as act:
        row = await require_redelivery(act, order, due=act.at + timedelta(days=3), reason="decided")
    assert (await trade.buyer.get(f"/v1/redeliveries/{asked['id']}")).json()["status"] == "called_off"
    one = f"/v1/redeliveries/{row.id}"
    assert (await trade.provider.get(one)).json()["allowed_actions"] == ["deliver"]
    done = await trade.provider.post(f"{one}/delivery", {"revision_id": await agreed_revision(trade, order)})
    assert done.json()["status"] == "delivered"


@pytest.mark.slow
async def test_a_no_leaves_the_buyer_the_inspection_that_it_had(trade):
    """Received on Monday 23 November: five working days end on the 30th, whatever the provider answers when."""
    order = await trade.delivered()
    had = (await trade.buyer.get(f"/v1/orders/{order}")).json()["inspection_due_at"]
    assert had == "2026-11-30T16:00:00Z"
    asked = (await trade.buyer.post(f"/v1/orders/{order}/redeliveries", WHY)).json()
    no = await trade.provider.post(f"/v1/redeliveries/{asked['id']}/answer", {"agree": False, "reason": "数据无误"})
    assert no.json()["status"] == "declined", no.text
    assert (await trade.buyer.get(f"/v1/orders/{order}")).json()["inspection_due_at"] == had
