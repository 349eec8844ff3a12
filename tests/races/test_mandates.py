"""Agents that order at once: real commits on many connections, and never a cent beyond the mandate."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.market.mandates.story import Agency, cny
from tests.refusals import outcomes

SPENT = (409, "mandate-budget-spent", "LT-MND-06")


@pytest.fixture
async def agency(runtime, as_):
    return await Agency.begin(runtime, as_)


async def at_once(agency: Agency, quote: Any, count: int, width: int) -> list[httpx.Response]:
    """So many orders, each with a key of its own, so many of them under way at a time."""
    free = asyncio.Semaphore(width)

    async def one(number: int) -> httpx.Response:
        async with free:
            return await agency.order(quote, f"k-{number}")

    return await asyncio.gather(*(one(number) for number in range(count)))


async def test_thirty_orders_at_once_take_what_the_budget_holds_and_nothing_more(agency):
    await agency.authorise(budget={"currency": "CNY", "max": "20.00"})
    quote = await agency.quote()
    answers = await at_once(agency, quote, 30, 30)
    assert outcomes(answers) == {201: 6, SPENT: 24}
    used = await agency.usage()
    assert (used["spent"], used["left"], used["count"]) == (cny("18.00"), cny("2.00"), 6)
    assert await agency.trade.runtime.pool.fetchval('SELECT count(*) FROM "order"') == 6


async def test_one_key_sent_ten_times_at_once_is_one_order(agency):
    await agency.authorise()
    quote = await agency.quote()
    answers = await asyncio.gather(*(agency.order(quote, "k") for _ in range(10)))
    assert ({one.status_code for one in answers}, len({one.content for one in answers})) == ({201}, 1)
    assert (await agency.usage())["count"] == 1


@pytest.mark.slow
async def test_a_thousand_orders_of_three_on_a_mandate_of_a_thousand_are_333(agency):
    """The reference case: 999.00 spent; then 3.01 is above one order's limit, and 1.00 takes what is left."""
    await agency.authorise()
    three = await agency.quote()
    answers = await at_once(agency, three, 1000, 50)
    assert outcomes(answers) == {201: 333, SPENT: 667}
    used = await agency.usage()
    assert (used["spent"], used["left"], used["count"]) == (cny("999.00"), cny("1.00"), 333)
    pool = agency.trade.runtime.pool
    assert await pool.fetchrow('SELECT count(*), sum(amount_minor) FROM "order"') == (333, 99_900)

    # The same keys once more: replays of what was ordered, and the same refusals.
    again = await at_once(agency, three, 1000, 50)
    assert outcomes(again) == {201: 333, SPENT: 667}
    assert await pool.fetchval('SELECT count(*) FROM "order"') == 333

    await agency.reprice(301)
    assert outcomes([await agency.order(await agency.quote(), "dear")]) == {(422, "above-per-order", "LT-MND-05"): 1}
    await agency.reprice(100)
    assert (await agency.order(await agency.quote(), "last")).status_code == 201
    used = await agency.usage()
    assert (used["spent"], used["left"]) == (cny("1000.00"), cny("0.00"))


@pytest.mark.slow
async def test_a_revocation_among_orders_lets_none_through_after_it(agency):
    await agency.authorise()
    quote = await agency.quote()
    path = f"/v1/mandates/{agency.mandate_id}/revocation"
    answers = await asyncio.gather(
        *(agency.order(quote, f"k-{number}") for number in range(10)),
        agency.principal.post(path, {"reason": "x"}),
        *(agency.order(quote, f"l-{number}") for number in range(10)),
    )
    revoked = answers.pop(10)
    assert revoked.status_code == 200, revoked.text
    counted = outcomes(answers)
    assert set(counted) <= {201, (409, "mandate-not-in-force", "LT-MND-03")}
    used = await agency.usage()
    assert used["count"] == counted[201]
    assert outcomes([await agency.order(quote, "after")]) == {(409, "mandate-not-in-force", "LT-MND-03"): 1}
