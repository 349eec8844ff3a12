"""Billing under concurrency: real commits at once, each period billed once, numbers without gaps, money spent once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from market.billing import collecting
from market.billing.running import invoicing
from tests.market.plans import MONTHLY, bills_of, metered, plan, reported, subscribed, subscribed_to, topped_up, use
from tests.market.trade import Trade, make_listing

JANUARY = datetime(2027, 1, 31, 2, 0, tzinfo=UTC)


@pytest.mark.slow
async def test_bills_are_issued_once_however_many_workers_issue_them(runtime, as_, clock):
    trade = await Trade.begin(runtime, as_)
    clock.move(JANUARY - clock.now())
    subscription = await subscribed(trade, plan(MONTHLY, metered()))
    await reported(trade, use(subscription, "a", 30, occurred_at=JANUARY.isoformat()))
    clock.move(datetime(2027, 3, 3, tzinfo=UTC) - clock.now())
    made = await asyncio.gather(*(invoicing.run(runtime) for _ in range(4)))
    assert sum(made) == 1
    [bill] = await bills_of(trade, subscription)
    assert bill["bill"]["total"]["amount"] == "310.00"
    assert await runtime.pool.fetchval("SELECT last FROM number_series") == 1


@pytest.mark.slow
async def test_a_bill_is_paid_once_while_uses_hold_the_same_balance(runtime, as_, clock):
    trade = await Trade.begin(runtime, as_)
    clock.move(JANUARY - clock.now())
    subscription = await subscribed(trade, plan(MONTHLY, metered(included=0)))
    path = f"/v1/subscriptions/{subscription['id']}"
    await trade.buyer("PUT", f"{path}/collection", {"collection": "prepaid"})
    clock.move(datetime(2027, 3, 3, tzinfo=UTC) - clock.now())
    await invoicing.run(runtime)
    await topped_up(trade, "305.00")

    async def collect():
        async with runtime.act() as act:
            return await collecting.collect(act, subscription["id"])

    uses = [reported(trade, use(subscription, f"u{n}", 1, occurred_at=clock.now().isoformat())) for n in range(30)]
    await asyncio.gather(collect(), collect(), collect(), asyncio.gather(*uses), collect())
    assert await runtime.pool.fetchval("SELECT count(*) FROM ledger_entry WHERE kind = 'bill_paid'") <= 1
    row = await runtime.pool.fetchrow("SELECT balance_minor, held_minor FROM prepaid_balance")
    held = await runtime.pool.fetchval("SELECT sum(held_minor) FROM usage_counter")
    aside = await runtime.pool.fetchval("SELECT sum(paid_minor) FROM bill WHERE status <> 'paid'")
    assert row["held_minor"] == held + (aside or 0)
    assert 0 <= row["held_minor"] <= row["balance_minor"]


@pytest.mark.slow
async def test_batches_of_one_buyer_with_two_prepaid_subscriptions_never_wait_for_each_other(runtime, as_, clock):
    """One batch held the balance and wanted a counter, the other held that counter and wanted the balance."""
    trade = await Trade.begin(runtime, as_)
    clock.move(JANUARY - clock.now())
    terms = plan(MONTHLY, metered(included=0))
    first = await subscribed(trade, terms)
    other = replace(trade, listing_id=await make_listing(runtime, str(trade.provider.party)))
    second = await subscribed_to(other, terms)
    for one in (first, second):
        await trade.buyer("PUT", f"/v1/subscriptions/{one['id']}/collection", {"collection": "prepaid"})
    await topped_up(trade, "5000.00")
    low, high = sorted((first, second), key=lambda one: one["id"])

    def at(one, name):
        return use(one, name, 1, occurred_at=clock.now().isoformat())

    both = [reported(trade, at(low, f"l{n}"), at(high, f"h{n}")) for n in range(40)]
    alone = [reported(trade, at(high, f"x{n}"), at(high, f"y{n}")) for n in range(40)]
    answers = await asyncio.gather(*(one for pair in zip(both, alone, strict=True) for one in pair))
    assert {answer.status_code for answer in answers} == {200}
    held = await runtime.pool.fetchval("SELECT held_minor FROM prepaid_balance")
    assert held == 160 * 50 == await runtime.pool.fetchval("SELECT sum(held_minor) FROM usage_counter")
