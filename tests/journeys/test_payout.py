"""From the buyer's transfer to the provider's bank: statement in, settlement, payout, return, and paid again."""

from datetime import timedelta

import pytest

from market.reconciliation import check
from tests.market.banking.papers import Line
from tests.market.banking.story import balances
from tests.market.payouts.story import Story


@pytest.fixture
async def story(runtime, as_, drain, clock):
    return await Story.begin(runtime, as_, drain, clock)


async def test_a_provider_is_paid_by_bank_and_again_after_a_return(story):
    officer, provider = story.officers[0], story.trade.provider
    bank, owed = f"world:bank:{story.bank.account}", f"payable:party:{provider.party}"

    # 12,500.00 come in; the fee is 5 % of the first band.
    await story.settled()
    assert await balances(officer) == {bank: "-12500.00", "platform:fees": "625.00", owed: "11875.00"}

    # The details wait for the second channel and three days; on Thursday the money falls due.
    await story.verified()
    (payout,) = await story.due()
    moving = f"payout:{payout['id']}"
    assert await balances(officer) == {bank: "-12500.00", "platform:fees": "625.00", moving: "11875.00"}

    # Proposed by one, approved by two others: a file for the bank.
    sent, batch = await story.sent()
    assert (sent["id"], sent["status"], batch["total"]["amount"]) == (payout["id"], "sent", "11875.00")
    file = (await officer.get(f"/v1/payout-batches/{batch['id']}/file")).content
    assert file.count(payout["id"].encode()) == 2
    assert b"<CtrlSum>11875.00</CtrlSum>" in file

    # The bank pays: the debit of the next statement says so.
    (debit,) = await story.bank.says(Line(1_187_500, credit=False, reference="OUT-1", end_to_end=payout["id"]))
    assert (debit["status"], debit["outcome"]) == ("explained", "payout")
    assert (await provider.get(f"/v1/payouts/{payout['id']}")).json()["status"] == "confirmed"
    assert await balances(officer) == {bank: "-625.00", "platform:fees": "625.00"}

    # Days later it comes back: the name was refused, and the money is owed again.
    story.clock.move(timedelta(days=4))
    (back,) = await story.bank.says(
        Line(1_187_500, reference="BACK-1", end_to_end=payout["id"], name="示例银行", returned="MS03")
    )
    assert (back["status"], back["outcome"], back["reason"]) == ("matched", "payout-returned", "MS03")
    returned = (await provider.get(f"/v1/payouts/{payout['id']}")).json()
    assert (returned["status"], returned["bank_reason"]) == ("returned", "MS03")
    assert await balances(officer) == {bank: "-12500.00", "platform:fees": "625.00", owed: "11875.00"}

    # On the next payout day a new payout follows the one that came back, and arrives.
    await story.wait(timedelta(days=1))
    (again,) = await story.due()
    assert (again["previous_id"], again["amount"]["amount"]) == (payout["id"], "11875.00")
    resent, second = await story.sent()
    assert resent["id"] == again["id"]
    assert second["id"] != batch["id"]
    (last,) = await story.bank.says(Line(1_187_500, credit=False, reference="OUT-2", text=f"付款 {again['id']}"))
    assert last["outcome"] == "payout"
    assert (await provider.get(f"/v1/payouts/{again['id']}")).json()["status"] == "confirmed"
    assert await balances(officer) == {bank: "-625.00", "platform:fees": "625.00"}
    account = (await officer.get(f"/v1/bank-accounts/{story.bank.account}")).json()
    assert account["closing_balance"]["amount"] == "625.00"
    async with story.trade.runtime.sessions() as session:
        assert (await check(session)).faults == []
