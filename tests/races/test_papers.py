"""Numbers without gaps: sixteen units at once with real commits, some of which fail, and years and blocks apart."""

import asyncio
from datetime import UTC, datetime

import pytest

from kernel.db import locked
from market.numbering.commands import take
from market.papers.credits.commands import credit_refund
from market.papers.invoices.commands import lock_subjects
from market.papers.invoices.models import Invoice
from tests.market.papers.story import Story
from tests.market.papers.test_invoices import refunded
from tests.refusals import outcomes


class ChangedMyMind(Exception):
    """A unit that fails after it has taken its numbers."""


async def test_sixteen_at_once_leave_no_gap_though_some_of_them_fail(runtime):
    async def one(n):
        async with runtime.act() as act:
            numbers = await take(act, "FP", 1 + n % 3)
            await asyncio.sleep(0)
            if n % 4 == 1:
                raise ChangedMyMind
            return numbers

    made = await asyncio.gather(*(one(n) for n in range(16)), return_exceptions=True)
    assert [type(each) for each in made].count(ChangedMyMind) == 4
    given = sorted(number for each in made if isinstance(each, list) for number in each)
    assert given == [f"FP2026-{ordinal:08d}" for ordinal in range(1, len(given) + 1)]
    assert len(given) == sum(1 + n % 3 for n in range(16) if n % 4 != 1)
    assert await runtime.pool.fetchval("SELECT last FROM number_series") == len(given)


async def test_each_year_and_series_begins_at_one(runtime, clock):
    async with runtime.act() as act:
        assert await take(act, "FP", 2) == ["FP2026-00000001", "FP2026-00000002"]
        assert await take(act, "HZ") == ["HZ2026-00000001"]
    # Midnight in China, and not in Greenwich.
    clock.move(datetime(2026, 12, 31, 16, 0, tzinfo=UTC) - clock.now())
    async with runtime.act() as act:
        assert await take(act, "FP") == ["FP2027-00000001"]
        assert await take(act, "FP", 0) == []


@pytest.mark.slow
async def test_one_order_has_one_invoice_and_its_credits_are_never_above_it(runtime, as_, drain):
    story = await Story.begin(runtime, as_, drain)
    asked = [story.trade.buyer.post("/v1/invoices", {"subjects": [story.order]}) for _ in range(8)]
    answers = await asyncio.gather(*asked)
    assert outcomes(answers) == {201: 1, (422, "invoice-faulty", "LT-INV-01"): 7}
    [draft] = [each.json() for each in answers if each.status_code == 201]
    path = f"/v1/invoices/{draft['id']}/issue"
    drawn = await asyncio.gather(*(story.trade.provider.post(path, {"drawer": "李四"}) for _ in range(8)))
    assert outcomes(drawn) == {201: 1, (409, "illegal-transition", "LT-GEN-02"): 7}
    notes = await asyncio.gather(*(story.credited(draft, "5000.00") for _ in range(8)))
    assert outcomes(notes) == {201: 2, (422, "credit-above-invoice", "LT-INV-05"): 6}
    numbers = sorted(each.json()["number"] for each in notes if each.status_code == 201)
    assert numbers == ["HZ2026-00000001", "HZ2026-00000002"]


async def waited(runtime):
    """Until some unit waits for a lock of another."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while not await runtime.pool.fetchval(query):
        pass


async def test_who_draws_an_invoice_waits_for_a_refund_without_holding_what_that_needs(runtime, as_, drain):
    story = await Story.begin(runtime, as_, drain)
    draft = await story.requested()
    path = f"/v1/invoices/{draft['id']}/issue"
    async with runtime.act() as refund:
        await lock_subjects(refund, [story.order])
        drawing = asyncio.create_task(story.trade.provider.post(path, {"drawer": "李四"}))
        await waited(runtime)
        await locked(refund.session, Invoice, draft["id"])
    assert (await drawing).status_code == 201


async def test_a_refund_holds_every_invoice_before_it_takes_a_number(runtime, as_, drain):
    story = await Story.begin(runtime, as_, drain)
    await story.issued()
    fee = await story.requested(story.trade.provider, kind="fee")
    await story.clearing.post(f"/v1/invoices/{fee['id']}/issue", {"drawer": "王五"})
    await refunded(runtime, story.order, {1: 12_500, 2: 237_500})

    async def refund():
        async with runtime.act() as act:
            return [note.number for note in await credit_refund(act, "rfd_1")]

    async with runtime.act() as by_hand:
        await locked(by_hand.session, Invoice, fee["id"])
        refunding = asyncio.create_task(refund())
        await waited(runtime)
        assert await take(by_hand, "HZ") == ["HZ2026-00000001"]
    assert await refunding == ["HZ2026-00000002", "HZ2026-00000003"]
