"""Statements out of the books: sums that prove, once, numbered, in every form, for their own party alone."""

import ast
import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from market.ledger import book
from market.papers.forms.files import csv_of, xlsx_of
from market.papers.forms.layouts import LAYOUTS, sheet
from market.papers.forms.statements import ACCOUNTS, MOVES, OTHERS
from market.papers.statements import jobs
from market.papers.statements.accounts import sections
from market.papers.statements.references import references
from market.papers.statements.rules import month_before, period
from market.papers.verify import check, check_invoice
from tests.laws import source
from tests.market.papers.story import Story
from tests.market.payouts.story import Story as Payouts
from tests.market.plans import MONTHLY, bills_of, metered, plan, reported, subscribed, ticked, topped_up, use
from tests.market.trade import Trade
from tests.refusals import not_there, refused


@pytest.fixture
async def story(runtime, as_, drain):
    return await Story.begin(runtime, as_, drain)


def test_periods_go_by_the_days_of_china():
    november, quarter, year = period("2026-11"), period("2026-Q4"), period("2026")
    assert (november.since, november.until) == (
        datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC),
    )  # fmt: skip
    assert (quarter.since, quarter.until) == (datetime(2026, 9, 30, 16, tzinfo=UTC), year.until)
    assert year.until == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert month_before(date(2027, 1, 1)) == "2026-12"
    for wrong in ("2026-13", "2026-Q5", "26", "2026-1", "2026-11-01"):
        with pytest.raises(ValueError, match="no month"):
            period(wrong)


def proves(section):
    """Opening and movements make the closing balance, and so do the kinds that the movements were summed by."""
    moved = sum(Decimal(each["amount"]) for each in section["lines"])
    assert moved == sum(Decimal(each["amount"]) for each in section["kinds"])
    assert Decimal(section["opening"]) + moved == Decimal(section["closing"])
    assert int(section["line_count"]) == len(section["lines"]) == sum(int(each["count"]) for each in section["kinds"])


async def drawn(story, who, month="2026-11"):
    return await who.post("/v1/monthly-statements", {"month": month})


async def test_a_month_from_its_opening_to_its_closing_balance(story, clock):
    early = await drawn(story, story.trade.provider)
    refused(early, 409, "period-not-over", "LT-PAP-01")
    clock.move(timedelta(days=8))
    paper = (await drawn(story, story.trade.provider)).json()
    assert (paper["kind"], paper["number"], paper["currency"]) == ("monthly-statement", "DZ2026-00000001", "CNY")
    assert paper["parties"] == [story.trade.provider.party]
    said = await story.said(paper["id"])
    [owed] = said["sections"]
    proves(owed)
    assert (owed["account"], owed["opening"], owed["closing"]) == ("payable", "0.00", "11875.00")
    assert owed["lines"][0]["kind"] == "distributed"
    assert said["traded"]["sold"] == {
        "count": "1", "gross": "12500.00", "tax": "0.00", "fee": "625.00", "refunded": "0.00",
    }  # fmt: skip
    again = (await drawn(story, story.trade.provider)).json()
    assert again["id"] == paper["id"]
    refused(await drawn(story, story.trade.provider, "2026-10"), 409, "nothing-to-state", "LT-PAP-01")
    # The buyer's money came, was held, and went.
    bought = (await drawn(story, story.trade.buyer)).json()
    assert bought["number"] == "DZ2026-00000002"
    [held] = (await said_to(story.trade.buyer, bought))["sections"]
    proves(held)
    assert [(each["kind"], each["amount"]) for each in held["kinds"]] == [
        ("distributed", "-12500.00"), ("sale_received", "12500.00"),
    ]  # fmt: skip
    not_there(await story.trade.buyer.get(f"/v1/papers/{paper['id']}"))


async def said_to(who, paper):
    return (await who.get(f"/v1/papers/{paper['id']}/file")).json()["document"]["credentialSubject"]


async def test_next_month_brings_the_balance_forward(story, clock):
    clock.move(timedelta(days=40))
    paper = (await drawn(story, story.trade.provider, "2026-12")).json()
    [owed] = (await said_to(story.trade.provider, paper))["sections"]
    assert (owed["opening"], owed["kinds"], owed["closing"]) == ("11875.00", [], "11875.00")


async def test_months_are_drawn_by_themselves_for_everybody_whose_accounts_moved(story, runtime, clock):
    clock.move(timedelta(days=8))
    await jobs.months(runtime)
    await jobs.months(runtime)
    papers = (await story.clearing.get("/v1/papers?kind=monthly-statement")).json()["items"]
    assert {each["party_id"] for each in papers} == {story.trade.provider.party, story.trade.buyer.party}
    assert sorted(each["number"] for each in papers) == ["DZ2026-00000001", "DZ2026-00000002"]


@pytest.mark.slow
async def test_money_on_its_way_back_is_in_the_statement_and_moves_it_to_be_drawn(story, runtime, clock):
    """A top-up of November goes back in December: nothing else of the buyer's moves then."""
    buyer, clearing = story.trade.buyer, story.clearing
    await topped_up(story.trade, "100.00")
    [payment] = await runtime.pool.fetch("SELECT id FROM payment WHERE subject = 'top-up'")
    asked = {"subject_id": payment["id"], "amount": {"amount": "100.00", "currency": "CNY"}, "reason": "多付"}
    refund = (await clearing.post("/v1/refunds", asked)).json()
    clock.move(timedelta(days=8))
    sent = {"bank_reference": "R-0001", "sent_on": "2026-12-01"}
    done = await clearing.post(f"/v1/refunds/{refund['id']}/confirmation", sent)
    assert done.json()["status"] == "succeeded", done.text
    kinds = {"2026-11": ["refund_begun"], "2026-12": ["refunded"]}
    balances = {"2026-11": ("0.00", "100.00"), "2026-12": ("100.00", "0.00")}
    for month, moved in kinds.items():
        await jobs.months(runtime)
        papers = (await buyer.get("/v1/papers?kind=monthly-statement")).json()["items"]
        said = await said_to(buyer, next(each for each in papers if each["subject"] == f"{buyer.party}/{month}"))
        [back] = [each for each in said["sections"] if each["account"] == "refunding"]
        proves(back)
        assert [each["kind"] for each in back["kinds"]] == moved
        assert (back["opening"], back["closing"]) == balances[month]
        clock.move(timedelta(days=31))


async def test_every_account_and_every_entry_of_the_books_has_a_name(runtime):
    ledger = [path for path in source.files() if source.name(path).startswith("market/ledger/")]
    calls = [node for path in ledger for node in ast.walk(source.tree(path)) if isinstance(node, ast.Call)]
    entries = [call.args[1] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Entry"]
    assert {each.value for each in entries} == set(MOVES)
    charted = {re.match("[a-z]+", shape.pattern)[0] for shape, _, _ in book._CHART}
    assert charted == set(OTHERS)
    async with runtime.act() as act:
        assert set(await sections(act.session, "pty_1")) == set(ACCOUNTS)


async def known_by(runtime, agreement, number, centre):
    """The buyer's references of an agreement's order, or of the only one; gives the bank's."""
    order = await runtime.pool.fetchval(
        'UPDATE "order" SET purchase_order_number = $2, cost_centre = $3 WHERE agreement_id = $1 OR $1 IS NULL'
        " RETURNING id",
        agreement,
        number,
        centre,
    )
    return await runtime.pool.fetchval("SELECT bank_reference FROM payment WHERE order_id = $1", order)


async def test_references_are_for_the_two_sides_only(story, runtime):
    bank = await known_by(runtime, None, "PO-7", "CC-1")
    async with runtime.sessions() as session:
        for party, told in (
            (story.trade.buyer.party, f"PO-7 · CC-1 · {bank}"),
            (story.trade.provider.party, f"PO-7 · CC-1 · {bank}"),
            (story.clearing.party, None),
        ):
            assert (await references(session, [story.order, "ord_none"], party)).get(story.order) == told


@pytest.mark.slow
async def test_a_bill_is_stated_with_its_lines_once_for_its_two_sides(runtime, as_, clock, drain):
    trade = await Trade.begin(runtime, as_)
    subscription = await subscribed(trade, plan(MONTHLY, metered(included=0)))
    await drain()
    await reported(trade, use(subscription, "a", 4, occurred_at=clock.now().isoformat()))
    clock.move(datetime(2026, 12, 27, tzinfo=UTC) - clock.now())
    await ticked(runtime, drain)
    bill = (await bills_of(trade, subscription))[-1]["bill"]
    await known_by(runtime, bill["agreement_id"], "PO-8", None)
    path = f"/v1/bills/{bill['id']}/statement"
    paper = (await trade.buyer.post(path)).json()
    assert (paper["number"], paper["parties"]) == (
        "ZM2026-00000001", sorted([trade.provider.party, trade.buyer.party]),
    )  # fmt: skip
    assert (await trade.provider.post(path)).json()["id"] == paper["id"]
    for who in (await as_("provider", "stranger"), await as_("auditor")):  # Whoever watches reads what was drawn.
        not_there(await who.post(path))
    assert (await who.get(f"/v1/papers/{paper['id']}")).status_code == 200
    said = await said_to(trade.provider, paper)
    assert (said["bill_number"], said["total"]) == (bill["number"], bill["total"]["amount"])
    assert [each.holds for each in check(said)] == [True]
    assert not check({**said, "total": "0.01"})[0].holds
    assert said["order_reference"].split(" · ")[0] == "PO-8"
    assert [(each["meter"], each["quantity"]) for each in said["usage"]] == [("queries", "4")]
    for lang, words in (("zh", "按用量"), ("en", "for what was used")):
        table = (await trade.buyer.get(f"/v1/papers/{paper['id']}/file?format=csv&lang={lang}")).content
        rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
        [used] = [row for row in rows if row[:1] == ["queries"] and len(row) == 6]
        assert used[2:] == [words, "4", "0.50", "2.00"]


async def test_a_paper_that_was_altered_does_not_hold(story):
    invoice = await story.registered()
    note = (await story.credited(invoice, "100.00")).json()
    for paper, change in (
        (invoice["paper_id"], {"tax": "707.54"}),
        (invoice["paper_id"], {"gross_in_capitals": "壹万圆整"}),
        (note["paper_id"], {"net": "-94.35"}),
        (invoice["paper_id"], {"lines": []}),
    ):
        said = await story.said(paper)
        assert [each.holds for each in check_invoice(said)] == [True, True]
        assert not all(each.holds for each in check_invoice({**said, **change}))


async def test_the_tax_summary_has_invoices_credits_and_what_is_reported(story, clock):
    invoice = await story.registered()
    await story.credited(invoice, "2500.00")
    clock.move(timedelta(days=40))
    path, body = "/v1/tax-summaries", {"period": "2026-Q4"}
    paper = (await story.trade.provider.post(path, body)).json()
    said = await said_to(story.trade.provider, paper)
    assert said["papers"]["sold"] == [{"rate": "0.06", "count": "1", "net": "11792.45", "tax": "707.55"}]
    assert said["papers"]["sold_credited"] == [{"rate": "0.06", "count": "1", "net": "2358.49", "tax": "141.51"}]
    assert (said["settled"]["fee"], said["reported"]) == ("625.00", {"income": "12500.00", "orders": "1"})
    refused(await story.trade.buyer.post(path, {"period": "2027-Q1"}), 409, "period-not-over", "LT-PAP-01")


@pytest.mark.slow
async def test_the_advice_of_a_payout_says_what_it_pays(runtime, as_, drain, clock):
    payouts = await Payouts.begin(runtime, as_, drain, clock)
    await payouts.settled()
    await payouts.verified()
    (due,) = await payouts.due()
    provider, path = payouts.trade.provider, f"/v1/payouts/{due['id']}/advice-paper"
    refused(await provider.post(path), 409, "payout-not-sent", "LT-PAP-01")
    await payouts.sent()
    bank = await known_by(runtime, None, "PO-7", "CC-1")
    paper = (await provider.post(path)).json()
    said = await said_to(provider, paper)
    assert bank is None  # It came by a statement, whose line has the bank's reference.
    assert [each.get("order_reference") for each in said["lines"]] == ["PO-7 · CC-1", None]
    assert (paper["number"], said["amount"], said["opening"], said["closing"]) == (
        "FK2026-00000001", "11875.00", "0.00", "0.00",
    )  # fmt: skip
    assert [each["amount"]["amount"] for each in said["lines"]] == ["11875.00", "-11875.00"]
    assert (await provider.post(path)).json()["id"] == paper["id"]
    not_there(await payouts.trade.buyer.post(path))


async def test_a_paper_in_every_form_and_language(story, drain):
    invoice = await story.issued(remark="=1+1")
    path = f"/v1/papers/{invoice['paper_id']}/file"
    waiting = await story.trade.buyer.get(f"{path}?format=pdf")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "proof-pending")
    await drain()
    pdf = await story.trade.buyer.get(f"{path}?format=pdf&lang=zh")
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    table = await story.trade.buyer.get(f"{path}?format=csv&lang=en")
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert ["Remark", "'=1+1"] in rows
    assert any(row[-3:] == ["11792.45", "6%", "707.55"] for row in rows)
    book = await story.trade.buyer.get(f"{path}?format=xlsx")
    assert zipfile.ZipFile(io.BytesIO(book.content)).testzip() is None
    assert 'filename="FP2026-00000001.en.xlsx"' in book.headers["content-disposition"]
    document = (await story.trade.buyer.get(f"/v1/papers/{invoice['paper_id']}")).json()["document_id"]
    for lang, words in (("zh", "购买方"), ("en", "Buyer")):
        assert words in (await story.trade.buyer.get(f"/v1/documents/{document}/page?lang={lang}")).text
    refused(await story.trade.buyer.get(f"{path}?format=docx"), 400, "invalid-input")


EVIL = '=HYPERLINK("http://x","y")'
BY_KIND = {
    "party": {"name": EVIL, "uscc": "91150100000000001X", "party_id": "p"},
    "claims": {"number": "X2026-00000001", "issued_at": "2026-11-23T02:00:00Z", "currency": "CNY"},
}


def test_no_text_of_a_paper_is_ever_a_formula():
    claims = {
        **BY_KIND["claims"], "period": "2026-11", "party": BY_KIND["party"],
        "traded": {name: {"count": "0", "gross": "0.00", "tax": "0.00", "fee": "0.00", "refunded": "0.00"}
                   for name in ("sold", "bought")},
        "sections": [{"account": "payable", "opening": "0.00", "kinds": [], "closing": "-5.00", "line_count": "3",
                      "lines": [{"at": "2026-11-23T02:00:00Z", "kind": "+cmd", "subject": "@x", "other": "-x",
                                 "amount": "-5.00"}]}],
    }  # fmt: skip
    assert set(LAYOUTS) == {
        "invoice", "credit-note", "monthly-statement", "bill-statement", "payout-advice", "tax-summary",
    }  # fmt: skip
    made = sheet("monthly-statement", claims, "en")
    assert "2 more, see the ledger" in str(made)
    for row in csv.reader(io.StringIO(csv_of("monthly-statement", claims, "zh").decode("utf-8-sig"))):
        for cell in row:
            assert not cell.startswith(("=", "+", "@")), cell
            assert not cell.startswith("-") or cell == "-5.00"
    with zipfile.ZipFile(io.BytesIO(xlsx_of("monthly-statement", claims, "zh"))) as book:
        sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 1 + len(made.tables)
    assert not any(b"<f>" in each for each in sheets)
