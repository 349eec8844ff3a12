"""One list of what waits for whom: an order moves from desk to desk, and everybody sees their own alone."""

from datetime import timedelta

import pytest

from kernel.views.paging import encode
from tests.contracts.filings.test_filings import body
from tests.makers import make_uscc
from tests.market.trade import Trade
from tests.refusals import refused

DESK = "/v1/desk"


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def waits(client, whom="me", **query):
    asked = "&".join(f"{name}={value}" for name, value in {"waits_for": whom, **query}.items())
    answer = await client.get(f"{DESK}?{asked}")
    assert answer.status_code == 200, answer.text
    return [(each["kind"], each["id"], each["status"]) for each in answer.json()["items"]]


async def test_an_order_passes_from_desk_to_desk(trade, as_, drain):
    stranger = await as_("buyer", "stranger")
    assert await waits(trade.buyer) == await waits(trade.provider) == []
    order = await trade.order()
    agreement = await trade.draft(order)
    signing = ("contracts.agreement", agreement["id"], "drafted")
    placed = ("market.order", order, "placed")
    assert set(await waits(trade.buyer)) == {signing, placed}
    assert await waits(trade.provider) == [signing]
    assert await waits(trade.provider, "others") == [placed]

    # Who has signed waits for the other.
    await trade.sign(agreement, "provider")
    signed = ("contracts.agreement", agreement["id"], "signed_by_one")
    assert await waits(trade.provider) == []
    assert set(await waits(trade.provider, "others")) == {signed, placed}
    assert set(await waits(trade.buyer)) == {signed, placed}
    [item] = [each for each in (await trade.buyer.get(DESK)).json()["items"] if each["kind"] == "contracts.agreement"]
    assert item["path"] == f"/v1/agreements/{agreement['id']}"
    assert (item["title_zh"], item["title_en"]) == ("签署协议", "Sign an agreement, or decline")
    assert item["due_at"] == (await trade.buyer.get(item["path"])).json()["sign_due_at"]
    assert set(item["roles"]) == {"buyer", "provider"}
    await trade.sign(agreement, "buyer")
    assert await waits(trade.buyer) == [placed]

    # Paid, delivered: the buyer inspects; then nothing is left but the centre's own work.
    await trade.pay(order)
    await drain()
    assert [each for each in await waits(trade.buyer) if each[0] == "market.order"] == []
    await trade.receive(order)
    assert ("market.order", order, "delivered") in await waits(trade.buyer)
    assert ("market.order", order, "delivered") in await waits(trade.provider, "others")
    accepted = await trade.buyer.post(f"/v1/orders/{order}/acceptance")
    assert accepted.status_code in (200, 201), accepted.text
    assert [each for each in await waits(trade.buyer) if each[0] == "market.order"] == []
    assert await waits(stranger) == await waits(stranger, "others") == []


@pytest.mark.slow
async def test_an_office_sees_what_its_role_acts_on_and_no_other_does(trade, as_, client):
    listing = trade.listing_id
    await trade.runtime.pool.execute("UPDATE listing SET status = 'submitted' WHERE id = $1", listing)
    reviewer, clearing = await as_("reviewer"), await as_("clearing")
    assert ("market.listing", listing, "submitted") in await waits(reviewer)
    assert ("market.listing", listing, "submitted") not in await waits(clearing)
    assert ("market.listing", listing, "submitted") in await waits(trade.provider, "others")
    assert await waits(trade.buyer, "others") == []
    assert [each["kind"] for each in (await reviewer.get(f"{DESK}/counts")).json()] == ["market.listing"]
    refused(await client.get(DESK), 401, "unauthenticated")


@pytest.mark.slow
async def test_what_is_due_first_comes_first_page_by_page_and_late_is_counted(trade, clock):
    made = [await trade.order(use_case=f"第{n}批") for n in range(5)]
    rows = await trade.runtime.pool.fetch('SELECT id FROM "order" ORDER BY payment_due_at, id')
    expected = [row["id"] for row in rows]
    assert sorted(made) == sorted(expected)
    seen, cursor = [], ""
    while cursor is not None:
        page = (
            await trade.buyer.get(f"{DESK}?kind=market.order&limit=2" + (f"&cursor={cursor}" if cursor else ""))
        ).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
    assert seen == expected
    await trade.runtime.pool.execute('UPDATE "order" SET payment_due_at = $1 WHERE id = $2', clock.now(), expected[-1])
    first = (await trade.buyer.get(f"{DESK}?limit=1")).json()["items"][0]
    assert (first["id"], first["overdue"]) == (expected[-1], False)
    clock.move(timedelta(seconds=1))
    counted = (await trade.buyer.get(f"{DESK}/counts")).json()
    assert counted == [{"kind": "market.order", "waiting": 5, "overdue": 1, "at_least": False}]
    assert (await trade.buyer.get(f"{DESK}?limit=1")).json()["items"][0]["overdue"]


async def test_a_kind_that_is_none_is_refused_by_the_list_of_them(trade):
    told = refused(await trade.buyer.get(f"{DESK}?kind=market.nothing"), 400, "invalid-input")
    assert told["errors"][0]["pointer"] == "/query/kind"
    assert "market.order" in told["errors"][0]["detail"]
    overflowing = encode("0001-01-01T00:00:00+14:00", "x")
    for cursor in ("x", "WyJhIiwiYiJd", overflowing):
        refused(await trade.buyer.get(f"{DESK}?cursor={cursor}"), 400, "invalid-input")


async def test_what_waits_for_somebody_who_is_not_here_is_still_seen_to_wait(as_):
    """A filed contract whose other side is no party of the centre: the filer sees that nobody has confirmed it."""
    filer = await as_("provider")
    other = {"other_name": "某气象服务公司", "other_uscc": make_uscc()}
    made = await filer.post("/v1/filings", await body(filer, **other))
    assert made.status_code == 201, made.text
    waiting = ("contracts.filing", made.json()["id"], "one_sided")
    assert await waits(filer, "others") == [waiting]
    assert await waits(filer) == []
