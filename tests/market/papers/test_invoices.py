"""Invoices through HTTP: asked for by the buyer, drawn by the seller, numbered, registered, void; and every refusal."""

from datetime import timedelta

import pytest

from market.papers import jobs
from tests.market.papers.story import BLUE, Story, details
from tests.refusals import not_there, refused


@pytest.fixture
async def story(runtime, as_, drain):
    return await Story.begin(runtime, as_, drain)


@pytest.mark.slow
async def test_the_provider_invoices_the_whole_price(story, drain):
    draft = await story.requested(remark="合同款", form="special")
    assert (draft["status"], draft["number"], draft["totals"]) == ("draft", None, [])
    assert (draft["seller"], draft["buyer"]) == (story.trade.provider.party, story.trade.buyer.party)
    assert draft["due_at"] == "2026-11-30T02:00:00Z"
    made = await story.trade.provider.post(f"/v1/invoices/{draft['id']}/issue", {"drawer": "李四"})
    invoice = made.json()
    # 12,500.00 / 1.06 = 11,792.4528…
    money = {"amount": "12500.00", "currency": "CNY"}
    assert (invoice["gross"], invoice["tax"]["amount"], invoice["number"]) == (money, "707.55", "FP2026-00000001")
    assert [(one["rate"], one["net"]["amount"]) for one in invoice["totals"]] == [("0.06", "11792.45")]
    said = await story.said(invoice["paper_id"])
    [line] = said["lines"]
    assert line["name_zh"] == "*信息技术服务*航班数据"
    assert (line["class_code"], line["quantity"], line["unit_price"]) == ("3040203000000000000", "1", "11792.45")
    assert said["gross_in_capitals"] == "壹万贰仟伍佰圆整"
    assert (said["drawer"], said["remark"], said["buyer"]["bank_account"]) == ("李四", "合同款", "6222021234567890")
    assert said["policies"][1]["kind"] == "vat"
    body = {"fapiao_number": BLUE, "registered_on": "2026-11-23"}
    done = await story.trade.provider.post(f"/v1/invoices/{invoice['id']}/registration", body)
    assert (done.json()["status"], done.json()["fapiao_number"], done.json()["due_at"]) == ("registered", BLUE, None)


async def test_the_centre_invoices_its_fee(story):
    invoice = await story.requested(story.trade.provider, kind="fee")
    assert (invoice["seller"], invoice["gross"]["amount"]) == (story.clearing.party, "625.00")
    made = (await story.clearing.post(f"/v1/invoices/{invoice['id']}/issue", {"drawer": "王五"})).json()
    assert made["tax"]["amount"] == "35.38"  # 625.00 / 1.06 = 589.6226…
    assert (await story.said(made["paper_id"]))["lines"][0]["name_zh"] == "*经纪代理服务*平台服务费（航班数据）"


async def test_a_small_scale_seller_bears_the_reduced_levy(story, runtime):
    await details(runtime, story.trade.provider, taxpayer="small-scale")
    assert (await story.issued())["tax"]["amount"] == "123.76"  # 12,500.00 / 1.01 = 12,376.2376…


async def test_what_was_refunded_before_is_left_out(story, runtime):
    await refunded(runtime, story.order, {2: 250_000})
    draft = await story.requested()
    assert draft["gross"]["amount"] == "10000.00"
    made = (await story.trade.provider.post(f"/v1/invoices/{draft['id']}/issue", {"drawer": "李四"})).json()
    assert (made["gross"]["amount"], made["tax"]["amount"]) == ("10000.00", "566.04")
    lines = (await story.said(made["paper_id"]))["lines"]
    assert [(one["net"], one["tax"]) for one in lines] == [("11792.45", "707.55"), ("-2358.49", "-141.51")]


async def refunded(runtime, order, legs, refund="rfd_1"):
    """Rows that a refund leaves; how it moves money has tests of its own."""
    for n, minor in legs.items():
        await runtime.pool.execute(
            "INSERT INTO leg_refund (refund_id, distribution_id, n, amount_minor, created_at)"
            " SELECT $1, id, $2, $3, now() FROM distribution WHERE subject = $4",
            refund, n, minor, order,
        )  # fmt: skip


async def test_everything_that_is_wrong_with_a_request_is_told_at_once(story, runtime):
    invoice = await story.requested()
    other = await story.trade.agreed()
    body = {"subjects": [story.order, other, "ord_" + "0" * 26, story.order], "form": "general"}
    problem = refused(await story.trade.buyer.post("/v1/invoices", body), 422, "invoice-faulty", "LT-INV-01")
    told = [(one["pointer"], one["detail"]) for one in problem["errors"]]
    already = f"There is an invoice of it, {invoice['id']}"
    nothing = "No settled order, paid bill or share of yours has this id"
    assert told == [
        ("/subjects/0", already), ("/subjects/1", nothing), ("/subjects/2", nothing),
        ("/subjects/3", "It is named twice"), ("/subjects/3", already),
    ]  # fmt: skip
    foreign = await story.trade.provider.post("/v1/invoices", {"subjects": [story.order]})
    assert refused(foreign, 422, "invoice-faulty", "LT-INV-01")["errors"][0]["detail"] == nothing


async def test_the_form_follows_currency_and_country(story, runtime):
    wrong = await story.trade.buyer.post("/v1/invoices", {"subjects": [story.order], "form": "commercial"})
    assert refused(wrong, 422, "invoice-faulty", "LT-INV-01")["errors"][0]["pointer"] == "/form"
    await details(runtime, story.trade.buyer, country="DE", vat_id="DE123456789")
    invoice = await story.issued(form="commercial")
    assert (invoice["status"], invoice["due_at"]) == ("issued", None)
    en = (await story.trade.buyer.get(f"/v1/invoices/{invoice['id']}/en16931")).json()
    assert (en["BT-3"], en["BT-1"], en["BG-7"]["BT-48"]) == ("380", "FP2026-00000001", "DE123456789")
    body = {"fapiao_number": BLUE, "registered_on": "2026-11-23"}
    none = await story.trade.provider.post(f"/v1/invoices/{invoice['id']}/registration", body)
    refused(none, 409, "not-for-the-tax-system", "LT-INV-04")


async def test_an_invoice_is_asked_for_in_time(story, clock):
    clock.move(timedelta(days=365, seconds=1))
    late = await story.trade.buyer.post("/v1/invoices", {"subjects": [story.order]})
    assert "365 days" in refused(late, 422, "invoice-faulty", "LT-INV-01")["errors"][0]["detail"]


async def test_details_are_needed_and_checked(story, runtime, as_):
    await runtime.pool.execute("DELETE FROM invoice_details WHERE party_id = $1", story.trade.buyer.party)
    missing = await story.trade.buyer.post("/v1/invoices", {"subjects": [story.order]})
    refused(missing, 422, "invoice-details-missing", "LT-INV-02")
    not_there(await story.trade.buyer.get("/v1/invoice-details"))
    body = {
        "title": "别家公司", "tax_number": "911501000000000013", "taxpayer": "general", "country": "GR",
        "vat_id": "GR123", "phone": "x", "bank_name": "示例银行",
    }  # fmt: skip
    problem = refused(
        await story.trade.buyer("PUT", "/v1/invoice-details", body), 422, "invoice-details-faulty", "LT-INV-02"
    )
    assert [one["pointer"] for one in problem["errors"]] == [
        "/title", "/tax_number", "/address", "/vat_id", "/phone", "/bank_account",
    ]  # fmt: skip
    other = await details(runtime, await as_("provider", "other"))
    stolen = {**body, "tax_number": other["tax_number"], "country": "CN", "vat_id": "CN1"}
    problem = (await story.trade.buyer("PUT", "/v1/invoice-details", stolen)).json()
    assert [one["pointer"] for one in problem["errors"]][1:3] == ["/tax_number", "/vat_id"]


async def test_who_sells_draws_and_registers_and_nobody_else(story, as_):
    invoice = await story.requested()
    path = f"/v1/invoices/{invoice['id']}"
    for who in (story.trade.buyer, story.clearing):
        refused(await who.post(f"{path}/issue", {"drawer": "x"}), 403, "not-the-seller", "LT-INV-03")
    stranger = await as_("provider", "stranger")
    not_there(await stranger.get(path))
    not_there(await stranger.post(f"{path}/issue", {"drawer": "x"}))
    draft = await story.trade.buyer.get(f"{path}/en16931")
    refused(draft, 409, "invoice-without-paper", "LT-INV-03")
    refused(await story.trade.provider.post(f"{path}/withdrawal", {"reason": "x"}), 403, "wrong-actor", "LT-GEN-03")


@pytest.mark.parametrize(
    ("number", "on"), [("25" + "1" * 18, "2026-11-23"), (BLUE, "2026-11-22"), (BLUE, "2026-11-24")]
)
async def test_a_number_of_the_tax_system_has_its_year_and_a_day_that_can_be(story, number, on):
    invoice = await story.issued()
    body = {"fapiao_number": number, "registered_on": on}
    made = await story.trade.provider.post(f"/v1/invoices/{invoice['id']}/registration", body)
    refused(made, 422, "fapiao-number-faulty", "LT-INV-04")


async def test_a_number_is_entered_once_for_one_paper(story):
    invoice = await story.registered()
    body = {"fapiao_number": BLUE, "registered_on": "2026-11-23"}
    again = await story.trade.provider.post(f"/v1/invoices/{invoice['id']}/registration", body)
    refused(again, 409, "illegal-transition", "LT-GEN-02")
    fee = await story.requested(story.trade.provider, kind="fee")
    await story.clearing.post(f"/v1/invoices/{fee['id']}/issue", {"drawer": "王五"})
    taken = await story.clearing.post(f"/v1/invoices/{fee['id']}/registration", body)
    refused(taken, 409, "fapiao-number-taken", "LT-INV-04")


async def test_a_void_invoice_keeps_its_number_and_the_next_has_the_next(story):
    invoice = await story.issued()
    path = f"/v1/invoices/{invoice['id']}"
    void = (await story.trade.provider.post(f"{path}/void", {"reason": "抬头有误"})).json()
    assert (void["status"], void["number"], void["end_reason"]) == ("void", "FP2026-00000001", "抬头有误")
    again = await story.issued()
    assert again["number"] == "FP2026-00000002"
    listed = (await story.trade.buyer.get("/v1/invoices?status=void")).json()["items"]
    assert [one["id"] for one in listed] == [invoice["id"]]
    papers = (await story.trade.buyer.get("/v1/papers?kind=invoice")).json()["items"]
    assert [one["number"] for one in papers] == ["FP2026-00000002", "FP2026-00000001"]


async def test_a_draft_is_withdrawn_by_its_buyer_and_has_had_no_number(story):
    draft = await story.requested()
    gone = await story.trade.buyer.post(f"/v1/invoices/{draft['id']}/withdrawal", {"reason": "不再需要"})
    assert (gone.json()["status"], gone.json()["number"]) == ("withdrawn", None)
    assert (await story.issued())["number"] == "FP2026-00000001"


async def test_late_steps_are_reminded_of_until_they_are_taken(story, runtime, clock):
    invoice = await story.requested()
    path = f"/v1/invoices/{invoice['id']}"
    clock.move(timedelta(days=7))
    await jobs.remind(runtime)
    await jobs.remind(runtime)
    told = "SELECT count(*) FROM log_entry WHERE kind = 'market.invoice.reminded'"
    assert await runtime.pool.fetchval(told) == 1
    assert (await story.trade.buyer.get(path)).json()["due_at"] == "2026-12-07T02:00:00Z"
    await story.trade.provider.post(f"{path}/issue", {"drawer": "李四"})
    clock.move(timedelta(days=3))
    await jobs.remind(runtime)
    assert await runtime.pool.fetchval(told) == 2


async def test_a_draft_of_what_was_refunded_meanwhile_ends_by_itself(story, runtime, clock):
    invoice = await story.requested()
    path = f"/v1/invoices/{invoice['id']}"
    await refunded(runtime, story.order, {1: 62_500, 2: 1_187_500})
    empty = await story.trade.provider.post(f"{path}/issue", {"drawer": "李四"})
    refused(empty, 409, "nothing-to-invoice", "LT-INV-01")
    clock.move(timedelta(days=7))
    await jobs.remind(runtime)
    assert (await story.trade.buyer.get(path)).json()["status"] == "withdrawn"
