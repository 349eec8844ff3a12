"""What a party owes for a refund comes back from its account at Stripe, through the real SDK against the double."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kernel.money import Money
from market.clawbacks.commands import open_debt
from market.ledger import book
from market.ledger import commands as ledger
from market.payments.errors import GatewayUnavailable
from market.splits.models import Distribution, DistributionLeg, LegRefund
from market.stripe_balance.jobs import read as read_stripe
from market.transfer_reversals import commands
from market.transfer_reversals.jobs import due
from market.transfer_reversals.models import TransferReversal
from tests.market.banking.story import balances
from tests.market.payouts.test_by_stripe import sent, told
from tests.refusals import not_there, refused


async def owes(story, minor):
    """A refund has taken from the provider what it had been paid out."""
    party = str(story.trade.provider.party)
    async with story.trade.runtime.act() as act:
        legs = (book.Leg(book.clawback(party), book.Source.BANK.value, Money(minor, "USD")),)
        await ledger.post(act, book.Entry(f"test:{minor}", "test", party, legs))


async def sought(story, cause="rfd_1"):
    """What follows a refund, for the provider alone, and the work of the queue."""
    async with story.trade.runtime.act() as act:
        await commands._of_party(act, str(story.trade.provider.party), "USD", cause)
    await story.drain()


async def reversals(story):
    page = (await story.trade.provider.get("/v1/transfer-reversals")).json()["items"]
    return [(one["amount"]["amount"], one["status"], one["failure"]) for one in page]


@pytest.mark.slow
async def test_a_debt_comes_back_of_its_own_transfer_and_the_balance_at_stripe_proves_it(story, http, as_):
    """95.00 were transferred and are on the account there still; 40.00 of them are owed for a refund."""
    seller, payout = await sent(story, http)
    await http.post(f"/_control/fail_payout/{payout['payout_reference']}")  # Its money stays on the account there.
    await owes(story, 4_000)
    await sought(story)
    assert await reversals(story) == [("40.00", "reversed", None)]
    transfer = (await http.get(f"/v1/transfers/{payout['transfer_reference']}")).json()
    assert (transfer["amount_reversed"], transfer["reversed"]) == (4_000, False)
    officer, clawback = story.officers[0], f"clawback:party:{story.trade.provider.party}"
    assert await balances(officer) == {"world:bank": "40.00", "world:stripe": "-40.00"}
    # Once is once, and a second debt takes what is left of the transfer at most.
    await sought(story)
    assert len(await reversals(story)) == 1
    await owes(story, 6_000)
    await sought(story, "rfd_2")
    assert await reversals(story) == [("55.00", "reversed", None), ("40.00", "reversed", None)]
    assert (await balances(officer))[clawback] == "-5.00"
    await read_stripe(story.trade.runtime)
    moved = (await officer.get("/v1/stripe-transactions?status=matched&limit=100")).json()["items"]
    assert [one["net"]["amount"] for one in moved if one["kind"] == "transfer_refund"] == ["40.00", "55.00"]
    # The payout itself came to nothing, and nothing of it is left to be owed again.
    await told(story, http, seller, "payout.failed")
    assert (await story.trade.provider.get(f"/v1/payouts/{payout['id']}")).json()["status"] == "returned"
    assert (await balances(officer))[clawback] == "-5.00"
    (first, *_) = (await story.trade.provider.get("/v1/transfer-reversals")).json()["items"]
    not_there(await (await as_("provider", "stranger")).get(f"/v1/transfer-reversals/{first['id']}"))


@pytest.mark.slow
async def test_what_the_account_there_does_not_have_stays_a_debt(story, http):
    """The payout has left for the bank, so that Stripe refuses; the debt is there for later payouts."""
    _, payout = await sent(story, http)
    await owes(story, 4_000)
    await sought(story)
    assert await reversals(story) == [("40.00", "failed", "balance_insufficient")]
    party = str(story.trade.provider.party)
    async with story.trade.runtime.act() as act:
        assert await open_debt(act, party, "USD") == Money(4_000, "USD")
    assert (await balances(story.officers[0]))[f"clawback:party:{party}"] == "-40.00"
    assert await story.trade.runtime.pool.fetchval("SELECT reversed_minor FROM payout WHERE id = $1", payout["id"]) == 0


@pytest.mark.slow
async def test_while_a_reversal_is_on_its_way_nothing_else_pays_the_debt_and_a_lost_answer_is_asked_for_again(
    story, http, clock
):
    _, payout = await sent(story, http)
    await http.post(f"/_control/fail_payout/{payout['payout_reference']}")
    await owes(story, 4_000)
    runtime, party = story.trade.runtime, str(story.trade.provider.party)
    async with runtime.act() as act:
        await commands._of_party(act, party, "USD", "rfd_1")
        assert (await open_debt(act, party, "USD")).minor == 0
        reversal = await act.session.scalar(select(TransferReversal.id))
    await http.post("/_control/fail_next?when=after&times=3")  # As often as the SDK tries.
    with pytest.raises(GatewayUnavailable):
        await commands.send(runtime, reversal)
    clock.move(commands.PATIENCE)
    await due(runtime)
    await story.drain()
    assert await reversals(story) == [("40.00", "reversed", None)]
    transfer = (await http.get(f"/v1/transfers/{payout['transfer_reference']}")).json()
    assert transfer["amount_reversed"] == 4_000


@pytest.mark.slow
async def test_what_stripe_keeps_refusing_is_asked_for_so_often_and_then_waits_for_the_desk(story, http, clock):
    """The bank has refused the payout while 40.00 of it were on their way back, and its account there was emptied."""
    _, payout = await sent(story, http)
    await owes(story, 4_000)
    runtime, party = story.trade.runtime, str(story.trade.provider.party)
    async with runtime.act() as act:
        await commands._of_party(act, party, "USD", "rfd_1")
        reversal = await act.session.scalar(select(TransferReversal.id))
    await runtime.pool.execute("UPDATE payout SET bank_reason = 'account_closed'")
    for _ in range(25):
        await story.drain()
        assert (await reversals(story)) == [("40.00", "begun", "balance_insufficient")]
        clock.move(commands.PATIENCE)
        await due(runtime)
    assert [(status, why) for _, status, why in await reversals(story)] == [("referred", "balance_insufficient")]
    await story.drain()
    async with runtime.act() as act:
        assert (await open_debt(act, party, "USD")).minor == 0  # Nothing else pays it meanwhile.
    path, officer = f"/v1/transfer-reversals/{reversal}", story.officers[0]
    seen = (await officer.get(path)).json()
    assert (seen["asked"], seen["due_at"], seen["allowed_actions"]) == (24, "2026-12-02T16:00:00Z", ["fail", "retry"])
    clock.move(timedelta(days=6))  # Friday the 27th and three working days were Wednesday; from Thursday to Tuesday.
    await due(runtime)
    assert (await officer.get(path)).json()["due_at"] == "2026-12-08T16:00:00Z"
    again = {"decision": "retry", "reason": "渠道称余额已补足"}
    refused(await story.trade.provider.post(f"{path}/decision", again), 403, "forbidden")
    assert (await officer.post(f"{path}/decision", again)).json()["status"] == "begun"
    await story.drain()
    refused(await officer.post(f"{path}/decision", again), 409, "illegal-transition", "LT-GEN-02")
    await runtime.pool.execute("UPDATE transfer_reversal SET asked = 24")
    clock.move(commands.PATIENCE)
    await due(runtime)
    await runtime.pool.execute("UPDATE transfer_reversal SET failure = NULL")
    debt = {"decision": "fail", "reason": "由以后的付款抵扣"}
    refused(await officer.post(f"{path}/decision", debt), 409, "reversal-unknown", "LT-PYO-08")
    await runtime.pool.execute("UPDATE transfer_reversal SET failure = 'balance_insufficient'")
    assert (await officer.post(f"{path}/decision", debt)).json()["status"] == "failed"
    async with runtime.act() as act:
        assert (await open_debt(act, party, "USD")).minor == 4_000
    assert await runtime.pool.fetchval("SELECT reversed_minor FROM payout WHERE id = $1", payout["id"]) == 4_000


@pytest.mark.slow
async def test_a_payout_that_fails_after_a_part_was_reversed_is_owed_again_for_the_rest(story, http):
    """Of 95.00 the bank has refused 40.00 paid a debt; 55.00 come back, and are payable again."""
    seller, payout = await sent(story, http)
    await http.post(f"/_control/fail_payout/{payout['payout_reference']}")
    await owes(story, 4_000)
    await sought(story)
    await told(story, http, seller, "payout.failed")
    found = await balances(story.officers[0])
    assert found[f"payable:party:{story.trade.provider.party}"] == "55.00"
    transfer = (await http.get(f"/v1/transfers/{payout['transfer_reference']}")).json()
    assert transfer["reversed"] is True


@pytest.mark.slow
async def test_a_refund_is_sought_of_those_whose_shares_it_took(story, http):
    """40.00 were taken of the provider's share by one refund; another has taken nothing of anybody."""
    _, payout = await sent(story, http)
    await http.post(f"/_control/fail_payout/{payout['payout_reference']}")
    trade, zero = story.trade, "x" * 64
    order = await trade.agreed()
    agreement = await trade.runtime.pool.fetchval('SELECT agreement_id FROM "order" WHERE id = $1', order)
    await owes(story, 4_000)
    async with trade.runtime.act() as act:
        own = {"distribution_id": "dst_1", "n": 2}
        act.session.add(
            Distribution(
                id="dst_1",
                subject="bil_1",
                order_id=order,
                agreement_id=agreement,
                account="prepaid:party:x",
                gross_minor=10_000,
                tax_minor=0,
                fee_minor=500,
                currency="USD",
                lines=[],
                policies={},
                tree_sha256=zero,
                ledger_entry_id="x",
                created_at=act.at,
            )
        )
        await act.session.flush()
        party, account = str(trade.provider.party), book.payable(str(trade.provider.party))
        money = {"amount_minor": 9_500, "currency": "USD"}
        act.session.add(DistributionLeg(**own, kind="provider", party_id=party, account=account, **money))
        await act.session.flush()
        act.session.add(LegRefund(**own, refund_id="rfd_1", amount_minor=4_000, created_at=act.at))
        await commands.seek(act, "rfd_2")
    await story.drain()
    assert await reversals(story) == []
    async with trade.runtime.act() as act:
        await commands.seek(act, "rfd_1")
    await story.drain()
    assert await reversals(story) == [("40.00", "reversed", None)]
