"""An order, its agreement and what hangs on them are locked in one order, whichever of them ends first."""

import asyncio

import pytest

from contracts.agreements import commands as agreements
from contracts.agreements.models import Agreement
from kernel.db import locked
from market.billing import jobs as billing
from market.orders.models import Order
from market.service_levels import commands as service_levels
from market.service_levels.models import ServiceWindow
from market.subscriptions.models import Subscription
from tests.market.plans import MONTHLY, plan, subscribed
from tests.market.trade import Trade
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.slow


async def waits(runtime, work):
    """Wait until a piece of work waits for a lock."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not work.done() and not await runtime.pool.fetchval(asked):  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.005)


async def test_a_licence_that_runs_out_waits_for_whoever_holds_its_order(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    order = await trade.paid()
    agreement = await runtime.pool.fetchval("SELECT id FROM agreement")
    await runtime.pool.execute("UPDATE agreement SET licence_ends_on = '2026-11-22'")

    async def expire():
        async with runtime.act() as act:
            return await agreements.expire(act, agreement)

    async with runtime.act() as act:
        await locked(act.session, Order, order)
        work = asyncio.create_task(expire())
        await waits(runtime, work)
        await locked(act.session, Agreement, agreement)  # As a receipt, a refund and a cancellation do.
    assert await work


async def test_a_subscription_that_is_over_waits_for_whoever_holds_its_order(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    subscription = (await subscribed(trade, plan(MONTHLY)))["id"]
    row = await runtime.pool.fetchrow("SELECT order_id, agreement_id FROM subscription")
    await runtime.pool.execute("UPDATE subscription SET cancel_at = '2026-11-23 00:00Z'")

    async def end():
        async with runtime.act() as act:
            return await billing.end(act, subscription)

    async with runtime.act() as act:
        await locked(act.session, Order, row["order_id"])
        work = asyncio.create_task(end())
        await waits(runtime, work)
        await locked(act.session, Agreement, row["agreement_id"])
        await locked(act.session, Subscription, subscription)  # As the end of an agreement does.
    assert await work


async def test_a_window_that_is_judged_waits_for_whoever_holds_its_order(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    order = await trade.paid()
    await runtime.pool.execute(
        "INSERT INTO service_window (id, agreement_id, provider, consumer, objective, measure, starts_on, ends_on,"
        " closes_at, good, cured, total, left_out, fee_minor, owed_minor, credit_minor, credits, currency, status,"
        " status_changed_at, version) SELECT 'svw_1', id, provider, consumer, 'x', 'freshness', '2026-11-01',"
        " '2026-11-02', '2026-11-02', 0, 0, 0, 0, 0, 0, 0, 0, 'CNY', 'open', now(), 1 FROM agreement"
    )

    async def judge():
        async with runtime.act() as act:
            return await service_levels.close(act, "svw_1")

    async with runtime.act() as act:
        await locked(act.session, Order, order)
        work = asyncio.create_task(judge())
        await waits(runtime, work)
        await locked(act.session, ServiceWindow, "svw_1")  # As the end of an agreement does.
    await work
