"""Data paid by use: uses charged, quota, cap, a failure not charged, a correction; bill and usage page are the same."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.terms.prices import Flat, Meter, Metered
from tests.market.plans import bills_of, paid, plan, reported, subscribed, ticked, use
from tests.market.trade import Trade
from tests.refusals import refused

JANUARY = datetime(2027, 1, 31, 2, 0, tzinfo=UTC)
"""10:00 in China."""


@pytest.fixture
async def trade(runtime, as_, clock):
    made = await Trade.begin(runtime, as_)
    clock.move(JANUARY - clock.now())
    return made


QUERIES = Metered(name="queries", meter=Meter.UNIT, tariff=Flat(unit_price="0.0123"), included=10_000)
ROWS = Metered(name="rows", meter=Meter.ROW, tariff=Flat(unit_price="1.00"), cap="5.00")


def at(moment):
    return {"occurred_at": moment.isoformat()}


async def test_what_is_used_is_billed_to_the_digit_and_paid(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(QUERIES, ROWS))
    await drain()
    # A use of 12,000, one that failed, and two that came to nothing more than the cap.
    assert (await reported(trade, use(subscription, "a", 12_000, **at(JANUARY)))).status_code == 200
    await reported(trade, use(subscription, "b", 900, **at(JANUARY)), hold=True)
    failed = await trade.provider.post("/v1/usage-events/b/outcome", {"delivered": False, "failure": "provider"})
    assert failed.json()["reason"] == "not_charged"
    rows = [use(subscription, name, 4, meter="rows", **at(JANUARY)) for name in ("r1", "r2", "r3")]
    told = (await reported(trade, *rows)).json()["results"]
    assert [one["reason"] for one in told] == ["charged", "charged", "capped"]
    # The buyer's limit: 24.60 and 5.00 so far, and 1,000 more would be 12.30.
    path = f"/v1/subscriptions/{subscription['id']}"
    limit = {"collection": "invoice", "spend_limit": {"amount": "40.00", "currency": "CNY"}}
    assert (await trade.buyer("PUT", f"{path}/collection", limit)).status_code == 200
    over = await reported(trade, use(subscription, "c", 1_000, **at(JANUARY)))
    assert refused(over, 422, "spend-limit-reached", "LT-MTR-04")["would_be"] == "41.90 CNY"
    # A correction of 345 more: 12,345 in all.
    fixed = await reported(trade, use(subscription, "fix", 345, corrects="a", **at(JANUARY)))
    assert fixed.json()["results"][0]["reason"] == "correction"

    # The period ends on 28 February; its uses are taken in for two days more.
    clock.move(datetime(2027, 2, 27, 16, tzinfo=UTC) - clock.now())
    await ticked(runtime, drain)
    assert await bills_of(trade, subscription) == []
    usage = (await trade.buyer.get(f"{path}/usage?at=2027-02-01T00:00:00Z")).json()
    clock.move(timedelta(days=2))
    await ticked(runtime, drain)
    [bill] = await bills_of(trade, subscription)
    # 2,345 above the included ones at 0.0123 are exactly 28.8435; twelve rows at 1.00 are capped at 5.00.
    charged = {one["component"]: one["amount"]["amount"] for one in bill["lines"] if one["amount"]["amount"] != "0.00"}
    assert charged == {"queries": "28.84", "rows": "5.00"}
    assert {one["exact"] for one in bill["lines"] if one["component"] == "queries"} == {"28.8435", "0"}
    assert bill["bill"]["total"]["amount"] == "33.84"
    again = (await trade.provider.get(f"{path}/usage?at=2027-02-01T00:00:00Z")).json()
    for page in (usage, again):
        assert page["lines"] == bill["lines"]
        assert page["total"] == bill["bill"]["total"]
    told = {one["meter"]: (one["used"], one["usage_digest"]) for one in again["meters"]}
    assert told == {one["meter"]: (one["quantity"], one["digest"]) for one in bill["usage"]}
    assert [one["not_charged"] for one in again["meters"]] == [900, 0]

    await paid(trade, bill, "2027-03-01")
    [bill] = await bills_of(trade, subscription)
    # 5 % of 33.84 is 1.692.
    settled = [bill["bill"][name] if isinstance(bill["bill"][name], str) else bill["bill"][name]["amount"]
               for name in ("status", "paid", "fee", "provider_share")]  # fmt: skip
    assert settled == ["paid", "33.84", "1.69", "32.15"]
    [balance] = (await trade.buyer.get("/v1/prepaid/balances")).json()
    assert balance["balance"]["amount"] == "0.00"
    [own] = (await trade.provider.get("/v1/ledger/own-balance")).json()
    assert own["balance"]["amount"] == "32.15"


@pytest.mark.slow
async def test_what_comes_late_is_on_the_next_bill_under_its_own_period(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(ROWS))
    await drain()
    await reported(trade, use(subscription, "a", 2, meter="rows", **at(JANUARY)))
    clock.move(datetime(2027, 3, 1, 16, tzinfo=UTC) - clock.now())
    await ticked(runtime, drain)
    [first] = await bills_of(trade, subscription)
    assert first["bill"]["total"]["amount"] == "2.00"
    late = use(subscription, "b", 2, meter="rows", occurred_at="2027-02-20T00:00:00Z")
    assert (await reported(trade, late)).status_code == 200
    usage = (await trade.buyer.get(f"/v1/subscriptions/{subscription['id']}/usage?at=2027-02-20T00:00:00Z")).json()
    assert [(one["used"], one["late"]) for one in usage["meters"]] == [(2, 2)]
    clock.move(datetime(2027, 4, 1, 16, tzinfo=UTC) - clock.now())
    await ticked(runtime, drain)
    _, second = await bills_of(trade, subscription)
    lines = [(one["period_start"], one["reason"], one["amount"]["amount"]) for one in second["lines"]]
    assert ("2027-01-30T16:00:00Z", "adjusted", "2.00") in lines
    assert second["bill"]["total"]["amount"] == "2.00"
    numbers = [one["bill"]["number"] for one in (first, second)]
    assert numbers == ["ZD2027-00000001", "ZD2027-00000002"]
