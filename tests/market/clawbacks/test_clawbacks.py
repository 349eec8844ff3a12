"""What parties owe for refunds: set off against payouts by hand (the reference's case 21), or written off by two."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money
from market.clawbacks import commands as clawbacks
from market.clawbacks.jobs import lapse
from market.clawbacks.rules import POLICY, ClawbackPolicy, set_off
from market.ledger import book, commands, refund_book
from market.reconciliation import check
from tests.market.banking.story import balances
from tests.market.payouts.story import Story
from tests.refusals import refused

HALF = ClawbackPolicy(set_off_rate="0.5", approve_days=10)


def test_half_of_each_payout_pays_what_is_owed() -> None:
    owed, paid = 50_000, []
    for due in (12_000, 20_000, 80_000):
        taken = set_off(owed, due, HALF)
        owed -= taken
        paid.append((taken, due - taken))
    assert paid == [(6_000, 6_000), (10_000, 10_000), (34_000, 46_000)]
    assert owed == 0
    assert (set_off(5, 1, HALF), set_off(5, 3, HALF)) == (0, 1)
    assert POLICY.versions[0].body == HALF


@given(st.integers(0, 10**15), st.integers(1, 10**15), st.integers(1, 9_999))
def test_something_is_always_paid_and_no_more_taken_than_is_owed(owed: int, due: int, rate: int) -> None:
    taken = set_off(owed, due, ClawbackPolicy(set_off_rate=f"0.{rate:04}", approve_days=10))
    assert 0 <= taken <= owed
    assert taken < due
    assert taken * 10_000 <= due * rate


@pytest.fixture
async def story(runtime: Any, as_: Any, drain: Any, clock: Any) -> Story:
    return await Story.begin(runtime, as_, drain, clock)


async def booked(story: Story, reference: str, debit: str, credit: str, minor: int) -> None:
    async with story.trade.runtime.act() as act:
        leg = book.Leg(debit, credit, Money(minor, "CNY"))
        await commands.post(act, book.Entry(reference, "test", str(story.trade.provider.party), (leg,)))


@pytest.mark.slow
async def test_payouts_are_halved_until_the_debt_is_gone(story: Story) -> None:
    """500.00 are owed; 120.00, 200.00 and 800.00 fall due: 60.00, 100.00 and 460.00 are paid."""
    party, officer = str(story.trade.provider.party), story.officers[0]
    await booked(story, "t:0", book.clawback(party), book.payable(party), 12_000)
    await booked(story, "t:1", book.clawback(party), book.LOSS, 38_000)
    await story.verified()
    paid = [(await story.sent())[0]["amount"]["amount"]]
    # Tuesdays and Thursdays are payout days, and money waits two days before.
    for number, more, days in ((2, 20_000, 5), (3, 80_000, 2)):
        await booked(story, f"t:{number}", book.LOSS, book.payable(party), more)
        await story.wait(timedelta(days=days))
        paid.append((await story.sent())[0]["amount"]["amount"])
    assert paid == ["60.00", "100.00", "460.00"]
    assert (await officer.get("/v1/clawbacks")).json()["items"] == []
    assert book.clawback(party) not in await balances(officer)
    async with story.trade.runtime.sessions() as session:
        assert (await check(session)).faults == []


async def test_a_debt_is_not_set_off_while_it_is_written_off(story: Story) -> None:
    """500.00 are owed and 400.00 of it given up: the payout that comes meanwhile waits, and finds 100.00 owed."""
    party = str(story.trade.provider.party)
    await booked(story, "t:0", book.clawback(party), book.payable(party), 50_000)
    given_up = asyncio.Event()

    async def write_off() -> None:
        async with story.trade.runtime.act() as act:
            await commands.held(act.session, [book.clawback(party)], "CNY")
            await commands.post(act, refund_book.written_off("cwo_" + "0" * 26, party, Money(40_000, "CNY")))
            given_up.set()
            await asyncio.sleep(0.3)

    async def set_off_meanwhile() -> Money:
        await given_up.wait()
        async with story.trade.runtime.act() as act:
            return await clawbacks.set_off(act, "pyt_" + "0" * 26, party, Money(50_000, "CNY"))

    _, taken = await asyncio.gather(write_off(), set_off_meanwhile())
    assert taken == Money(10_000, "CNY")
    assert await balances(story.officers[0], "clawback") == {}


async def test_two_persons_write_off_what_will_not_come(story: Story) -> None:
    party, officer, other = str(story.trade.provider.party), story.officers[0], story.officers[1]
    await booked(story, "t:0", book.clawback(party), "world:bank", 50_000)
    for who in (officer, story.trade.provider):
        (owing,) = (await who.get("/v1/clawbacks")).json()["items"]
        assert owing == {"party_id": party, "owed": {"amount": "500.00", "currency": "CNY"}}
    assert (await story.trade.buyer.get("/v1/clawbacks")).json()["items"] == []

    def body(amount: str) -> dict[str, Any]:
        return {"party_id": party, "amount": {"amount": amount, "currency": "CNY"}, "reason": "主体已注销"}

    path = "/v1/clawback-write-offs"
    above = refused(await officer.post(path, body("500.01")), 409, "write-off-above-owed", "LT-CLB-02")
    assert (above["owed"], above["asked"]) == ("500.00 CNY", "500.01 CNY")
    made = (await officer.post(path, body("400.00"))).json()
    second = (await officer.post(path, body("200.00"))).json()
    third = (await officer.post(path, body("100.00"))).json()
    own = await officer.post(f"{path}/{made['id']}/approval", {"reason": "属实"})
    refused(own, 403, "write-off-approver-not-independent", "LT-CLB-02")
    done = await other.post(f"{path}/{made['id']}/approval", {"reason": "属实"})
    assert (done.status_code, done.json()["status"]) == (200, "written_off")
    assert await balances(officer, "platform") == {"platform:loss": "-400.00"}
    assert await balances(officer, "clawback") == {book.clawback(party): "-100.00"}
    late = refused(
        await other.post(f"{path}/{second['id']}/approval", {"reason": "属实"}),
        409,
        "write-off-above-owed",
        "LT-CLB-02",
    )
    assert late["owed"] == "100.00 CNY"
    no = await other.post(f"{path}/{second['id']}/refusal", {"reason": "金额有误"})
    assert no.json()["status"] == "refused"
    story.clock.move(timedelta(days=10))
    await lapse(story.trade.runtime)
    assert (await officer.get(f"{path}/{third['id']}")).json()["status"] == "lapsed"
