"""Uses: once, in their window, within what there is; corrected, held, let go; and nothing is charged for failures."""

import asyncio
from datetime import timedelta

import pytest

from contracts.terms.prices import Aggregation, Flat, Graduated, Meter, Metered, Package, Tier, Trial
from market.metering import jobs, rules
from tests.market.plans import metered, plan, reported, subscribed, topped_up, unique, use
from tests.market.trade import Trade
from tests.refusals import not_there, outcomes, refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def counted(runtime):
    return await runtime.pool.fetchrow("SELECT used, rated_minor, held_minor FROM usage_counter")


@pytest.mark.slow
async def test_a_use_is_counted_once_however_often_it_is_reported(trade, runtime):
    subscription = await subscribed(trade, plan(metered()))
    first = await reported(trade, use(subscription, "one", 4), use(subscription, "two", 8))
    assert first.status_code == 200, first.text
    assert [one["reason"] for one in first.json()["results"]] == ["included", "charged"]
    again = await reported(trade, use(subscription, "one", 4), use(subscription, "three", 1))
    assert [one["outcome"] for one in again.json()["results"]] == ["known", "stored"]
    alone = await reported(trade, use(subscription, "three", 1))
    assert [one["outcome"] for one in alone.json()["results"]] == ["known"]
    # 13 used, 10 included: three at 0.50.
    assert tuple(await counted(runtime)) == (13, 150, 0)


async def test_a_name_never_stands_for_two_uses(trade, runtime):
    subscription = await subscribed(trade, plan(metered()))
    await reported(trade, use(subscription, "one", 4))
    refused(await reported(trade, use(subscription, "one", 5)), 409, "event-id-reused", "LT-MTR-01")
    refused(
        await reported(trade, use(subscription, "two"), use(subscription, "one", 5)),
        409,
        "event-id-reused",
        "LT-MTR-01",
    )
    assert (await counted(runtime))["used"] == 4


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"occurred_at": "2026-11-23T02:05:01Z"}, "/events/0/occurred_at"),
        ({"occurred_at": "2026-11-23T01:59:59Z"}, "/events/0/occurred_at"),
        ({"meter": "pages"}, "/events/0/meter"),
        ({"quantity": 0}, "/events/0/quantity"),
        ({"quantity": -3}, "/events/0/quantity"),
        ({"subscription_id": "sub_" + "0" * 26}, "/events/0/subscription_id"),
    ],
)
async def test_what_cannot_be_counted_is_named_and_nothing_of_the_batch_is_stored(trade, runtime, over, field):
    subscription = await subscribed(trade, plan(metered()))
    answer = await reported(trade, use(subscription, "one", **over), use(subscription, "two"))
    refused(answer, 422, "uses-faulty", "LT-MTR-02")
    assert [one["pointer"] for one in answer.json()["errors"]] == [field]
    assert await counted(runtime) is None


async def test_uses_of_the_last_35_days_are_taken_and_older_ones_are_not(trade, clock):
    subscription = await subscribed(trade, plan(metered()))
    clock.move(timedelta(days=35))
    assert (await reported(trade, use(subscription, "old"))).status_code == 200
    clock.move(timedelta(seconds=1))
    refused(await reported(trade, use(subscription, "older")), 422, "uses-faulty", "LT-MTR-02")


async def test_a_correction_is_a_signed_difference_and_never_below_nothing(trade, runtime):
    subscription = await subscribed(trade, plan(metered()))
    await reported(trade, use(subscription, "one", 30))
    made = await reported(trade, use(subscription, "fix", -12, corrects="one"))
    assert made.json()["results"][0]["reason"] == "correction"
    assert tuple(await counted(runtime)) == (18, 400, 0)
    refused(await reported(trade, use(subscription, "too-much", -19, corrects="one")), 422, "uses-faulty", "LT-MTR-02")
    refused(await reported(trade, use(subscription, "of-none", -1, corrects="none")), 422, "uses-faulty", "LT-MTR-02")
    refused(await reported(trade, use(subscription, "of-fix", 1, corrects="fix")), 422, "uses-faulty", "LT-MTR-02")
    await reported(trade, use(subscription, "void", -18, corrects="one"))
    assert (await counted(runtime))["used"] == 0
    page = (await trade.buyer.get(f"/v1/subscriptions/{subscription['id']}/usage-events")).json()["items"]
    assert sorted(one["quantity"] for one in page) == [-18, -12, 30]


@pytest.mark.parametrize(
    ("part", "quantities", "expected"),
    [
        # 15 at 0.10, then 5 at 0.05, then 1 at 0.01.
        (metered(included=0, tariff=Graduated(tiers=(Tier("0.10", 15), Tier("0.05", 20), Tier("0.01")))), [20, 1], 176),
        (metered(included=0, tariff=Package(size=1000, price="1.00")), [4000, 500], 500),
        (metered(included=0, aggregation=Aggregation.MAX), [7, 3], 350),
        (metered(included=0, aggregation=Aggregation.COUNT), [7, 3], 100),
        (metered(included=0, cap="3.00"), [4, 4], 300),
    ],
)
async def test_the_database_rates_as_the_tariff_says(trade, runtime, part, quantities, expected):
    subscription = await subscribed(trade, plan(part))
    for place, quantity in enumerate(quantities):
        assert (await reported(trade, use(subscription, f"e{place}", quantity))).status_code == 200
    assert (await counted(runtime))["rated_minor"] == expected


async def test_a_subject_counts_once(trade, runtime):
    subscription = await subscribed(trade, plan(unique()))
    for event_id, subject in (("a", "张三"), ("b", "张三"), ("c", "李四")):
        await reported(trade, use(subscription, event_id, subject=subject))
    assert tuple(await counted(runtime)) == (2, 100, 0)
    refused(await reported(trade, use(subscription, "d")), 422, "uses-faulty", "LT-MTR-02")


async def test_what_was_held_is_counted_when_it_was_delivered_and_not_charged_when_it_failed(trade, runtime):
    subscription = await subscribed(trade, plan(metered(included=0)))
    held = await reported(trade, use(subscription, "one", 3), use(subscription, "two", 5), hold=True)
    assert {one["state"] for one in held.json()["results"]} == {"reserved"}
    assert tuple(await counted(runtime)) == (8, 400, 0)
    good = await trade.provider.post("/v1/usage-events/one/outcome", {"delivered": True})
    bad = await trade.provider.post("/v1/usage-events/two/outcome", {"delivered": False, "failure": "centre"})
    assert (good.json()["state"], bad.json()["state"]) == ("counted", "released")
    assert bad.json()["reason"] == "not_charged"
    assert tuple(await counted(runtime)) == (3, 150, 0)
    again = await trade.provider.post("/v1/usage-events/one/outcome", {"delivered": True})
    assert again.json()["outcome"] == "known"
    late = await trade.provider.post("/v1/usage-events/two/outcome", {"delivered": True})
    refused(late, 409, "use-decided", "LT-MTR-03")


async def test_what_nobody_tells_of_is_let_go_after_its_time(trade, runtime, clock):
    subscription = await subscribed(trade, plan(metered(included=0)))
    await reported(trade, use(subscription, "one", 3), hold=True)
    clock.move(timedelta(minutes=14))
    await jobs.let_go(runtime)
    assert (await counted(runtime))["used"] == 3
    clock.move(timedelta(minutes=1))
    await jobs.let_go(runtime)
    assert (await counted(runtime))["used"] == 0
    [kept] = (await trade.buyer.get(f"/v1/subscriptions/{subscription['id']}/usage-events")).json()["items"]
    assert (kept["state"], kept["reason"], kept["failure"]) == ("released", "not_charged", "unanswered")


@pytest.mark.parametrize("failure", ["unanswered", "provider"])
async def test_what_is_let_go_under_another_plan_is_counted_anew(trade, runtime, failure):
    held, now = plan(metered(included=0)), plan(metered(included=0, aggregation=Aggregation.COUNT))
    subscription = await subscribed(trade, held)
    await reported(trade, use(subscription, "one", 7), use(subscription, "two", 3), hold=True)
    assert (await counted(runtime))["used"] == 10
    rating = rules.rating_json(now, use(subscription, "one")["meter"], trial=False)
    finish = "SELECT finish_usage(source, event_id, false, $1, $2::jsonb) FROM usage_event WHERE event_id = 'one'"
    await runtime.pool.execute(finish, failure, rating)
    # Of what is left, one use by the new plan's count.
    assert tuple(await counted(runtime)) == (1, 50, 0)


async def test_the_units_of_a_trial_are_an_end(trade):
    component = metered(included=0)
    trial = Trial(name="trial", meter=component.meter, units=5)
    subscription = await subscribed(trade, plan(component, trial))
    assert subscription["status"] == "trialing"
    told = await reported(trade, use(subscription, "one", 5))
    assert told.json()["results"][0]["reason"] == "trial"
    refused(await reported(trade, use(subscription, "two")), 422, "quota-used-up", "LT-MTR-04")


async def test_a_trial_by_units_gives_nothing_of_another_meter(trade):
    rows = Metered(name="rows", meter=Meter.ROW, tariff=Flat(unit_price="0.01"))
    trial = Trial(name="trial", meter=Meter.UNIT, units=5)
    subscription = await subscribed(trade, plan(metered(included=0), rows, trial))
    refused(await reported(trade, use(subscription, "one", 1, meter="rows")), 422, "quota-used-up", "LT-MTR-04")
    assert (await reported(trade, use(subscription, "two", 5))).json()["results"][0]["reason"] == "trial"


async def test_the_buyers_limit_holds_to_the_minor_unit(trade):
    subscription = await subscribed(trade, plan(metered(included=0)))
    path = f"/v1/subscriptions/{subscription['id']}/collection"
    limit = {"collection": "invoice", "spend_limit": {"amount": "2.00", "currency": "CNY"}}
    assert (await trade.buyer("PUT", path, limit)).status_code == 200
    assert (await reported(trade, use(subscription, "one", 4))).status_code == 200
    answer = await reported(trade, use(subscription, "two", 1))
    refused(answer, 422, "spend-limit-reached", "LT-MTR-04")
    assert answer.json()["would_be"] == "2.50 CNY"
    foreign = {"collection": "invoice", "spend_limit": {"amount": "2.00", "currency": "USD"}}
    refused(await trade.buyer("PUT", path, foreign), 422, "spend-limit-faulty", "LT-SUB-02")
    refused(await trade.provider("PUT", path, limit), 403, "forbidden")


async def test_a_prepaid_use_costs_what_is_there(trade, runtime):
    subscription = await subscribed(trade, plan(metered(included=0)))
    await trade.buyer("PUT", f"/v1/subscriptions/{subscription['id']}/collection", {"collection": "prepaid"})
    refused(await reported(trade, use(subscription, "early")), 422, "prepaid-too-low", "LT-MTR-05")
    await topped_up(trade, "2.00")
    assert (await reported(trade, use(subscription, "one", 3))).status_code == 200
    [balance] = (await trade.buyer.get("/v1/prepaid/balances")).json()
    assert [balance[name]["amount"] for name in ("balance", "held", "available")] == ["2.00", "1.50", "0.50"]
    refused(await reported(trade, use(subscription, "two", 2)), 422, "prepaid-too-low", "LT-MTR-05")
    held = await reported(trade, use(subscription, "three", 1), hold=True)
    assert held.status_code == 200
    await trade.provider.post("/v1/usage-events/three/outcome", {"delivered": False})
    [balance] = (await trade.buyer.get("/v1/prepaid/balances")).json()
    assert balance["held"]["amount"] == "1.50"
    [line] = (await trade.buyer.get("/v1/prepaid/statement")).json()["items"]
    assert (line["kind"], line["amount"]["amount"]) == ("topped_up", "2.00")


@pytest.mark.slow
async def test_many_at_once_never_go_above_the_balance_and_each_counts_once(trade, runtime):
    subscription = await subscribed(trade, plan(metered(included=0)))
    await trade.buyer("PUT", f"/v1/subscriptions/{subscription['id']}/collection", {"collection": "prepaid"})
    await topped_up(trade, "20.00")
    asked = [use(subscription, f"e{place % 60}", 1) for place in range(120)]
    answers = await asyncio.gather(*(reported(trade, one) for one in asked))
    assert set(outcomes(answers)) == {200, (422, "prepaid-too-low", "LT-MTR-05")}
    stored = [one for answer in answers if answer.status_code == 200 for one in answer.json()["results"]]
    assert sum(one["outcome"] == "stored" for one in stored) == 40
    assert tuple(await counted(runtime)) == (40, 2000, 2000)
    [balance] = (await trade.buyer.get("/v1/prepaid/balances")).json()
    assert balance["available"]["amount"] == "0.00"


async def test_a_use_is_never_changed_or_deleted(trade, runtime):
    subscription = await subscribed(trade, plan(metered()))
    await reported(trade, use(subscription, "one"))
    for statement in ("UPDATE usage_event SET quantity = 9", "DELETE FROM usage_event", "TRUNCATE usage_event"):
        with pytest.raises(Exception, match=r"never changed|append-only|refuse|change"):
            await runtime.pool.execute(statement)


async def test_only_the_provider_reports_and_only_the_parties_read(trade, as_):
    subscription = await subscribed(trade, plan(metered()))
    refused(await trade.buyer.post("/v1/usage-events", {"events": [use(subscription, "one")]}), 403, "forbidden")
    other = await as_("provider", "another")
    answer = await other.post("/v1/usage-events", {"events": [use(subscription, "one")]})
    assert refused(answer, 422, "uses-faulty", "LT-MTR-02")["errors"][0]["pointer"] == "/events/0/subscription_id"
    not_there(await other.get(f"/v1/subscriptions/{subscription['id']}"))
    not_there(await other.get(f"/v1/subscriptions/{subscription['id']}/usage-events"))
    not_there(await other.post("/v1/usage-events/one/outcome", {"delivered": True}))


@pytest.mark.slow
async def test_what_the_gate_lets_through_is_charged_in_the_same_transaction(trade, runtime, drain):
    subscription = await subscribed(trade, plan(metered(meter=Meter.CALL, included=1)))
    await drain()
    order = subscription["order_id"]
    for _ in range(2):
        assert (await trade.buyer.post(f"/v1/orders/{order}/links", {})).status_code == 200
    assert tuple(await counted(runtime)) == (2, 50, 0)
    path = f"/v1/subscriptions/{subscription['id']}/collection"
    await trade.buyer("PUT", path, {"collection": "prepaid"})
    answer = await trade.buyer.post(f"/v1/orders/{order}/links", {})
    refused(answer, 422, "prepaid-too-low", "LT-MTR-05")
    policy = (await trade.buyer.get(f"/v1/agreements/{subscription['agreement_id']}/policy")).json()
    assert policy["meters"]["calls"] == 2
