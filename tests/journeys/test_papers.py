"""The papers of a sale: invoice asked for and drawn, registered, taken back in part, and the month's statement."""

from datetime import timedelta

from centre.verification.verify import examined
from kernel.crypto import canonical
from market.papers import jobs
from tests.market.papers.story import BLUE, RED, SLIP, Story


async def test_a_sale_has_its_papers_to_the_end(runtime, as_, drain, clock):
    story = await Story.begin(runtime, as_, drain)
    provider, buyer, clearing = story.trade.provider, story.trade.buyer, story.clearing

    # The buyer asks; the provider lets the days go by, is reminded, and draws the invoice under our number.
    draft = await story.requested(form="special", remark="PO-7")
    clock.move(timedelta(days=7))
    await jobs.remind(runtime)
    drawn = (await provider.post(f"/v1/invoices/{draft['id']}/issue", {"drawer": "李四"})).json()
    assert (drawn["number"], drawn["gross"]["amount"], drawn["tax"]["amount"]) == (
        "FP2026-00000001", "12500.00", "707.55",
    )  # fmt: skip

    # The tax system gives its 20 digits, once.
    body = {"fapiao_number": BLUE, "registered_on": "2026-11-30"}
    done = (await provider.post(f"/v1/invoices/{draft['id']}/registration", body)).json()
    assert (done["status"], done["due_at"]) == ("registered", None)

    # An allowance of 1,250.00, of which 70.755 would be tax and the half goes to the net amount.
    # It is pending until the buyer has confirmed the slip and the red number is there.
    note = (await story.credited(drawn, "1250.00")).json()
    assert (note["status"], note["number"], note["tax"]["amount"]) == ("pending_red", "HZ2026-00000001", "70.75")
    slip = {"number": SLIP, "buyer_used": True}
    entered = (await provider.post(f"/v1/credit-notes/{note['id']}/slips", slip)).json()
    assert (await buyer.post(f"/v1/red-slips/{entered['slips'][0]['id']}/confirm")).json()["code"] == "04"
    red = {"fapiao_number": RED, "registered_on": "2026-11-30", "slip_number": SLIP}
    assert (await provider.post(f"/v1/credit-notes/{note['id']}/registration", red)).json()["status"] == "registered"

    # The fee is the centre's to invoice.
    fee = await story.requested(provider, kind="fee")
    made = (await clearing.post(f"/v1/invoices/{fee['id']}/issue", {"drawer": "王五"})).json()
    assert (made["number"], made["gross"]["amount"], made["tax"]["amount"]) == ("FP2026-00000002", "625.00", "35.38")

    # The month is over: its statement leads from nothing to what is owed, and anybody verifies the paper.
    clock.move(timedelta(days=2))
    statement = (await provider.post("/v1/monthly-statements", {"month": "2026-11"})).json()
    await drain()
    file = (await provider.get(f"/v1/papers/{statement['id']}/file")).json()
    [owed] = file["document"]["credentialSubject"]["sections"]
    assert (owed["opening"], owed["closing"]) == ("0.00", "11875.00")
    report = examined(canonical.dumps(file), "statement.json", None)
    assert {check.name.en: check.holds for check in report.checks}["Figures"] is True
    numbers = [each["number"] for each in (await provider.get("/v1/papers")).json()["items"]]
    assert numbers == ["DZ2026-00000001", "FP2026-00000002", "HZ2026-00000001", "FP2026-00000001"]
