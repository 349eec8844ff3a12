"""Bills of every kind of plan through the worker: instalments, trials, shared revenue, bounds, balances, write-offs."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.agreements.commands import terminate
from contracts.terms.prices import Coupon, Entry, Flat, Instalment, Instalments, Meter, Metered, RevenueShare, Trial
from market.subscriptions import jobs as subscriptions
from tests.market.plans import MONTHLY, bills_of, metered, paid, plan, reported, subscribed, ticked, topped_up, use
from tests.market.trade import Trade
from tests.refusals import not_there, refused

JANUARY = datetime(2027, 1, 31, 2, 0, tzinfo=UTC)


@pytest.fixture
async def trade(runtime, as_, clock):
    made = await Trade.begin(runtime, as_)
    clock.move(JANUARY - clock.now())
    return made


async def begins(clock, runtime, drain, *day):
    """Midnight in China of a day has come, and the worker has done its work."""
    clock.move(datetime(*day, tzinfo=UTC) - timedelta(hours=8) - clock.now())
    await ticked(runtime, drain)


def amounts(bill):
    return [(one["component"], one["reason"], one["amount"]["amount"]) for one in bill["lines"]]


async def status(trade, subscription):
    return (await trade.buyer.get(f"/v1/subscriptions/{subscription['id']}")).json()["status"]


@pytest.mark.slow
async def test_instalments_are_billed_before_their_days_and_the_oldest_is_filled_first(trade, runtime, clock, drain):
    parts = Instalments(name="price", amount="1000.00", parts=tuple(Instalment(due_days=days) for days in (0, 30, 60)))
    subscription = await subscribed(trade, plan(parts))
    order = (await trade.buyer.get(f"/v1/orders/{subscription['order_id']}")).json()
    assert order["price"]["amount"] == "333.34"
    # Due on 2 March and 1 April, issued ten days before.
    await begins(clock, runtime, drain, 2027, 2, 19)
    assert await bills_of(trade, subscription) == []
    await begins(clock, runtime, drain, 2027, 2, 20)
    [second] = await bills_of(trade, subscription)
    assert amounts(second) == [("price", "agreed", "333.33")]
    assert (second["bill"]["kind"], second["bill"]["due_at"]) == ("instalment", "2027-03-02T16:00:00Z")
    # Reminded on 28 February, overdue once 2 March is over.
    await begins(clock, runtime, drain, 2027, 3, 3)
    assert await status(trade, subscription) == "past_due"
    await begins(clock, runtime, drain, 2027, 3, 22)
    assert await status(trade, subscription) == "suspended"
    second, third = await bills_of(trade, subscription)
    assert amounts(third) == [("price", "agreed", "333.33")]
    await topped_up(trade, "400.00")
    answer = await trade.buyer.post(f"/v1/bills/{third['bill']['id']}/collection")
    assert (answer.json()["status"], answer.json()["paid"]["amount"]) == ("issued", "66.67")
    assert [one["bill"]["status"] for one in await bills_of(trade, subscription)] == ["paid", "issued"]
    assert await status(trade, subscription) == "active"
    await paid(trade, third, "2027-03-22")
    assert [one["bill"]["status"] for one in await bills_of(trade, subscription)] == ["paid", "paid"]
    await begins(clock, runtime, drain, 2027, 8, 1)
    assert len(await bills_of(trade, subscription)) == 2


@pytest.mark.slow
async def test_a_trial_ends_by_itself_and_goes_on_by_an_explicit_act_only(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(MONTHLY, Trial(name="trial", days=14)))
    path = f"/v1/subscriptions/{subscription['id']}"
    assert subscription["trial_ends_at"] == "2027-02-13T16:00:00Z"
    order = (await trade.buyer.get(f"/v1/orders/{subscription['order_id']}")).json()
    assert order["price"]["amount"] == "0.00"  # The bill of its conversion is for the whole first period.
    clock.move(timedelta(days=5))
    refused(await trade.provider.post(f"{path}/conversion"), 403, "forbidden")
    converted = await trade.buyer.post(f"{path}/conversion")
    assert (converted.json()["status"], converted.json()["anchor_on"]) == ("active", "2027-02-05")
    await ticked(runtime, drain)
    [bill] = await bills_of(trade, subscription)
    assert amounts(bill) == [("monthly", "agreed", "300.00")]
    refused(await trade.buyer.post(f"{path}/conversion"), 409, "illegal-transition", "LT-GEN-02")


@pytest.mark.slow
async def test_a_trial_that_nobody_converts_is_over_and_costs_nothing(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(MONTHLY, Trial(name="trial", days=14)))
    await begins(clock, runtime, drain, 2027, 2, 14)
    await subscriptions.lapse(runtime)
    await ticked(runtime, drain)
    assert await status(trade, subscription) == "ended"
    agreement = (await trade.buyer.get(f"/v1/agreements/{subscription['agreement_id']}")).json()
    assert agreement["status"] == "terminated"
    assert await bills_of(trade, subscription) == []


SHARE = RevenueShare(name="share", rate="0.15", guarantee="100.00")


@pytest.mark.slow
async def test_revenue_is_declared_or_comes_to_the_guarantee_and_an_audit_is_paid_up(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(SHARE))
    path = f"/v1/subscriptions/{subscription['id']}"
    first = {"component": "share", "period_start": "2027-01-30T16:00:00Z"}
    money = {"amount": "2000.00", "currency": "CNY"}
    early = await trade.buyer.post(f"{path}/declarations", {**first, "revenue": money})
    assert refused(early, 422, "revenue-faulty", "LT-BIL-05")["errors"][0]["pointer"] == "/period_start"
    await begins(clock, runtime, drain, 2027, 3, 5)
    assert await bills_of(trade, subscription) == []
    refused(await trade.provider.post(f"{path}/declarations", {**first, "revenue": money}), 403, "forbidden")
    made = await trade.buyer.post(f"{path}/declarations", {**first, "revenue": money})
    assert made.status_code == 201, made.text
    twice = await trade.buyer.post(f"{path}/declarations", {**first, "revenue": money})
    refused(twice, 409, "declared-already", "LT-BIL-05")
    await ticked(runtime, drain)
    [bill] = await bills_of(trade, subscription)
    assert amounts(bill) == [("share", "declared", "300.00")]
    # The second month is not declared by 30 April, thirty days after it ended.
    await begins(clock, runtime, drain, 2027, 4, 29)
    assert len(await bills_of(trade, subscription)) == 1
    await begins(clock, runtime, drain, 2027, 4, 30)
    _, missing = await bills_of(trade, subscription)
    assert amounts(missing) == [("share", "not-declared", "100.00")]
    # An audit finds 2,400.00 for the first month: 60.00 more.
    clearing = await trade.as_("clearing")
    found = {**first, "revenue": {"amount": "2400.00", "currency": "CNY"}}
    assert (await clearing.post(f"{path}/audits", found)).status_code == 201
    await ticked(runtime, drain)
    audited = (await bills_of(trade, subscription))[-1]
    assert [one[2] for one in amounts(audited)] == ["60.00"]
    listed = (await trade.provider.get(f"{path}/declarations")).json()["items"]
    assert [(one["declared"], one["audited"]) for one in listed] == [("2000.00", "2400.00")]


@pytest.mark.slow
async def test_what_a_period_comes_to_is_lifted_to_its_minimum_and_held_at_its_maximum(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(metered(included=0), minimum="280.00", maximum="400.00"))
    moment = {"occurred_at": JANUARY.isoformat()}
    await reported(trade, use(subscription, "a", 540, **moment))
    upcoming = (await trade.buyer.get(f"/v1/subscriptions/{subscription['id']}/upcoming-bill")).json()
    await begins(clock, runtime, drain, 2027, 3, 2)
    [bill] = await bills_of(trade, subscription)
    assert [one[::2] for one in amounts(bill)] == [("queries", "270.00"), ("minimum", "10.00")]
    assert upcoming["total"] == bill["bill"]["total"]
    clock.move(timedelta(hours=1))
    await reported(trade, use(subscription, "b", 900, occurred_at=clock.now().isoformat()))
    await begins(clock, runtime, drain, 2027, 4, 2)
    _, bill = await bills_of(trade, subscription)
    assert [one[::2] for one in amounts(bill)] == [("queries", "450.00"), ("maximum", "-50.00")]


@pytest.mark.slow
async def test_a_coupon_is_for_the_first_periods(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(MONTHLY, coupon=Coupon(rate="0.1", periods=2)))
    order = (await trade.buyer.get(f"/v1/orders/{subscription['order_id']}")).json()
    assert order["price"]["amount"] == "270.00"
    await begins(clock, runtime, drain, 2027, 2, 28)
    await begins(clock, runtime, drain, 2027, 3, 31)
    second, third = [amounts(one) for one in await bills_of(trade, subscription)]
    assert (second, third) == ([("monthly", "reduced", "270.00")], [("monthly", "agreed", "300.00")])


@pytest.mark.slow
async def test_prepaid_uses_pay_their_bill_from_what_they_held(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(metered(included=0)))
    path = f"/v1/subscriptions/{subscription['id']}"
    await trade.buyer("PUT", f"{path}/collection", {"collection": "prepaid"})
    await topped_up(trade, "50.00")
    moment = {"occurred_at": JANUARY.isoformat()}
    await reported(trade, use(subscription, "a", 60, **moment))
    await begins(clock, runtime, drain, 2027, 3, 2)
    [bill] = await bills_of(trade, subscription)
    assert (bill["bill"]["status"], bill["bill"]["total"]["amount"]) == ("paid", "30.00")
    [balance] = (await trade.buyer.get("/v1/prepaid/balances")).json()
    assert [balance[name]["amount"] for name in ("balance", "held", "available")] == ["20.00", "0.00", "20.00"]
    lines = (await trade.buyer.get("/v1/prepaid/statement")).json()["items"]
    assert [(one["kind"], one["amount"]["amount"]) for one in lines] == [
        ("topped_up", "50.00"), ("distributed", "-1.50"), ("distributed", "-28.50"),
    ]  # fmt: skip


@pytest.mark.slow
async def test_a_bill_that_comes_to_nothing_is_paid_and_settles_to_nothing(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(metered()))
    await begins(clock, runtime, drain, 2027, 3, 2)
    [bill] = await bills_of(trade, subscription)
    assert (bill["bill"]["status"], bill["bill"]["total"]["amount"], bill["bill"]["fee"]) == ("paid", "0.00", None)
    answer = await trade.buyer.post(f"/v1/bills/{bill['bill']['id']}/payments", {})
    refused(answer, 409, "bill-not-payable", "LT-BIL-02")


@pytest.mark.slow
async def test_an_overdue_bill_is_given_up_by_the_clearing_officer_and_by_nobody_else(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(Entry(name="entry", amount="10.00"), MONTHLY))
    order = (await trade.buyer.get(f"/v1/orders/{subscription['order_id']}")).json()
    assert order["price"]["amount"] == "310.00"
    await begins(clock, runtime, drain, 2027, 2, 28)
    [bill] = await bills_of(trade, subscription)
    path, clearing = f"/v1/bills/{bill['bill']['id']}", await trade.as_("clearing")
    early = await clearing.post(f"{path}/write-off", {"reason": "x"})
    refused(early, 409, "illegal-transition", "LT-GEN-02")
    await begins(clock, runtime, drain, 2027, 3, 11)
    refused(await trade.provider.post(f"{path}/write-off", {"reason": "x"}), 403, "forbidden")
    assert (await clearing.post(f"{path}/write-off", {"reason": "insolvent"})).json()["status"] == "written_off"
    refused(await trade.buyer.post(f"{path}/collection"), 409, "bill-not-payable", "LT-BIL-02")


@pytest.mark.slow
async def test_one_payment_of_a_bill_is_open_at_a_time_and_only_the_buyers(trade, runtime, clock, drain, as_):
    subscription = await subscribed(trade, plan(MONTHLY))
    await begins(clock, runtime, drain, 2027, 2, 28)
    [bill] = await bills_of(trade, subscription)
    path = f"/v1/bills/{bill['bill']['id']}"
    first = await trade.buyer.post(f"{path}/payments", {})
    again = await trade.buyer.post(f"{path}/payments", {})
    assert (first.json()["id"], first.json()["subject"]) == (again.json()["id"], "bill")
    await topped_up(trade, "100.00")
    await trade.buyer.post(f"{path}/collection")
    refused(await trade.buyer.post(f"{path}/payments", {}), 409, "bill-payment-pending", "LT-BIL-02")
    other = await as_("buyer", "another")
    not_there(await other.get(path))
    not_there(await other.post(f"{path}/payments", {}))
    assert (await other.get("/v1/bills")).json()["items"] == []
    assert len((await trade.provider.get("/v1/bills")).json()["items"]) == 1


@pytest.mark.slow
async def test_what_is_used_until_the_agreement_ends_is_billed(trade, runtime, clock, drain):
    part = Metered(name="queries", meter=Meter.UNIT, tariff=Flat(unit_price="2.00"), included=28)
    subscription = await subscribed(trade, plan(part))
    await drain()
    await reported(trade, use(subscription, "a", 30, occurred_at=JANUARY.isoformat()))
    clock.move(datetime(2027, 2, 13, 16, tzinfo=UTC) - clock.now())
    path = f"/v1/subscriptions/{subscription['id']}"
    async with runtime.act() as act:
        await terminate(act, subscription["agreement_id"], "of the test")
    await ticked(runtime, drain)
    assert (await trade.buyer.get(path)).json()["status"] == "ended"
    # Half of the period: half of the included units.
    [bill] = await bills_of(trade, subscription)
    assert bill["bill"]["total"]["amount"] == "32.00"
    late = await reported(trade, use(subscription, "b", 1, occurred_at=clock.now().isoformat()))
    refused(late, 409, "subscription-closed", "LT-MTR-04")
    before = (clock.now() - timedelta(hours=1)).isoformat()
    assert (await reported(trade, use(subscription, "c", 1, occurred_at=before))).status_code == 200
    await ticked(runtime, drain)
    _, adjusted = await bills_of(trade, subscription)
    assert adjusted["bill"]["total"]["amount"] == "2.00"


@pytest.mark.slow
async def test_a_use_that_is_delivered_after_the_end_was_billed_is_billed_too(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(metered(included=0)))
    await drain()
    held = await reported(trade, use(subscription, "a", 100, occurred_at=clock.now().isoformat()), hold=True)
    assert held.status_code == 200, held.text
    clock.move(timedelta(minutes=5))
    async with runtime.act() as act:
        await terminate(act, subscription["agreement_id"], "of the test")
    await ticked(runtime, drain)
    billed = len(await bills_of(trade, subscription))
    assert (await trade.provider.post("/v1/usage-events/a/outcome", {"delivered": True})).status_code == 200
    await ticked(runtime, drain)
    late = (await bills_of(trade, subscription))[billed:]
    assert [one["bill"]["total"]["amount"] for one in late] == ["50.00"]


@pytest.mark.slow
async def test_revenue_of_a_period_that_was_broken_off_is_declared_once_it_is_over(trade, runtime, clock, drain):
    subscription = await subscribed(trade, plan(SHARE))
    await drain()
    clock.move(timedelta(days=5))
    async with runtime.act() as act:
        await terminate(act, subscription["agreement_id"], "of the test")
    path = f"/v1/subscriptions/{subscription['id']}/declarations"
    told = {"component": "share", "revenue": {"amount": "2000.00", "currency": "CNY"}}
    made = await trade.buyer.post(path, {**told, "period_start": "2027-01-30T16:00:00Z"})
    assert made.status_code == 201, made.text
    await ticked(runtime, drain)
    [bill] = await bills_of(trade, subscription)
    assert amounts(bill) == [("share", "declared", "300.00")]
    clock.move(timedelta(days=90))
    after = await trade.buyer.post(path, {**told, "period_start": "2027-02-27T16:00:00Z"})
    assert refused(after, 422, "revenue-faulty", "LT-BIL-05")["errors"][0]["pointer"] == "/period_start"
