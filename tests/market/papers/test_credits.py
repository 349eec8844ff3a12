"""Credit notes and confirmation slips: never above the invoice, red only by a slip that holds, and 72 hours."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.terms.prices import Seller
from kernel.money import Money
from market.papers import jobs
from market.papers.credits.commands import credit_refund
from market.papers.credits.states import CODES, SlipState
from market.papers.vat import output_vat
from tests.market.papers.story import BLUE, RED, SLIP, Story
from tests.market.papers.test_invoices import refunded
from tests.market.plans import MONTHLY, bills_of, paid, plan, subscribed, ticked
from tests.market.trade import make_listing
from tests.refusals import not_there, refused


@pytest.fixture
async def story(runtime, as_, drain):
    return await Story.begin(runtime, as_, drain)


@pytest.mark.slow
async def test_three_allowances_take_all_of_an_invoice_to_the_minor_unit(story):
    invoice = await story.registered()
    notes = [(await story.credited(invoice, amount)).json() for amount in ("4166.67", "4166.67", "4166.66")]
    # 707.55 of 12,500.00 for each part of what remains: 235.85, 235.85, and the rest.
    assert [note["tax"]["amount"] for note in notes] == ["235.85", "235.85", "235.85"]
    assert [note["number"] for note in notes] == [f"HZ2026-0000000{n}" for n in (1, 2, 3)]
    assert notes[0]["status"] == "pending_red"
    over = await story.credited(invoice, "0.01")
    refused(over, 422, "credit-above-invoice", "LT-INV-05")
    said = await story.said(notes[2]["paper_id"])
    assert (said["gross"], said["gross_in_capitals"][:4]) == ("-4166.66", "（负数）")
    assert (said["invoice"]["fapiao_number"], said["invoice"]["credited_before"]) == (BLUE, "8333.34")
    row = (await story.trade.buyer.get(f"/v1/invoices/{invoice['id']}")).json()
    assert row["credited"]["amount"] == "12500.00"


async def test_only_an_allowance_is_in_part(story):
    invoice = await story.issued()
    refused(await story.credited(invoice, "100.00", "02"), 422, "credit-in-part", "LT-INV-05")
    refused(await story.credited(invoice, "12500.01", "01"), 422, "credit-above-invoice", "LT-INV-05")
    note = (await story.credited(invoice, "12500.00", "02")).json()
    assert note["tax"]["amount"] == "707.55"
    refused(
        await story.trade.provider.post(f"/v1/invoices/{invoice['id']}/void", {"reason": "x"}),
        409, "invoice-credited", "LT-INV-05",
    )  # fmt: skip
    body = {"amount": {"amount": "1.00", "currency": "CNY"}, "reason": "04"}
    for who, code in ((story.trade.buyer, "not-the-seller"), (story.clearing, "not-the-seller")):
        refused(await who.post(f"/v1/invoices/{invoice['id']}/credit-notes", body), 403, code, "LT-INV-03")


async def test_a_draft_is_not_credited(story):
    draft = await story.requested()
    refused(await story.credited(draft, "1.00"), 409, "invoice-not-issued", "LT-INV-05")


async def entered(story, note, who=None, **over):
    body = {"number": SLIP, "buyer_used": True, **over}
    return await (who or story.trade.provider).post(f"/v1/credit-notes/{note['id']}/slips", body)


async def red(story, note, slip=SLIP, number=RED):
    body = {"fapiao_number": number, "registered_on": "2026-11-23", "slip_number": slip}
    return await story.trade.provider.post(f"/v1/credit-notes/{note['id']}/registration", body)


async def test_a_slip_that_the_buyer_confirms_leads_to_the_red_number(story):
    note = (await story.credited(await story.registered(), "1000.00")).json()
    refused(await red(story, note), 409, "slip-not-confirmed", "LT-INV-06")
    [slip] = (await entered(story, note)).json()["slips"]
    assert (slip["code"], slip["status"], slip["due_at"]) == ("02", "awaits_buyer", "2026-11-26T02:00:00Z")
    refused(await entered(story, note, number="8" * 20), 409, "slip-pending", "LT-INV-06")
    refused(await red(story, note), 409, "slip-not-confirmed", "LT-INV-06")
    path = f"/v1/red-slips/{slip['id']}"
    refused(await story.trade.provider.post(f"{path}/confirm"), 403, "wrong-actor", "LT-GEN-03")
    assert (await story.trade.buyer.post(f"{path}/confirm")).json()["code"] == "04"
    refused(await red(story, note, slip="7" * 20), 409, "slip-not-confirmed", "LT-INV-06")
    refused(await red(story, note, number=BLUE), 409, "fapiao-number-taken", "LT-INV-04")
    done = (await red(story, note)).json()
    assert (done["status"], done["fapiao_number"], done["slip_number"]) == ("registered", RED, SLIP)
    refused(await story.trade.buyer.post(f"{path}/withdrawal"), 409, "slip-used", "LT-INV-06")


async def test_what_the_buyer_has_not_used_needs_nobodys_word(story):
    note = (await story.credited(await story.registered(), "12500.00", "01")).json()
    refused(await entered(story, note, story.trade.buyer, buyer_used=False), 422, "slip-not-by-buyer", "LT-INV-06")
    [slip] = (await entered(story, note, buyer_used=False)).json()["slips"]
    assert (slip["code"], slip["due_at"]) == ("01", None)
    assert (await red(story, note)).json()["status"] == "registered"


async def test_a_buyers_slip_waits_for_the_seller(story):
    note = (await story.credited(await story.registered(), "1.00")).json()
    [slip] = (await entered(story, note, story.trade.buyer)).json()["slips"]
    assert slip["code"] == "03"
    assert (await story.trade.provider.post(f"/v1/red-slips/{slip['id']}/deny")).json()["code"] == "06"
    refused(await entered(story, note), 409, "slip-taken", "LT-INV-06")
    [again, _] = (await entered(story, note, number="8" * 20)).json()["slips"]
    void = await story.trade.provider.post(f"/v1/red-slips/{again['id']}/void", {"code": "11"})
    assert (void.json()["status"], void.json()["code"]) == ("void", "11")


async def test_a_slip_that_nobody_confirms_lapses_after_72_hours(story, runtime, clock):
    note = (await story.credited(await story.registered(), "1.00")).json()
    [slip] = (await entered(story, note)).json()["slips"]
    clock.move(timedelta(hours=72, seconds=-1))
    await jobs.lapse(runtime)
    path = f"/v1/credit-notes/{note['id']}"
    assert (await story.trade.buyer.get(path)).json()["slips"][0]["code"] == "02"
    clock.move(timedelta(seconds=1))
    await jobs.lapse(runtime)
    assert (await story.trade.buyer.get(path)).json()["slips"][0]["code"] == "07"
    late = await story.trade.buyer.post(f"/v1/red-slips/{slip['id']}/confirm")
    refused(late, 409, "illegal-transition", "LT-GEN-02")
    clock.move(timedelta(days=7))
    await jobs.remind(runtime)
    reminded = "SELECT count(*) FROM log_entry WHERE kind = 'market.credit_note.reminded'"
    assert await runtime.pool.fetchval(reminded) == 1


async def test_a_blue_number_comes_before_a_red_slip(story):
    note = (await story.credited(await story.issued(), "1.00")).json()
    refused(await entered(story, note), 409, "invoice-not-registered", "LT-INV-06")


async def test_a_void_credit_note_gives_the_invoice_its_amount_back_and_keeps_its_number(story):
    invoice = await story.registered()
    note = (await story.credited(invoice, "12500.00", "02")).json()
    path = f"/v1/credit-notes/{note['id']}/void"
    [slip] = (await entered(story, note)).json()["slips"]
    refused(await story.trade.provider.post(path, {"reason": "x"}), 409, "slip-pending", "LT-INV-06")
    await story.trade.provider.post(f"/v1/red-slips/{slip['id']}/withdrawal")
    assert (await story.trade.provider.post(path, {"reason": "误开"})).json()["status"] == "void"
    again = (await story.credited(invoice, "12500.00", "02")).json()
    assert again["number"] == "HZ2026-00000002"
    [seen] = (await story.trade.buyer.get("/v1/credit-notes?status=void")).json()["items"]
    assert seen["id"] == note["id"]


async def test_strangers_find_no_credit_note_and_no_slip(story, as_):
    note = (await story.credited(await story.registered(), "1.00")).json()
    [slip] = (await entered(story, note)).json()["slips"]
    stranger = await as_("provider", "stranger")
    not_there(await stranger.get(f"/v1/credit-notes/{note['id']}"))
    not_there(await stranger.post(f"/v1/red-slips/{slip['id']}/confirm"))
    not_there(await stranger.get(f"/v1/papers/{note['paper_id']}/file?format=csv"))
    for who in (story.clearing, await as_("auditor")):
        assert (await who.get(f"/v1/credit-notes/{note['id']}")).status_code == 200
    assert (await stranger.get("/v1/credit-notes")).json()["items"] == []


async def test_a_refund_credits_what_was_invoiced_of_the_sale_and_of_the_fee(story, runtime):
    await story.registered()
    fee = await story.requested(story.trade.provider, kind="fee")
    await story.clearing.post(f"/v1/invoices/{fee['id']}/issue", {"drawer": "王五"})
    await refunded(runtime, story.order, {1: 12_500, 2: 237_500})
    for _ in range(2):  # However often it is told of, once.
        async with runtime.act() as act:
            made = await credit_refund(act, "rfd_1")
    assert made == []
    notes = (await story.clearing.get("/v1/credit-notes")).json()["items"]
    assert sorted((one["gross"]["amount"], one["tax"]["amount"], one["reason"]) for one in notes) == [
        ("125.00", "7.08", "04"), ("2500.00", "141.51", "04"),
    ]  # fmt: skip


async def test_a_refund_that_is_decided_is_credited_in_the_same_unit(story):
    await story.registered()
    fee = await story.requested(story.trade.provider, kind="fee")
    await story.clearing.post(f"/v1/invoices/{fee['id']}/issue", {"drawer": "王五"})
    asked = {"subject_id": story.order, "amount": {"amount": "2500.00", "currency": "CNY"}, "reason": "缺少一个月"}
    made = await story.clearing.post("/v1/refunds", asked)
    assert made.status_code == 201, made.text
    notes = (await story.clearing.get("/v1/credit-notes")).json()["items"]
    assert sorted((one["gross"]["amount"], one["tax"]["amount"], one["refund_id"]) for one in notes) == [
        ("125.00", "7.08", made.json()["id"]), ("2500.00", "141.51", made.json()["id"]),
    ]  # fmt: skip
    # The money is back with the buyer: its seller does not declare the tax on it again.
    [sale] = [one for one in notes if one["gross"]["amount"] == "2500.00"]
    void = await story.trade.provider.post(f"/v1/credit-notes/{sale['id']}/void", {"reason": "误开"})
    told = refused(void, 409, "credit-of-money-returned", "LT-INV-05")
    assert told["cause"] == made.json()["id"]


async def test_a_seller_that_has_credited_by_itself_keeps_no_refund_from_its_buyer(story, runtime):
    invoice = await story.registered()
    await story.credited(invoice, "12000.00")
    await refunded(runtime, story.order, {1: 62_500, 2: 1_187_500})
    async with runtime.act() as act:
        [note] = await credit_refund(act, "rfd_1", "02")
    assert (note.gross, note.reason) == (Money(50_000, "CNY"), "02")


@pytest.mark.slow
async def test_the_output_tax_of_the_papers_is_that_of_the_books(story, runtime, clock, drain):
    """What the centre sells itself: two bills of 300.00 with 16.98 of tax each, one of them invoiced."""
    story.trade.listing_id = await make_listing(runtime, str(story.trade.provider.party))
    subscription = await subscribed(story.trade, plan(MONTHLY, seller=Seller.PRINCIPAL))
    await drain()
    for month in (datetime(2026, 12, 24, tzinfo=UTC), datetime(2027, 1, 24, tzinfo=UTC)):
        clock.move(month - clock.now())
        await ticked(runtime, drain)
    bills = [one["bill"] for one in await bills_of(story.trade, subscription)]
    for bill in bills:
        await paid(story.trade, {"bill": bill}, "2027-01-24")
    assert [one["total"]["amount"] for one in bills] == ["300.00", "300.00"]
    both = await story.trade.buyer.post("/v1/invoices", {"subjects": [one["id"] for one in bills]})
    assert "one by one" in str(refused(both, 422, "invoice-faulty", "LT-INV-01")["errors"])
    draft = (await story.trade.buyer.post("/v1/invoices", {"subjects": [bills[0]["id"]]})).json()
    assert (draft["mode"], draft["seller"]) == ("principal", story.clearing.party)
    made = (await story.clearing.post(f"/v1/invoices/{draft['id']}/issue", {"drawer": "王五"})).json()
    assert made["tax"]["amount"] == "16.98"
    await refunded(runtime, bills[0]["id"], {0: 566, 1: 472, 2: 8_962})
    async with runtime.act() as act:
        [note] = await credit_refund(act, "rfd_1")
        found = await output_vat(act.session, "CNY", clock.now() + timedelta(seconds=1))
    assert note.tax_minor == 566
    assert (found.invoiced.minor, found.credited.minor, found.uninvoiced.minor) == (1_698, 566, 1_698)
    booked = await runtime.pool.fetchval("SELECT sum(amount_minor) FROM posting WHERE credit = 'vat:output'")
    assert found.total.minor == booked - 566  # The refund's posting has tests of its own.


def test_every_state_of_a_slip_has_a_code_of_the_tax_system():
    assert set(CODES) == set(SlipState) - {SlipState.VOID}
    assert sorted(CODES.values()) == [f"{n:02d}" for n in range(1, 10)]
