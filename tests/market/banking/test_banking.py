"""Money that comes in by the bank: every outcome is booked, waits for somebody, or goes back."""

from datetime import timedelta

import pytest

from market.banking.jobs import due
from market.banking.truth import differences
from tests.market.banking import papers
from tests.market.banking.papers import Line
from tests.market.banking.story import OPEN, Bank, balances
from tests.market.trade import Trade
from tests.refusals import refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


@pytest.fixture
async def bank(as_, drain):
    return await Bank.begin(as_, drain)


async def owed(trade):
    """An order that waits for its transfer: the payment, and the buyer's name."""
    order = await trade.agreed()
    opened = await trade.buyer.post(f"/v1/orders/{order}/payments", {"method": "bank_transfer"})
    assert opened.status_code == 201, opened.text
    name = await trade.runtime.pool.fetchval("SELECT name FROM party WHERE id = $1", trade.buyer.party)
    return order, opened.json(), name


async def status(trade, order):
    return (await trade.buyer.get(f"/v1/orders/{order}")).json()["status"]


async def test_the_exact_amount_with_its_reference_pays_the_order(trade, bank):
    order, payment, name = await owed(trade)
    reference = payment["instructions"]["reference"]
    (line,) = await bank.says(Line(1_250_000, text=f"货款{reference.lower()}", name=name, account="62100100"))
    assert (line["status"], line["outcome"], line["owner"]) == ("matched", "exact", None)
    assert line["payment_ids"] == [payment["id"]]
    assert await status(trade, order) == "paid"
    assert await balances(bank.officer) == {
        f"escrow:order:{order}": "12500.00",
        f"world:bank:{bank.account}": "-12500.00",
    }
    account = (await bank.officer.get(f"/v1/bank-accounts/{bank.account}")).json()
    assert account["closing_balance"]["amount"] == "12500.00"


@pytest.mark.slow
async def test_parts_wait_for_the_rest_and_what_is_over_is_kept(trade, bank):
    order, payment, name = await owed(trade)
    reference = payment["instructions"]["reference"]
    (part,) = await bank.says(Line(500_000, text=reference, name=name))
    assert (part["status"], part["outcome"], part["owner"]) == ("partial", "partial", "clearing")
    assert await status(trade, order) == "placed"
    assert await balances(bank.officer, "suspense") == {f"suspense:{part['id']}": "5000.00"}
    (rest,) = await bank.says(Line(760_000, text=reference, name=name, reference="B2"))
    assert (rest["status"], rest["outcome"]) == ("matched", "surplus")
    assert (await bank.officer.get(f"/v1/bank-entries/{part['id']}")).json()["status"] == "matched"
    assert await status(trade, order) == "paid"
    assert await balances(bank.officer) == {
        f"escrow:order:{order}": "12500.00",
        f"prepaid:party:{trade.buyer.party}": "100.00",
        f"world:bank:{bank.account}": "-12600.00",
    }


@pytest.mark.slow
async def test_what_comes_twice_goes_back_and_the_debit_ends_it(trade, bank):
    order, payment, name = await owed(trade)
    line = Line(1_250_000, text=payment["instructions"]["reference"], name=name)
    await bank.says(line)
    line.reference = "B2"
    (again,) = await bank.says(line)
    assert (again["status"], again["outcome"], again["reason"]) == ("returning", "double", "paid-already")
    assert (await balances(bank.officer, "refunding"))[f"refunding:order:{order}"] == "12500.00"
    (debit,) = await bank.says(Line(1_250_000, credit=False, reference="B3", end_to_end=again["id"]))
    assert (debit["status"], debit["outcome"]) == ("explained", "returned")
    assert (await bank.officer.get(f"/v1/bank-entries/{again['id']}")).json()["status"] == "returned"
    assert await balances(bank.officer) == {
        f"escrow:order:{order}": "12500.00",
        f"world:bank:{bank.account}": "-12500.00",
    }


@pytest.mark.slow
async def test_another_payer_is_for_an_officer_who_assigns_it(trade, bank):
    order, payment, _ = await owed(trade)
    (line,) = await bank.says(Line(1_250_000, text=payment["instructions"]["reference"], name="母公司"))
    assert (line["status"], line["reason"]) == ("proposed", "other-payer")
    assert await status(trade, order) == "placed"
    path = f"/v1/bank-entries/{line['id']}/assignment"
    body = {"payment_ids": [payment["id"]], "reason": "集团代付，有书面说明"}
    refused(await trade.buyer.post(path, body), 403, "forbidden", None)
    done = await bank.officer.post(path, body)
    assert (done.status_code, done.json()["status"]) == (200, "matched"), done.text
    assert await status(trade, order) == "paid"
    refused(await bank.officer.post(path, body), 409, "illegal-transition", "LT-GEN-02")


@pytest.mark.slow
async def test_a_known_payer_is_proposed_and_not_booked(trade, bank):
    order, payment, name = await owed(trade)
    (line,) = await bank.says(Line(1_250_000, text="货款", name=name, account="62100100"))
    assert (line["status"], line["reason"], line["payment_ids"]) == ("proposed", "known-payer", [payment["id"]])
    assert await status(trade, order) == "placed"


@pytest.mark.slow
async def test_what_is_not_enough_is_not_assigned_and_a_paid_payment_does_not_wait(trade, bank):
    _, payment, name = await owed(trade)
    (line,) = await bank.says(Line(1_249_999, name="不知名"))
    path = f"/v1/bank-entries/{line['id']}/assignment"
    body = {"payment_ids": [payment["id"]], "reason": "查明"}
    answer = await bank.officer.post(path, body)
    refused(answer, 422, "assignment-amount", "LT-BNK-04")
    assert answer.json()["received"] == "12499.99 CNY"
    assert answer.json()["wanted"] == "12500.00 CNY"
    await bank.says(Line(1_250_000, text=payment["instructions"]["reference"], name=name, reference="B2"))
    refused(await bank.officer.post(path, body), 409, "payment-not-waiting", "LT-BNK-04")
    kept = await bank.officer.post(
        f"/v1/bank-entries/{line['id']}/prepayment", {"party_id": trade.buyer.party, "reason": "来函确认"}
    )
    assert kept.json()["status"] == "prepaid"
    assert (await balances(bank.officer, "prepaid"))[f"prepaid:party:{trade.buyer.party}"] == "12499.99"


async def test_what_nobody_can_place_goes_back_after_its_days(trade, bank, clock):
    (line,) = await bank.says(Line(7700, name="不知名"))
    assert (line["status"], line["outcome"], line["owner"]) == ("unknown", "unknown", "clearing")
    clock.move(timedelta(days=9))
    await due(trade.runtime)
    assert (await bank.officer.get(f"/v1/bank-entries/{line['id']}")).json()["status"] == "unknown"
    clock.move(timedelta(days=2))
    await due(trade.runtime)
    late = (await bank.officer.get(f"/v1/bank-entries/{line['id']}")).json()
    assert (late["status"], late["held_amount"]["amount"]) == ("returning", "77.00")
    queue = (await bank.officer.get("/v1/bank-entries?status=returning")).json()["items"]
    assert [each["id"] for each in queue] == [line["id"]]
    (debit,) = await bank.says(Line(7700, credit=False, reference="B9", text=f"退回 {line['id'].upper()}"))
    assert debit["outcome"] == "returned"
    assert await balances(bank.officer) == {}


async def test_what_leaves_without_us_is_asked_about(trade, bank):
    _, gone = await bank.says(Line(100, reference="B1"), Line(30, credit=False, reference="B2", name="银行"))
    assert (gone["status"], gone["allowed_actions"]) == ("unexplained", ["explain"])
    async with trade.runtime.sessions() as session:
        told = {subject: detail.en for subject, detail in await differences(session)}
    assert "a difference of 0.30 CNY" in told[bank.account]
    assert told[gone["id"]] == "-0.30 CNY of 2026-11-23 is not in the books yet"
    done = await bank.officer.post(f"/v1/bank-entries/{gone['id']}/explanation", {"reason": "账户管理费"})
    assert done.json()["status"] == "explained"
    assert (await balances(bank.officer, "platform"))["platform:costs"] == "-0.30"
    async with trade.runtime.sessions() as session:
        assert await differences(session) == []


@pytest.mark.slow
async def test_what_an_officer_confirmed_by_hand_is_not_booked_again(trade, bank):
    order, payment, name = await owed(trade)
    seen = {"bank_reference": "Bank-77", "amount": payment["amount"], "received_on": "2026-11-23"}
    assert (await bank.officer.post(f"/v1/payments/{payment['id']}/confirm", seen)).status_code == 200
    (line,) = await bank.says(
        Line(1_250_000, text=payment["instructions"]["reference"], name=name, reference="BANK-77")
    )
    assert (line["status"], line["reason"]) == ("matched", "confirmed-by-hand")
    assert await balances(bank.officer) == {
        f"escrow:order:{order}": "12500.00",
        f"world:bank:{bank.account}": "-12500.00",
    }


@pytest.mark.slow
async def test_a_confirmation_by_hand_is_seen_on_one_line_only(trade, bank):
    """Banks count their references anew every day: the second line of a reference is other money."""
    order, payment, name = await owed(trade)
    seen = {"bank_reference": "B0077", "amount": payment["amount"], "received_on": "2026-11-23"}
    assert (await bank.officer.post(f"/v1/payments/{payment['id']}/confirm", seen)).status_code == 200
    await bank.says(Line(1_250_000, text="货款", name=name, reference="B0077"))
    (other,) = await bank.says(Line(1_250_000, text="货款", name="他人", reference="B0077", day="2026-11-24"))
    assert (other["status"], other["held_amount"]["amount"]) == ("unknown", "12500.00")
    assert await balances(bank.officer) == {
        f"escrow:order:{order}": "12500.00",
        f"suspense:{other['id']}": "12500.00",
        f"world:bank:{bank.account}": "-25000.00",
    }


async def test_what_is_on_a_statement_is_not_confirmed_by_hand(trade, bank):
    _, payment, _ = await owed(trade)
    await bank.says(Line(1_250_000, name="不知名", reference="B555"))
    seen = {"bank_reference": "b555", "amount": payment["amount"], "received_on": "2026-11-23"}
    answer = await bank.officer.post(f"/v1/payments/{payment['id']}/confirm", seen)
    refused(answer, 409, "bank-reference-used", "LT-PAY-03")


async def test_a_statement_is_taken_once_and_never_altered(trade, bank):
    first = papers.camt([Line(100)], number="ST-9", sequence=1)
    assert (await bank.send(first)).status_code == 201
    refused(await bank.send(first), 409, "statement-known", "LT-BNK-03")
    altered = await bank.send(papers.camt([Line(100, text="changed")], number="ST-9", sequence=1))
    refused(altered, 409, "statement-altered", "LT-BNK-03")
    gap = await bank.send(papers.camt([Line(5)], number="ST-10", sequence=2, opening=99))
    refused(gap, 422, "statement-gap", "LT-BNK-02")
    assert (gap.json()["closing"], gap.json()["opening"]) == ("1.00 CNY", "0.99 CNY")
    missing = await bank.send(papers.camt([Line(5)], number="ST-11", sequence=3, opening=100))
    refused(missing, 422, "statement-gap", "LT-BNK-02")
    twice = await bank.send(papers.camt([Line(100)], number="ST-12", sequence=2, opening=100))
    refused(twice, 409, "entry-booked-before", "LT-BNK-03")
    other = await bank.send(papers.camt([Line(5)], number="ST-13", sequence=2, opening=100, account="999"))
    refused(other, 422, "statement-of-another-account", "LT-BNK-02")
    off = await bank.send(papers.camt([Line(5)], number="ST-14", sequence=2, opening=100, closing=104))
    refused(off, 422, "statement-unbalanced", "LT-BNK-02")
    refused(await bank.send(b"<a/>"), 400, "statement-unreadable", "LT-BNK-01")
    refused(await bank.send(b"a,b", form="csv", profile="nowhere"), 400, "profile-unknown", "LT-BNK-01")
    assert len((await bank.officer.get(f"/v1/bank-accounts/{bank.account}/statements")).json()["items"]) == 1


async def test_an_entry_that_moves_nothing_is_no_line(trade, bank):
    lines = await bank.says(Line(0, text="利率通知"), Line(100, reference="B2"))
    assert [(each["bank_reference"], each["amount"]["amount"]) for each in lines] == [("B2", "1.00")]


async def test_a_table_of_a_bank_pays_an_order_too(trade, bank):
    order, payment, name = await owed(trade)
    rows = (
        "交易日期,流水号,收入,支出,余额,对方户名,对方账号,附言\n"
        f'20261123,="0001","12,500.00",,"12,500.00",{name},\t62100\t,{payment["instructions"]["reference"]}\n'
    )
    sent = await bank.send(rows.encode("gb18030"), form="csv", profile="income-outgo")
    assert sent.status_code == 201, sent.text
    await bank.drain()
    assert await status(trade, order) == "paid"


async def test_an_account_is_registered_once_and_by_the_clearing_officer(trade, bank):
    refused(await bank.officer.post("/v1/bank-accounts", OPEN), 409, "bank-account-known", "LT-BNK-01")
    refused(await trade.buyer.post("/v1/bank-accounts", OPEN), 403, "forbidden", None)
    refused(await trade.buyer.get("/v1/bank-entries"), 403, "forbidden", None)
