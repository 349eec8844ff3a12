"""Complaints of a bill: heard once it is paid, held of its shares, and paid back like any other; its order goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from market.refunds.errors import PaymentDisputed
from market.refunds.paid import BLOCKS
from tests.market.complaints import story as stories
from tests.market.complaints.story import done
from tests.market.plans import MONTHLY, bills_of, paid, plan, subscribed, ticked
from tests.market.trade import Trade
from tests.refusals import not_there, refused

JANUARY = datetime(2027, 1, 31, 2, tzinfo=UTC)


def cny(amount):
    return {"amount": amount, "currency": "CNY"}


@pytest.fixture
async def story(runtime, as_, clock, drain):
    """The bill of February, 300.00, paid by transfer: 285.00 are the provider's and 15.00 the centre's fee."""
    trade = await Trade.begin(runtime, as_)
    clock.move(JANUARY - clock.now())
    subscription = await subscribed(trade, plan(MONTHLY))
    clock.move(timedelta(days=28))
    await ticked(runtime, drain)
    made = await stories.with_officers(trade, subscription["order_id"], as_)
    (made.bill,) = [each["bill"]["id"] for each in await bills_of(trade, subscription)]
    refused(await made.file(made.bill, reason="overcharged"), 409, "complaint-about-nothing", "LT-CMP-01")
    await paid(trade, {"bill": {"id": made.bill}}, "2027-02-28")
    await drain()
    return made


ABOUT = {"reason": "overcharged", "asked": "price-reduction", "disputed": cny("100.00")}


@pytest.mark.slow
async def test_a_part_of_a_paid_bill_is_held_and_goes_back(story, as_, drain):
    """A third is in dispute: 95.00 of the provider's 285.00 wait; 60.00 go back, 57.00 of them the provider's."""
    not_there(await story.file(story.bill, who=await as_("buyer", "stranger"), evidence=[], **ABOUT))
    refused(await story.file(story.bill), 422, "complaint-unfit", "LT-CMP-01")
    above = await story.file(story.bill, **{**ABOUT, "disputed": cny("300.01")})
    refused(above, 422, "remedy-faulty", "LT-CMP-05")
    before = await story.balances()
    assert before["payable:party:provider"] == 28_500
    case = await story.filed(about=story.bill, **ABOUT)
    read = await story.read(case)
    assert (read["bill_id"], read["order_id"], read["price"]) == (story.bill, story.order, cny("300.00"))
    assert (await story.balances())["payable:party:provider"] == 19_000
    assert (await story.order_view())["complaint_id"] is None
    await story.answered(case)
    await done(story.mediator.post(f"{case}/mediation"), "mediating")
    body = {"remedy": "price-reduction", "statement": "按多计部分退还", "amount": cny("60.00")}
    await done(story.mediator.post(f"{case}/proposal", body), "proposed")
    await done(story.buyer.post(f"{case}/proposal-answer", {"accept": True}), "proposed")
    ended = await done(story.provider.post(f"{case}/proposal-answer", {"accept": True}), "executed")
    assert (ended["outcome"], ended["paid_back"]) == ("price-reduction", cny("60.00"))
    after = await story.balances()
    assert (after["payable:party:provider"], after["platform:fees"]) == (22_800, 1_200)
    assert not [path for path in after if path.startswith("withheld")]
    assert (await story.buyer.get(f"/v1/refunds/{ended['refund_id']}")).json()["subject_id"] == story.bill


@pytest.mark.slow
async def test_what_a_cards_bank_has_of_a_bill_is_put_off_until_that_is_over(story, clock, monkeypatch):
    async def contested(session, payment):
        raise PaymentDisputed(payment=payment.id, dispute="dsp")

    case = await story.filed(about=story.bill, **ABOUT)
    with monkeypatch.context() as at_bank:
        at_bank.setattr("market.refunds.paid.BLOCKS", [*BLOCKS, contested])
        answer = {"stance": "concede", "statement": "同意减价"}
        await done(story.provider.post(f"{case}/answer", answer), "agreed")
        await story.pass_(clock, 2)
        assert (await story.read(case))["status"] == "agreed"
    kinds = [each["kind"] for each in (await story.buyer.get(f"{case}/steps")).json()["items"]]
    assert kinds == ["complaint", "answer", "put-off", "put-off"]
    await story.pass_(clock, 2)
    ended = await story.read(case)
    assert (ended["status"], ended["paid_back"]) == ("executed", cny("100.00"))
