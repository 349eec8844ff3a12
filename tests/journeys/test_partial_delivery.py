"""An order is delivered in parts: agreed on before it is paid, each part received, accepted and settled by itself."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from kernel import ids
from kernel.money import Money
from market.delivery_plans.jobs import release, unanswered
from market.earnings.sellers import seller
from market.ledger import book, dispute_book
from market.ledger import commands as ledger
from market.papers.statements import monthly
from market.papers.statements.rules import period
from market.partial_deliveries.jobs import accept_silently, uncollected
from market.reconciliation import check
from market.redeliveries.jobs import time_over
from tests.beginnings import beginning
from tests.market.negotiation.story import between, body, following
from tests.market.trade import Trade
from tests.refusals import not_there, refused

FLIGHTS, WEATHER = "flights.parquet", "weather.parquet"


def plan(*parts):
    """Parts of (file, day, weight)."""
    made = [{"files": [file], "from_day": day, "weight": weight} for file, day, weight in parts]
    return {"parts": made, "reason": "第二份数据下周才核对完"}


TWO = plan((FLIGHTS, "2026-11-23", 1), (WEATHER, "2026-11-30", 2))
YES = {"answer": "agree", "reason": "同意"}


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


@beginning
async def divided(trade):
    """A paid order in two parts, a third and two thirds of 12,500.00."""
    order = await trade.agreed()
    made = await trade.provider.post(f"/v1/orders/{order}/delivery-plans", TWO)
    assert made.status_code == 201, made.text
    assert [one["amount"]["amount"] for one in made.json()["parts"]] == ["4166.67", "8333.33"]
    agreed = await trade.buyer.post(f"/v1/delivery-plans/{made.json()['id']}/answer", YES)
    assert (agreed.status_code, agreed.json()["status"]) == (200, "agreed"), agreed.text
    await trade.pay(order)
    return order


async def parts_of(trade, order):
    return (await trade.buyer.get(f"/v1/orders/{order}/delivery-parts")).json()["items"]


async def order_of(trade, order):
    return (await trade.buyer.get(f"/v1/orders/{order}")).json()


async def fetched(trade, order):
    """Fetch all that is handed out; gives the files by name."""
    links = await trade.buyer.post(f"/v1/orders/{order}/links")
    assert links.status_code == 200, links.text
    for file in links.json()["files"]:
        url = urlsplit(file["url"])
        assert (await trade.buyer.get(f"{url.path}?{url.query}")).status_code == 200
    return {file["name"]: {"name": file["name"], "sha256": file["sha256"]} for file in links.json()["files"]}


async def received(trade, order, n):
    files, part = await fetched(trade, order), (await parts_of(trade, order))[n - 1]
    body = {"files": [files[name] for name in part["files"]]}
    made = await trade.buyer.post(f"/v1/delivery-parts/{part['id']}/receipt", body)
    assert (made.status_code, made.json()["status"]) == (201, "received"), made.text
    return f"/v1/delivery-parts/{part['id']}"


async def balances(trade):
    rows = await trade.runtime.pool.fetch(
        "SELECT path, sum(minor) AS minor FROM (SELECT credit AS path, amount_minor AS minor FROM posting"
        " UNION ALL SELECT debit, -amount_minor FROM posting) AS each GROUP BY path HAVING sum(minor) <> 0"
    )
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["path"].rpartition(":")[0] or row["path"]] += int(row["minor"])
    return dict(sums)


async def deals(runtime, order):
    """The comparables of an order, each with whether its rows were counted, and the prices beside those of others."""
    kept = await runtime.pool.fetch("SELECT price, scale FROM comparable WHERE reference = $1", order)
    priced = await runtime.pool.fetch("SELECT price_minor FROM priced_deal WHERE order_id = $1", order)
    return [(row["price"], row["scale"] is not None) for row in kept], [row["price_minor"] for row in priced]


async def books_hold(runtime):
    async with runtime.act() as act:
        assert (await check(act.session)).faults == []


async def test_two_parts_each_received_accepted_and_settled_by_itself(trade, runtime, as_, clock):
    order = await trade.agreed()
    path = f"/v1/orders/{order}/delivery-plans"
    faulty = plan((FLIGHTS, "2026-11-30", 1), (FLIGHTS, "2026-11-22", 1_000_000), ("x", "2026-11-24", 1))
    told = refused(await trade.provider.post(path, faulty), 422, "delivery-plan-faulty", "LT-PRT-01")
    assert sorted(fault["pointer"] for fault in told["errors"]) == [
        "/parts", "/parts/0/files/0", "/parts/1/files/0", "/parts/1/from_day", "/parts/2/files/0", "/parts/2/from_day",
    ]  # fmt: skip
    made = await trade.provider.post(path, TWO)
    one = f"/v1/delivery-plans/{made.json()['id']}"
    refused(await trade.buyer.post(path, TWO), 409, "delivery-plan-open", "LT-PRT-01")
    refused(await trade.provider.post(f"{one}/answer", YES), 409, "not-yours-to-answer-plan", "LT-PRT-01")
    stranger = await as_("buyer", "stranger")
    not_there(await stranger.get(one))
    not_there(await stranger.post(f"{one}/answer", YES))
    assert (await trade.buyer.post(f"{one}/answer", YES)).json()["status"] == "agreed"
    refused(await trade.buyer.post(path, TWO), 409, "order-indivisible", "LT-PRT-01")
    await trade.pay(order)
    early = refused(await trade.buyer.post(f"/v1/orders/{order}/links"), 409, "part-not-released", "LT-PRT-02")
    assert early["next"] == "2026-11-22T16:00:00.000000Z"

    await release(runtime)
    first, second = await parts_of(trade, order)
    assert (first["status"], first["amount"]["amount"]) == ("released", "4166.67")
    assert (second["status"], second["available_at"]) == ("planned", "2026-11-29T16:00:00Z")
    entitled = (await trade.buyer.get(f"/v1/entitlements/{order}")).json()
    assert [file["name"] for file in entitled["files"]] == [FLIGHTS]
    whole = await trade.buyer.post(f"/v1/orders/{order}/receipt", {"files": []})
    assert refused(whole, 409, "delivered-in-parts", "LT-PRT-04")["parts"] == [first["id"], second["id"]]
    one = await received(trade, order, 1)
    not_there(await stranger.post(f"{one}/acceptance"))
    refused(await trade.provider.post(f"{one}/acceptance"), 403, "forbidden")
    clock.move(timedelta(days=8))  # Five working days of inspection from Monday the 23rd end on the 30th.
    await accept_silently(runtime)
    assert (await parts_of(trade, order))[0]["status"] == "accepted"
    # 5 % of 4,166.67 is 208.3335, half-even 208.33.
    left = {"escrow:order": 833_333, "payable:party": 395_834, "platform": 20_833, "world": -1_250_000}
    assert await balances(trade) == left
    await books_hold(runtime)

    await release(runtime)
    two = await received(trade, order, 2)
    said = {"reason": "quality", "asked": "price-reduction", "statement": "三成记录缺失", "evidence": []}
    ten = {"amount": "1000.00", "currency": "CNY"}
    whole = await trade.buyer.post("/v1/complaints", {**said, "about": order, "disputed": ten})
    refused(whole, 409, "delivered-in-parts", "LT-PRT-04")
    filed = await trade.buyer.post("/v1/complaints", {**said, "about": two.rpartition("/")[2], "disputed": ten})
    assert filed.status_code == 201, filed.text
    assert filed.json()["price"]["amount"] == "8333.33"
    clock.move(timedelta(days=8))
    await accept_silently(runtime)
    assert (await trade.buyer.get(two)).json()["status"] == "received"  # Whoever has complained is not silent.
    case = f"/v1/complaints/{filed.json()['id']}"
    clock.move(timedelta(days=-8))
    conceded = await trade.provider.post(f"{case}/answer", {"stance": "concede", "statement": "同意减价"})
    assert conceded.json()["outcome"] == "price-reduction", conceded.text
    done = (await trade.buyer.get(two)).json()
    assert (done["status"], done["complaint_id"]) == ("accepted", None)
    # 8,333.33 less 1,000.00 is 7,333.33, of which 5 % is 366.6665, half-even 366.67.
    payable, fees = 395_834 + 733_333 - 36_667, 20_833 + 36_667
    settled = {"refunding:order": 100_000, "payable:party": payable, "platform": fees, "world": -1_250_000}
    assert await balances(trade) == settled
    assert (await order_of(trade, order))["status"] == "settled"
    statement = (await trade.provider.get(f"/v1/documents/{done['statement_id']}")).json()
    assert statement["document"]["credentialSubject"]["gross"]["amount"] == "7333.33"
    await books_hold(runtime)
    asset = await runtime.pool.fetchval('SELECT asset_id FROM "order" WHERE id = $1', order)
    (earned,) = (await trade.provider.get(f"/v1/assets/{asset}/earnings")).json()["earned"]
    assert (earned["orders"], earned["gross"]["amount"], earned["fee"]["amount"]) == (1, "11500.00", "575.00")
    async with runtime.act() as act:
        sold, _ = await monthly.settled(act, seller() == trade.provider.party, "CNY", period("2026"))
    assert (sold["count"], sold["gross"]) == ("1", "11500.00")  # One order, of which two parts were settled.
    # One deal, at what was paid for what was accepted: 4,166.67 and 8,333.33 less 1,000.00.
    assert await deals(runtime, order) == ([(11500, True)], [1_150_000])


@pytest.mark.slow
async def test_what_nobody_fetches_goes_back_and_the_rest_stays_settled(trade, runtime, clock):
    order = await divided(trade)
    await release(runtime)
    one = await received(trade, order, 1)
    assert (await trade.buyer.post(f"{one}/acceptance")).json()["status"] == "accepted"
    clock.move(timedelta(days=8))
    await release(runtime)
    clock.move(timedelta(days=60))
    await uncollected(runtime)
    assert [part["status"] for part in await parts_of(trade, order)] == ["accepted", "refunded"]
    assert (await order_of(trade, order))["status"] == "settled"
    [refund] = (await trade.buyer.get("/v1/refunds")).json()["items"]
    assert (refund["subject"], refund["amount"]["amount"]) == ("part", "8333.33")
    await books_hold(runtime)
    # What came is a price of a part, of which nobody knows how many rows; nobody else has had that on these terms.
    assert await deals(runtime, order) == ([(Decimal("4166.67"), False)], [])


@pytest.mark.slow
async def test_an_end_in_the_midst_pays_back_what_was_not_accepted(trade, runtime):
    order = await divided(trade)
    await release(runtime)
    one = await received(trade, order, 1)
    assert (await trade.buyer.post(f"{one}/acceptance")).json()["status"] == "accepted"
    clearing = await trade.as_("clearing")
    ended = await clearing.post(f"/v1/orders/{order}/refund", {"reason": "双方解除"})
    assert ended.status_code == 200, ended.text
    assert [part["status"] for part in await parts_of(trade, order)] == ["accepted", "ended"]
    assert (await balances(trade))["refunding:order"] == 833_333
    assert (await balances(trade))["payable:party"] == 395_834
    assert (await order_of(trade, order))["status"] == "refunded"
    await books_hold(runtime)


@pytest.mark.slow
async def test_refunds_name_a_part_before_and_after_it_is_accepted(trade, runtime):
    order = await divided(trade)
    await release(runtime)
    one = await received(trade, order, 1)
    assert (await trade.buyer.post(f"{one}/acceptance")).json()["status"] == "accepted"
    ask = {"amount": {"amount": "1000.00", "currency": "CNY"}, "reason": "部分退款"}
    told = await trade.provider.post("/v1/refunds", {**ask, "subject_id": order})
    refused(told, 409, "delivered-in-parts", "LT-PRT-04")
    for part in await parts_of(trade, order):
        made = await trade.provider.post("/v1/refunds", {**ask, "subject_id": part["id"]})
        assert made.status_code == 201, made.text
    # 1,000.00 of the accepted third comes from fee and share as they stand, 50.00 and 950.00 of 208.33 and 3,958.34.
    assert await balances(trade) == {
        "escrow:order": 733_333,
        "refunding:order": 200_000,
        "payable:party": 395_834 - 95_000,
        "platform": 20_833 - 5_000,
        "world": -1_250_000,
    }
    above = {"amount": {"amount": "7333.34", "currency": "CNY"}, "reason": "x"}
    part = (await parts_of(trade, order))[1]["id"]
    more = await trade.provider.post("/v1/refunds", {**above, "subject_id": part})
    refused(more, 422, "refund-above-remaining", "LT-RFD-01")
    rest = {"amount": {"amount": "7333.33", "currency": "CNY"}, "reason": "其余退回"}
    made = await trade.provider.post("/v1/refunds", {**rest, "subject_id": part})
    assert made.status_code == 201, made.text
    assert [one["status"] for one in await parts_of(trade, order)] == ["accepted", "refunded"]
    assert (await order_of(trade, order))["status"] == "settled"
    await books_hold(runtime)


@pytest.mark.slow
async def test_plans_lapse_with_their_clock_and_with_their_order(trade, runtime, clock):
    order = await trade.agreed()
    path = f"/v1/orders/{order}/delivery-plans"
    made = await trade.buyer.post(path, TWO)
    one = f"/v1/delivery-plans/{made.json()['id']}"
    assert made.json()["due_at"] == "2026-11-26T16:00:00Z"  # Three working days from Monday the 23rd.
    clock.move(timedelta(days=4))
    refused(await trade.provider.post(f"{one}/answer", YES), 409, "delivery-plan-late", "LT-PRT-01")
    await unanswered(runtime)
    assert (await trade.buyer.get(one)).json()["status"] == "lapsed"
    again = await trade.buyer.post(path, plan((FLIGHTS, "2026-11-27", 1), (WEATHER, "2026-11-30", 2)))
    assert again.status_code == 201, again.text
    gone = await trade.buyer.post(f"/v1/orders/{order}/cancellation", {"reason": "不再需要"})
    assert gone.status_code == 200, gone.text
    assert (await trade.buyer.get(f"/v1/delivery-plans/{again.json()['id']}")).json()["status"] == "lapsed"


@pytest.mark.slow
async def test_a_licence_that_is_given_up_in_the_midst_leaves_no_money_behind(trade, runtime, clock, drain):
    """What the buyer has received is paid for all the same; what it never had goes back."""
    order = await divided(trade)
    await release(runtime)
    await received(trade, order, 1)
    agreement = await runtime.pool.fetchrow("SELECT id, grant_id FROM agreement WHERE order_id = $1", order)
    ended = await trade.buyer.post(f"/v1/grants/{agreement['grant_id']}/end", {"reason": "不再使用"})
    assert ended.status_code == 200, ended.text
    await drain()
    clock.move(timedelta(days=60))
    for sweep in (release, uncollected, accept_silently, release, uncollected):
        await sweep(runtime)
    assert [part["status"] for part in await parts_of(trade, order)] == ["accepted", "refunded"]
    assert (await order_of(trade, order))["status"] == "settled"
    left = await balances(trade)
    assert (left.get("escrow:order"), left["refunding:order"], left["payable:party"]) == (None, 833_333, 395_834)
    await books_hold(runtime)


@pytest.mark.slow
async def test_a_part_whose_money_a_card_has_taken_back_is_closed_with_its_clock(trade, runtime, clock):
    """The card's bank has taken the last two thirds for good: nothing is left that could go back, and nothing waits."""
    order = await divided(trade)
    await release(runtime)
    one = await received(trade, order, 1)
    assert (await trade.buyer.post(f"{one}/acceptance")).json()["status"] == "accepted"
    async with runtime.act() as act:
        dispute, taken = ids.new("cdp"), Money(833_333, "CNY")
        await ledger.post(act, dispute_book.withdrawn(dispute, order, taken, Money(0, "CNY")))
        await ledger.post(act, dispute_book.lost(dispute, order, [book.Part(book.escrow(order), taken)]))
    clock.move(timedelta(days=8))
    await release(runtime)
    clock.move(timedelta(days=60))
    await uncollected(runtime)
    assert [part["status"] for part in await parts_of(trade, order)] == ["accepted", "refunded"]
    assert (await order_of(trade, order))["status"] == "settled"
    assert (await trade.buyer.get("/v1/refunds")).json()["items"] == []


@pytest.mark.slow
async def test_what_a_card_has_had_back_for_its_order_is_not_sent_to_it_again_for_a_part(trade, runtime):
    """10,000.00 by card beside a deposit of 2,500.00; 5,000.00 were lost to a dispute, so 7,500.00 go by bank."""
    order = await divided(trade)
    await runtime.pool.execute(
        "UPDATE payment SET method = 'card', amount_minor = 1000000, set_off_minor = 250000 WHERE order_id = $1", order
    )
    async with runtime.act() as act:
        dispute, taken = ids.new("cdp"), Money(500_000, "CNY")
        await ledger.post(act, dispute_book.withdrawn(dispute, order, taken, Money(0, "CNY")))
        await ledger.post(act, dispute_book.lost(dispute, order, [book.Part(book.escrow(order), taken)]))
    part = (await parts_of(trade, order))[1]["id"]
    ask = {"subject_id": part, "amount": {"amount": "7500.00", "currency": "CNY"}, "reason": "其余退回"}
    made = await trade.provider.post("/v1/refunds", ask)
    assert (made.status_code, made.json()["method"]) == (201, "bank_transfer"), made.text


async def concluded(trade):
    """An order that was negotiated under the model contract of provision, not signed by anybody yet."""
    terms = following(await between(trade), "provision")
    opened = (await trade.buyer.post("/v1/negotiations", body(terms))).json()
    accept = {"terms_digest": opened["rounds"][-1]["terms_digest"]}
    made = await trade.provider.post(f"/v1/negotiations/{opened['id']}/acceptance", accept)
    assert made.status_code in (200, 201), made.text
    return made.json()["order_id"]


async def owed(trade, order):
    """What the contract makes its provider owe, by status and day."""
    agreement = (await order_of(trade, order))["agreement_id"]
    rows = (await trade.buyer.get(f"/v1/agreements/{agreement}/obligations")).json()
    return [(row["status"], row["due_at"]) for row in rows if row["kind"] == "deliver"]


@pytest.mark.slow
@pytest.mark.parametrize("signed_first", [True, False])
async def test_what_a_model_contract_owes_follows_the_plan(trade, runtime, clock, signed_first):
    """Three working days after Monday the 23rd end on the 26th; the last part comes on 10 December."""
    order = await concluded(trade)
    agreement = await trade.draft(order)
    await trade.sign(agreement, "provider")
    if signed_first:
        await trade.sign(agreement, "buyer")
        assert await owed(trade, order) == [("due", "2026-11-26T16:00:00Z")]
    late = plan((FLIGHTS, "2026-11-23", 1), (WEATHER, "2026-12-10", 2))
    made = (await trade.provider.post(f"/v1/orders/{order}/delivery-plans", late)).json()
    assert (await trade.buyer.post(f"/v1/delivery-plans/{made['id']}/answer", YES)).json()["status"] == "agreed"
    if not signed_first:
        await trade.sign(agreement, "buyer")
    assert await owed(trade, order) == [("due", "2026-12-10T16:00:00Z")]
    await trade.pay(order)
    await release(runtime)
    await received(trade, order, 1)
    clock.move(timedelta(days=18))
    await release(runtime)
    await fetched(trade, order)
    assert await owed(trade, order) == [("due", "2026-12-10T16:00:00Z")]
    clock.move(timedelta(days=60))  # Fetched, and its receipt never confirmed.
    await uncollected(runtime)
    assert [status for status, _ in await owed(trade, order)] == ["discharged"]


@pytest.mark.slow
async def test_one_part_is_delivered_again_or_paid_back_and_the_others_go_on(trade, runtime, as_, clock):
    order = await divided(trade)
    await release(runtime)
    planned = f"/v1/delivery-parts/{(await parts_of(trade, order))[1]['id']}/redeliveries"
    why = {"reason": "缺少三月的数据"}
    refused(await trade.buyer.post(planned, why), 409, "redelivery-untimely", "LT-RDL-01")
    one = await received(trade, order, 1)
    not_there(await (await as_("buyer", "stranger")).post(f"{one}/redeliveries", why))
    asked = await trade.buyer.post(f"{one}/redeliveries", why)
    assert (asked.status_code, asked.json()["part_id"]) == (201, one.rpartition("/")[2]), asked.text
    refused(await trade.buyer.post(f"{one}/redeliveries", why), 409, "redelivery-open", "LT-RDL-01")
    path = f"/v1/redeliveries/{asked.json()['id']}"
    agreed = await trade.provider.post(f"{path}/answer", {"agree": True, "reason": "将补交"})
    assert agreed.json()["due_at"] == "2026-12-07T16:00:00Z"  # Ten working days after Monday 23 November.
    clock.move(timedelta(days=12))
    await accept_silently(runtime)
    assert (await trade.buyer.get(one)).json()["status"] == "received"
    revision = (await order_of(trade, order))["revision_id"]
    done = await trade.provider.post(f"{path}/delivery", {"revision_id": revision})
    assert (done.status_code, done.json()["status"]) == (200, "delivered"), done.text
    # On Saturday 5 December: five working days of inspection run to the end of Friday the 11th.
    assert (await trade.buyer.get(one)).json()["inspection_due_at"] == "2026-12-11T16:00:00Z"

    again = await trade.buyer.post(f"{one}/redeliveries", why)
    await trade.provider.post(f"/v1/redeliveries/{again.json()['id']}/answer", {"agree": True, "reason": "再补交"})
    clock.move(timedelta(days=20))
    await time_over(runtime)
    assert [part["status"] for part in await parts_of(trade, order)] == ["refunded", "planned"]
    assert (await balances(trade))["refunding:order"] == 416_667
    assert (await order_of(trade, order))["status"] == "paid"
    await books_hold(runtime)
