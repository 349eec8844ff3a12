"""The books as others read them: a journal that a foreign program checks, statements that run, and periods."""

import csv
import io
import subprocess
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.errors import InvalidInput
from kernel.money import Money
from market.ledger import book, commands, exports, queries
from market.ledger.errors import JournalTooLarge
from market.ledger.queries import ALWAYS, Period
from tests.conftest import ISSUER, NOW, As
from tests.interop.stand import Absent, needs
from tests.market.ledger.reader import Book, Faulty
from tests.refusals import not_there, refused

TODAY = date(2026, 11, 23)
YESTERDAY = TODAY - timedelta(days=1)


def cny(amount: int) -> Money:
    return Money(amount, "CNY")


class Story:
    """An order of yesterday that is settled today, a payment in dollars and yen, and an entry that is put right."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.order, self.seller = ids.new("ord"), ids.new("pty")
        self.ids: list[str] = []

    async def post(self, entry: book.Entry, on: date, corrects: str | None = None) -> str:
        act = Act(self.session, SYSTEM, NOW, ISSUER)
        self.ids.append((await commands.post(act, entry, booked_on=on, corrects=corrects)).id)
        return self.ids[-1]

    async def told(self) -> "Story":
        shares = [book.Share(self.seller, cny(118_75))]
        await self.post(book.sale_received(self.order, cny(125_00), book.bank("acc")), YESTERDAY)
        await self.post(book.release(self.order, cny(125_00), cny(6_25), shares), TODAY)
        other = ids.new("ord")
        await self.post(book.sale_received(other, Money(99_99, "USD"), book.Source.STRIPE), TODAY)
        await self.post(book.sale_received(ids.new("ord"), Money(5_000, "JPY"), book.Source.STRIPE), TODAY)
        wrong = (book.Leg(book.COSTS, book.Source.STRIPE, Money(2_90, "USD")),)
        fee = await self.post(book.Entry("fee:1", "fee", other, wrong), TODAY)
        right = (book.Leg(book.Source.STRIPE, book.COSTS, Money(2_90, "USD")),)
        await self.post(book.Entry("correction:1", "correction", fee, right), TODAY, fee)
        return self


async def exported(session: AsyncSession, period: Period = ALWAYS, form: exports.Form = "hledger") -> str:
    return "".join([part async for part in exports.parts(session, form, period)])


async def ours(session: AsyncSession, until: date | None = None) -> dict[tuple[str, str], Decimal]:
    """Our trial balance by account, with the sign that a bookkeeper gives it."""
    page = await queries.balances(session, "", 100, None, until)
    return {(row.account, row.balance.currency): -Decimal(row.balance.amount) for row in page.items}


def hledger(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        program = needs("hledger", "apt-get install hledger")
    except Absent as problem:
        pytest.skip(str(problem))
    return subprocess.run([program, "-f", path, *arguments], capture_output=True, text=True, check=False, timeout=120)


async def test_the_journal_holds_before_a_reader_of_our_own(session: AsyncSession) -> None:
    story = await Story(session).told()
    text = await exported(session)
    read = Book(text)
    assert read.codes == [story.ids[0], *sorted(story.ids[1:])]
    assert dict(read.balances) == await ours(session)
    assert read.assertions == len(read.balances) == 9
    assert read.balances[book.bank("acc"), "CNY"] == Decimal("125.00")
    assert read.balances[book.payable(story.seller), "CNY"] == Decimal("-118.75")
    assert read.balances[book.COSTS, "USD"] == Decimal("0.00")
    assert read.types[book.bank("acc")] == "C"
    assert read.places == {"CNY": 2, "JPY": 0, "USD": 2}
    assert f"; corrects:{story.ids[4]}" in text


async def test_a_period_begins_with_what_was_brought_forward_and_ends_with_what_is_held(session: AsyncSession) -> None:
    await Story(session).told()
    first, second = Period(until=YESTERDAY), Period(since=TODAY)
    assert dict(Book(await exported(session, first)).balances) == await ours(session, YESTERDAY)
    text = await exported(session, second)
    assert f"{TODAY} brought forward\n" in text
    assert len(Book(text).codes) == 5
    assert {at: held for at, held in Book(text).balances.items() if held} == {
        at: held for at, held in (await ours(session)).items() if held
    }
    assert await exported(session, Period(until=YESTERDAY - timedelta(days=1))) == "\n"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (" 125.00 CNY", " 125.01 CNY", "unbalanced"),
        ("= 125.00 CNY", "= 125.01 CNY", "holds 125.00, not 125.01"),
        ("account platform:fees  ; type:R\n", "", "undeclared account"),
        ("commodity 1000.00 USD\n", "", "undeclared commodity"),
        (" 99.99 USD", " 99.990 USD", "has not the digits"),
    ],
)
async def test_the_reader_refuses_what_was_altered(session: AsyncSession, old: str, new: str, why: str) -> None:
    await Story(session).told()
    text = await exported(session)
    assert old in text
    bent = text.replace(old, new, 1)
    with pytest.raises(Faulty, match=why):
        Book(bent)


async def test_a_table_has_a_line_for_each_posting(session: AsyncSession) -> None:
    story = await Story(session).told()
    text = await exported(session, form="csv")
    assert text.startswith("\ufeffbooked_on,entry_id,")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert [row["entry_id"] for row in rows] == [story.ids[0], story.ids[1], *story.ids[1:]]
    assert (rows[1]["debit"], rows[1]["amount"], rows[1]["currency"]) == (book.escrow(story.order), "6.25", "CNY")
    assert rows[-1]["corrects"] == story.ids[4]


async def test_a_statement_runs_by_the_days_that_entries_count_for(session: AsyncSession) -> None:
    """What counts for an earlier day stands before what was booked earlier; the balance is of all of the account."""
    order, path = ids.new("ord"), book.bank("acc")
    story = Story(session)
    for amount, day in ((100, TODAY), (30, YESTERDAY), (7, TODAY)):
        await story.post(book.sale_received(ids.new("ord"), cny(amount), path), day)
    await story.post(book.sale_received(order, Money(5, "USD"), path), TODAY)
    seen = []
    cursor = None
    while True:
        page = await queries.statement(session, path, 2, cursor)
        seen += [(line.amount.amount, line.balance.amount, line.balance.currency) for line in page.items]
        if (cursor := page.next) is None:
            break
    assert seen == [
        ("-0.30", "-0.30", "CNY"),
        ("-1.00", "-1.30", "CNY"),
        ("-0.07", "-1.37", "CNY"),
        ("-0.05", "-0.05", "USD"),
    ]
    lines = (await queries.statement(session, path, 10, None, Period(since=TODAY))).items
    assert (lines[0].booked_on, lines[0].balance.amount) == (TODAY, "-1.30")


async def test_the_journal_is_read_by_period_account_and_subject(session: AsyncSession) -> None:
    story = await Story(session).told()

    async def found(period: Period = ALWAYS, **of: str) -> list[str]:
        return [each.id for each in (await queries.journal(session, period, 10, None, **of)).items]

    assert await found() == story.ids
    assert await found(Period(until=YESTERDAY)) == story.ids[:1]
    assert await found(Period(since=TODAY), account=book.escrow(story.order)) == story.ids[1:2]
    assert await found(subject=story.order) == story.ids[:2]
    fee = await queries.entry(session, story.ids[4])
    assert (fee.corrects, fee.corrected_by) == (None, story.ids[5])
    assert [(row.debit, row.credit) for row in fee.postings] == [(book.COSTS, book.Source.STRIPE)]
    totals = {row.currency: row.credits_minor for row in await queries.trial_balance(session, YESTERDAY)}
    assert totals == {"CNY": 125_00}
    with pytest.raises(InvalidInput) as refused:
        Period(TODAY, YESTERDAY)
    assert [each.pointer for each in refused.value.errors] == ["/query/until"]


async def test_what_is_too_large_is_refused_and_not_cut(session: AsyncSession, monkeypatch: pytest.MonkeyPatch) -> None:
    await Story(session).told()
    monkeypatch.setattr(exports, "POSTINGS_MAX", 6)
    with pytest.raises(JournalTooLarge, match="7 postings, more than the 6") as refused:
        await exports.require_bounded(session, ALWAYS)
    assert refused.value.rule == "LT-LGR-03"
    await exports.require_bounded(session, Period(until=YESTERDAY))


async def test_auditor_and_regulator_read_the_books_over_http(as_: As) -> None:
    for role in ("auditor", "regulator", "clearing"):
        reader = await as_(role)
        assert (await reader.get("/v1/ledger/entries?since=2026-11-01&until=2026-11-30")).json()["items"] == []
        answer = await reader.get("/v1/ledger/journal?until=2026-11-30")
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/plain")
        assert (await reader.get("/v1/ledger/journal?format=csv")).text.count("\n") == 1
    turned = await reader.get("/v1/ledger/journal?since=2026-11-30&until=2026-11-01")
    assert refused(turned, 400, "invalid-input")["errors"][0]["pointer"] == "/query/until"
    not_there(await reader.get("/v1/ledger/entries/lgr_x"))
    refused(await (await as_("provider")).get("/v1/ledger/journal"), 403, "forbidden")


async def test_hledger_reads_the_journal_strictly_and_has_our_balances(session: AsyncSession, tmp_path: Path) -> None:
    """hledger 1.25: `check -s` accepts it, its balances are ours, and it refuses an account that is off by a fen."""
    await Story(session).told()
    path, text = tmp_path / "book.journal", await exported(session)
    path.write_text(text, "utf-8")
    done = hledger(path, "check", "-s")
    assert (done.returncode, done.stderr) == (0, "")
    told = hledger(path, "balance", "--no-total", "--empty", "--layout=tidy", "-O", "csv").stdout
    theirs = {(row["account"], row["commodity"]): Decimal(row["value"]) for row in csv.DictReader(io.StringIO(told))}
    assert {at: held for at, held in theirs.items() if held} == {
        at: held for at, held in (await ours(session)).items() if held
    }
    path.write_text(text.replace("= 125.00 CNY", "= 125.01 CNY", 1), "utf-8")
    assert "balance assertion" in hledger(path, "check", "-s").stderr
    path.write_text(text.replace("account platform:fees  ; type:R\n", "", 1), "utf-8")
    assert "undeclared account" in hledger(path, "check", "-s").stderr
