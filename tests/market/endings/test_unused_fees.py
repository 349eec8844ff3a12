"""What was paid in advance goes back for the days after an early end: worked out by hand, day by day."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import msgspec
import pytest

from contracts.terms.prices import Every, Recurring
from market.billing.running.ahead import PaidAhead, for_whole, unused
from market.endings.jobs import unused as sweep
from market.endings.unused_fees import allocated
from market.pricing.periods import Cadence, instant, period
from market.reconciliation import check
from tests.journeys.test_subscription import amended, begins
from tests.market.agreed import received
from tests.market.plans import MONTHLY, bills_of, paid, plan, subscribed, ticked
from tests.market.trade import Trade

JANUARY = datetime(2027, 1, 31, 2, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"


def day(month, number):
    return instant(date(2027, month, number), ZONE)


MARCH = [
    PaidAhead("bil_1", 30_000, day(2, 28), day(3, 31)),
    PaidAhead("bil_2", -20_323, day(3, 10), day(3, 31)),
    PaidAhead("bil_2", 33_871, day(3, 10), day(3, 31)),
]
"""300.00 for 31 days; after ten of them 203.23 back for the other 21, and 338.71 charged for them."""


def test_the_first_case_of_the_reference():
    """300.00 from 31 January to 28 February (28 days), from 14 February: 150.00."""
    assert unused([PaidAhead("ord", 30_000, day(1, 31), day(2, 28))], day(2, 14)) == 15_000


def test_an_end_after_a_change_of_plan_gives_back_at_the_new_price():
    """16 of 31 days of 500.00 are 258.06: 154.84 of the first bill less what the change gave back, and the rest."""
    assert round(unused(MARCH, day(3, 15))) == 25_806
    by_bill = {subject: round(unused([one for one in MARCH if one.subject == subject], day(3, 15))) for subject in
               ("bil_1", "bil_2")}  # fmt: skip
    assert by_bill == {"bil_1": 15_484, "bil_2": 10_322}
    assert allocated(by_bill) == {"bil_2": 10_322, "bil_1": 15_484}
    assert allocated({"bil_1": 500, "bil_2": -200}) == {"bil_1": 300}
    assert allocated({"bil_1": -200, "bil_2": 100}) == {}


def test_a_second_change_in_a_period_credits_the_whole_price_that_was_paid():
    """What was paid for the days from the 15th on is 500.00 for the whole period, to a minor unit."""
    within = period(Cadence(JANUARY.date()), 1)
    assert (within.since, within.until) == (day(2, 28), day(3, 31))
    assert abs(for_whole(MARCH, day(3, 15), within) - 50_000) <= 1
    # Where the change is not paid, what it gave back and charged counts for nothing: the first price was paid.
    assert for_whole(MARCH[:1], day(3, 15), within) == 30_000
    assert for_whole([], day(3, 15), within) == 0


@pytest.fixture
async def trade(runtime, as_, clock):
    made = await Trade.begin(runtime, as_)
    clock.move(JANUARY - clock.now())
    return made


async def ended(trade, subscription, drain, ground="agreed"):
    """Both end the agreement, or its buyer gives it up."""
    path = f"/v1/agreements/{subscription['agreement_id']}/termination"
    who = trade.buyer if ground == "given-up" else trade.provider
    made = await who.post(path, {"ground": ground, "reason": "x"})
    assert made.status_code == 201, made.text
    if ground == "agreed":
        answer = f"/v1/terminations/{made.json()['id']}/answer"
        assert (await trade.buyer.post(answer, {"answer": "agree", "reason": "ok"})).status_code == 200
    await drain()


async def swept(trade, runtime, clock, drain, days=0):
    clock.move(timedelta(days=days))
    await ticked(runtime, drain)
    await sweep(runtime)
    await drain()
    found = (await trade.buyer.get("/v1/refunds")).json()["items"]
    return [(one["subject_id"], one["amount"]["amount"], one["because"]) for one in found]


async def settled_subscription(trade, drain):
    subscription = await subscribed(trade, plan(MONTHLY))
    await received(trade, SimpleNamespace(id=subscription["order_id"]))
    await drain()
    return subscription


@pytest.mark.slow
async def test_an_end_by_agreement_gives_back_the_days_after_it_once(trade, runtime, clock, drain):
    """300.00 for 28 February to 30 March; ended on 10 March: 20 of 31 days are 193.548…, so 193.55."""
    subscription = await settled_subscription(trade, drain)
    await begins(clock, runtime, drain, 2027, 2, 28)
    [bill] = await bills_of(trade, subscription)
    await paid(trade, bill, "2027-02-28")
    clock.move(timedelta(days=10, hours=10))
    await ended(trade, subscription, drain)
    refund = (bill["bill"]["id"], "193.55", subscription["agreement_id"])
    assert await swept(trade, runtime, clock, drain) == [refund]
    assert await swept(trade, runtime, clock, drain, days=2) == [refund]
    async with runtime.sessions() as session:
        assert (await check(session)).faults == []


@pytest.mark.slow
async def test_a_bill_of_that_time_is_waited_for_until_it_is_paid(trade, runtime, clock, drain):
    """Ended on 10 March while the bill is open; paid on the 12th, and 193.55 of it go back on the next look."""
    subscription = await settled_subscription(trade, drain)
    await begins(clock, runtime, drain, 2027, 2, 28)
    [bill] = await bills_of(trade, subscription)
    clock.move(timedelta(days=10, hours=10))
    await ended(trade, subscription, drain)
    assert await swept(trade, runtime, clock, drain) == []
    clock.move(timedelta(days=2))
    await paid(trade, bill, "2027-03-12")
    refund = (bill["bill"]["id"], "193.55", subscription["agreement_id"])
    assert await swept(trade, runtime, clock, drain, days=1) == [refund]


@pytest.mark.slow
async def test_the_first_period_was_paid_with_the_order_and_goes_back_of_it(trade, runtime, clock, drain):
    """Ended on 13 February: 14 of 28 days of 300.00."""
    subscription = await settled_subscription(trade, drain)
    clock.move(timedelta(days=13))
    await ended(trade, subscription, drain)
    expected = (subscription["order_id"], "150.00", subscription["agreement_id"])
    assert await swept(trade, runtime, clock, drain) == [expected]


@pytest.mark.slow
async def test_a_buyer_that_gives_its_licence_up_has_nothing_back(trade, runtime, clock, drain):
    subscription = await settled_subscription(trade, drain)
    clock.move(timedelta(days=13))
    await ended(trade, subscription, drain, "given-up")
    assert await swept(trade, runtime, clock, drain) == []
    waits = "SELECT unused_at FROM subscription WHERE id = $1"
    assert await runtime.pool.fetchval(waits, subscription["id"]) is None


@pytest.mark.slow
async def test_after_a_second_change_in_a_period_what_was_paid_is_credited_whole(trade, runtime, clock, drain):
    """500.00 since 10 February, 1,000.00 from the 14th: 14 of 28 days of 500.00 are credited, 250.00."""
    subscription = await settled_subscription(trade, drain)
    clock.move(timedelta(days=10) - timedelta(hours=10))
    await amended(trade, subscription, plan(msgspec.structs.replace(MONTHLY, amount="500.00")))
    [first] = await bills_of(trade, subscription)
    await paid(trade, first, "2027-02-10")
    clock.move(timedelta(days=4))
    await amended(trade, subscription, plan(msgspec.structs.replace(MONTHLY, amount="1000.00")))
    second = (await bills_of(trade, subscription))[-1]
    assert [one["amount"]["amount"] for one in second["lines"]] == ["-250.00", "500.00"]


@pytest.mark.slow
async def test_nor_has_one_that_gives_it_up_at_the_register(trade, runtime, clock, drain):
    """LT-SUB-03 asks what the buyer did, not by which door."""
    subscription = await settled_subscription(trade, drain)
    clock.move(timedelta(days=13))
    agreement = (await trade.buyer.get(f"/v1/agreements/{subscription['agreement_id']}")).json()
    given_up = await trade.buyer.post(f"/v1/grants/{agreement['grant_id']}/end", {"reason": "不再使用"})
    assert given_up.status_code == 200, given_up.text
    await drain()
    assert (await trade.buyer.get(f"/v1/agreements/{agreement['id']}")).json()["status"] == "terminated"
    assert await swept(trade, runtime, clock, drain) == []


@pytest.mark.slow
async def test_what_the_register_takes_away_gives_the_days_back(trade, runtime, clock, drain):
    subscription = await settled_subscription(trade, drain)
    clock.move(timedelta(days=13))
    agreement = (await trade.buyer.get(f"/v1/agreements/{subscription['agreement_id']}")).json()
    registrar = await trade.as_("registrar")
    taken = await registrar.post(f"/v1/grants/{agreement['grant_id']}/end", {"reason": "判决"})
    assert taken.status_code == 200, taken.text
    await drain()
    expected = (subscription["order_id"], "150.00", subscription["agreement_id"])
    assert await swept(trade, runtime, clock, drain) == [expected]


@pytest.mark.slow
async def test_nor_has_one_that_cancels_in_the_midst_of_a_longer_period(trade, runtime, clock, drain):
    """A monthly and a yearly fee: cancelled in the first month it runs to that month's end, by the buyer's own will."""
    yearly = Recurring("yearly", "1200.00", unit=Every.YEAR)
    subscription = await subscribed(trade, plan(MONTHLY, yearly))
    await received(trade, SimpleNamespace(id=subscription["order_id"]))
    await drain()
    told = await trade.buyer.post(f"/v1/subscriptions/{subscription['id']}/cancellation", {"reason": "不再使用"})
    assert told.status_code == 200, told.text
    await begins(clock, runtime, drain, 2027, 3, 1)
    shown = (await trade.buyer.get(f"/v1/subscriptions/{subscription['id']}")).json()
    assert shown["status"] == "cancelled"
    assert await swept(trade, runtime, clock, drain) == []


@pytest.mark.slow
@pytest.mark.parametrize(("ground", "unused_fee"), [("agreed", ["193.55"]), ("given-up", [])])
async def test_credit_that_no_bill_takes_any_more_goes_back_whoever_ended_it(
    trade, runtime, clock, drain, ground, unused_fee
):
    """150.00 are left to its credit; of March's 300.00 at most 106.45 are left, and the rest comes of January's."""
    subscription = await settled_subscription(trade, drain)
    await begins(clock, runtime, drain, 2027, 2, 28)
    [bill] = await bills_of(trade, subscription)
    await paid(trade, bill, "2027-02-28")
    await runtime.pool.execute("UPDATE subscription SET credit_minor = 15000")
    clock.move(timedelta(days=10, hours=10))
    await ended(trade, subscription, drain, ground)
    clock.move(timedelta(days=40))
    found = await swept(trade, runtime, clock, drain)
    credit = [("106.45", bill["bill"]["id"]), ("43.55", subscription["order_id"])]
    if ground == "given-up":
        credit = [("150.00", bill["bill"]["id"])]
    told = sorted((amount, subject) for subject, amount, _ in found)
    assert told == sorted([*credit, *((amount, bill["bill"]["id"]) for amount in unused_fee)])
    assert await swept(trade, runtime, clock, drain, days=2) == found
    assert await runtime.pool.fetchval("SELECT credit_minor FROM subscription") == 0
    async with runtime.sessions() as session:
        assert (await check(session)).faults == []
