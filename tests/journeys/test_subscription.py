"""A monthly plan: three periods over the end of February, an upgrade, the prepaid balance, arrears, the end."""

import base64
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from contracts.terms.document import parsed, plain
from contracts.terms.prices import Flat, Trial
from tests.market.plans import MONTHLY, bills_of, metered, paid, plan, reported, subscribed, ticked, topped_up, use
from tests.market.trade import Trade
from tests.refusals import refused

JANUARY = datetime(2027, 1, 31, 2, 0, tzinfo=UTC)
"""10:00 in China."""


@pytest.fixture
async def trade(runtime, as_, clock):
    made = await Trade.begin(runtime, as_)
    clock.move(JANUARY - clock.now())
    return made


async def begins(clock, runtime, drain, year, month, day):
    """Midnight in China of a day has come, and the worker has done its work."""
    clock.move(datetime(year, month, day, tzinfo=UTC) - timedelta(hours=8) - clock.now())
    await ticked(runtime, drain)


async def amended(trade, subscription, price):
    """Both sign another plan for the agreement, from now on."""
    path = f"/v1/agreements/{subscription['agreement_id']}"
    terms = parsed((await trade.buyer.get(path)).json()["terms"])
    body = {"terms": plain(msgspec.structs.replace(terms, price=price)), "reason": "another plan"}
    proposed = await trade.provider.post(f"{path}/amendments", body)
    assert proposed.status_code == 201, proposed.text
    amendment = proposed.json()
    for who, (key_id, key) in ((trade.provider, trade.provider_key), (trade.buyer, trade.buyer_key)):
        signed = base64.b64encode(key.sign(amendment["signing_text"].encode())).decode()
        answer = await who.post(
            f"/v1/amendments/{amendment['id']}/signatures", {"signing_key_id": key_id, "signature": signed}
        )
        assert answer.status_code == 201, answer.text


def told(bill):
    """What a bill says of each line: for which days in China, why and how much."""

    def day(moment):
        return (datetime.fromisoformat(moment) + timedelta(hours=8)).strftime("%m-%d")

    return [
        (day(one["period_start"]), day(one["period_end"]), one["reason"], one["amount"]["amount"])
        for one in bill["lines"]
    ]


@pytest.mark.slow
async def test_a_year_in_the_life_of_a_monthly_plan(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(MONTHLY))
    path = f"/v1/subscriptions/{subscription['id']}"
    await drain()
    # The first month was paid with the order: 31 January to 28 February.
    order = (await trade.buyer.get(f"/v1/orders/{subscription['order_id']}")).json()
    assert (order["price"]["amount"], order["status"]) == ("300.00", "paid")
    assert subscription["period_end"] == "2027-02-27T16:00:00Z"
    await ticked(runtime, drain)
    assert await bills_of(trade, subscription) == []

    # 31 January, 28 February, 31 March: by the anchor, not by the period before.
    await begins(clock, runtime, drain, 2027, 2, 28)
    [first] = await bills_of(trade, subscription)
    assert told(first) == [("02-28", "03-31", "agreed", "300.00")]
    assert first["bill"]["number"] == "ZD2027-00000001"
    await ticked(runtime, drain)
    assert len(await bills_of(trade, subscription)) == 1
    await paid(trade, first, "2027-02-28")

    # After 10 of 31 days the plan is raised to 500.00: 21/31 of what was paid, and 21/31 of the new price.
    clock.move(timedelta(days=10))
    await amended(trade, subscription, plan(msgspec.structs.replace(MONTHLY, amount="500.00")))
    _, change = await bills_of(trade, subscription)
    assert told(change) == [("03-10", "03-31", "unused", "-203.23"), ("03-10", "03-31", "upgraded", "338.71")]
    assert change["bill"]["total"]["amount"] == "135.48"
    assert (await trade.buyer.get(path)).json()["plan_number"] == 2

    # The balance pays: what is there fills the oldest bill first.
    assert (await trade.buyer("PUT", f"{path}/collection", {"collection": "prepaid"})).status_code == 200
    empty = await trade.buyer.post(f"/v1/bills/{change['bill']['id']}/collection")
    refused(empty, 422, "balance-empty", "LT-BIL-02")
    await topped_up(trade, "600.00")
    collected = await trade.buyer.post(f"/v1/bills/{change['bill']['id']}/collection")
    assert collected.json()["status"] == "paid", collected.text
    await begins(clock, runtime, drain, 2027, 3, 31)
    third = (await bills_of(trade, subscription))[-1]
    assert told(third) == [("03-31", "04-30", "agreed", "500.00")]
    # 600.00 less 135.48 are 464.52, which is set aside for the bill.
    assert (third["bill"]["status"], third["bill"]["paid"]["amount"]) == ("issued", "464.52")
    [balance] = (await trade.buyer.get("/v1/prepaid/balances")).json()
    assert [balance[name]["amount"] for name in ("balance", "held", "available")] == ["464.52", "464.52", "0.00"]

    # Due after ten days: reminded three days before, overdue then, and after fifteen days the gate is shut.
    assert third["bill"]["due_at"] == "2027-04-10T16:00:00Z"
    await begins(clock, runtime, drain, 2027, 4, 11)
    assert (await trade.buyer.get(path)).json()["status"] == "past_due"
    links = f"/v1/orders/{subscription['order_id']}/links"
    assert (await trade.buyer.post(links, {})).status_code == 200
    await begins(clock, runtime, drain, 2027, 4, 26)
    assert (await trade.buyer.get(path)).json()["status"] == "suspended"
    refused(await trade.buyer.post(links, {}), 409, "delivery-not-due", "LT-DLV-01")
    reminded = await runtime.pool.fetchval("SELECT count(*) FROM log_entry WHERE kind = 'market.bill.reminded'")
    assert reminded == 5
    await paid(trade, third, "2027-04-26")
    assert (await trade.buyer.get(path)).json()["status"] == "active"
    assert (await trade.buyer.post(links, {})).status_code == 200
    bill = (await bills_of(trade, subscription))[-1]["bill"]
    assert (bill["status"], bill["fee"]["amount"], bill["provider_share"]["amount"]) == ("paid", "25.00", "475.00")

    # Given up: it runs to the end of its period, nothing more is billed, and the agreement ends with it.
    given_up = await trade.buyer.post(f"{path}/cancellation", {"reason": "the project is over"})
    assert given_up.json()["cancel_at"] == "2027-04-29T16:00:00Z"
    again = await trade.buyer.post(f"{path}/cancellation", {"reason": "again"})
    refused(again, 409, "subscription-over", "LT-SUB-02")
    await begins(clock, runtime, drain, 2027, 4, 30)
    assert (await trade.buyer.get(path)).json()["status"] == "cancelled"
    agreement = (await trade.buyer.get(f"/v1/agreements/{subscription['agreement_id']}")).json()
    assert agreement["status"] == "terminated"
    await begins(clock, runtime, drain, 2027, 6, 30)
    assert len(await bills_of(trade, subscription)) == 3
    # 300.00, 135.48 and 500.00 less 5 % of each (6.774 is 6.77): the provider is owed what is left.
    [own] = (await trade.provider.get("/v1/ledger/own-balance")).json()
    assert own["balance"]["amount"] == "888.71"
    [trial] = (await (await trade.as_("clearing")).get("/v1/ledger/trial-balance")).json()
    assert trial["difference_minor"] == 0


@pytest.mark.slow
async def test_an_upgrade_that_follows_an_unpaid_period_gives_no_credit(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(MONTHLY))
    await begins(clock, runtime, drain, 2027, 2, 28)
    clock.move(timedelta(days=10))
    await amended(trade, subscription, plan(msgspec.structs.replace(MONTHLY, amount="500.00")))
    _, change = await bills_of(trade, subscription)
    assert told(change) == [("03-10", "03-31", "upgraded", "338.71")]


async def test_a_downgrade_waits_for_the_next_period(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(MONTHLY))
    clock.move(timedelta(days=10))
    await amended(trade, subscription, plan(msgspec.structs.replace(MONTHLY, amount="100.00")))
    assert await bills_of(trade, subscription) == []
    await begins(clock, runtime, drain, 2027, 2, 28)
    [bill] = await bills_of(trade, subscription)
    assert told(bill) == [("02-28", "03-31", "agreed", "100.00")]


@pytest.mark.slow
async def test_a_meter_that_the_next_plan_does_not_have_is_billed_and_read_by_its_own(trade, runtime, clock, drain):
    calls = metered(included=0)
    subscription = await subscribed(trade, plan(MONTHLY, calls))
    at = {"occurred_at": clock.now().isoformat()}
    assert (await reported(trade, use(subscription, "a", 10, **at))).status_code == 200
    clock.move(timedelta(days=10))
    await amended(trade, subscription, plan(msgspec.structs.replace(MONTHLY, amount="500.00")))
    page = await trade.buyer.get(f"/v1/subscriptions/{subscription['id']}/usage")
    assert page.status_code == 200, page.text
    assert [(one["meter"], one["used"]) for one in page.json()["meters"]] == [("queries", 10)]
    await begins(clock, runtime, drain, 2027, 3, 2)
    lines = [line for bill in await bills_of(trade, subscription) for line in bill["lines"]]
    assert [one["amount"]["amount"] for one in lines if one["component"] == "queries"] == ["5.00"]
    await begins(clock, runtime, drain, 2027, 3, 31)
    page = await trade.buyer.get(f"/v1/subscriptions/{subscription['id']}/usage?at=2027-02-01T00:00:00Z")
    assert page.status_code == 200, page.text


@pytest.mark.slow
async def test_a_dearer_plan_with_another_tariff_waits_so_that_no_use_is_billed_at_a_price_of_later(
    trade, runtime, clock, drain
):
    subscription = await subscribed(trade, plan(MONTHLY, metered(included=0)))
    at = {"occurred_at": clock.now().isoformat()}
    assert (await reported(trade, use(subscription, "a", 10, **at))).status_code == 200
    clock.move(timedelta(days=10))
    dearer = msgspec.structs.replace(MONTHLY, amount="500.00"), metered(included=0, tariff=Flat(unit_price="9.00"))
    await amended(trade, subscription, plan(*dearer))
    assert await bills_of(trade, subscription) == []
    await begins(clock, runtime, drain, 2027, 3, 2)
    lines = [line for bill in await bills_of(trade, subscription) for line in bill["lines"]]
    assert {one["component"]: one["amount"]["amount"] for one in lines} == {"queries": "5.00", "monthly": "500.00"}


@pytest.mark.slow
async def test_a_use_is_decided_though_the_plan_of_the_trial_has_lost_its_meter(trade, clock):
    trial = Trial(name="trial", days=14)
    subscription = await subscribed(trade, plan(MONTHLY, metered(), trial))
    at = {"occurred_at": clock.now().isoformat()}
    held = await reported(trade, use(subscription, "a", 10, **at), use(subscription, "b", 5, **at), hold=True)
    assert held.status_code == 200, held.text
    clock.move(timedelta(minutes=5))
    await amended(trade, subscription, plan(MONTHLY, trial))
    clock.move(timedelta(minutes=1))
    failed = await trade.provider.post("/v1/usage-events/a/outcome", {"delivered": False, "failure": "provider"})
    assert (failed.status_code, failed.json().get("state")) == (200, "released")
    told = await trade.provider.post("/v1/usage-events/b/outcome", {"delivered": True})
    assert (told.status_code, told.json().get("state")) == (200, "counted")
    page = (await trade.buyer.get(f"/v1/subscriptions/{subscription['id']}/usage")).json()
    assert [(one["used"], one["not_charged"]) for one in page["meters"]] == [(5, 10)]
