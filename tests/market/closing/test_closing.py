"""Closing months: what must agree first, what stays, who may open one again, and how an entry is put right."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select, text

from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import unit
from kernel.log.models import LogEntry
from kernel.money import Money
from kernel.runtime import Runtime
from kernel.settings import Secret
from kernel.time.clock import FixedClock
from market.closing import commands, jobs, rules
from market.closing.models import MonthClosing
from market.ledger import book
from market.ledger import commands as ledger
from market.ledger.errors import MonthClosed
from market.stripe_balance.jobs import read as read_stripe
from tests.conftest import ISSUER, As, Client
from tests.market.stripe_balance.test_balance import Stripe
from tests.refusals import refused

NOVEMBER = date(2026, 11, 1)
FIRST_OF_DECEMBER = datetime(2026, 12, 1, 2, tzinfo=UTC)
MONTHS = "/v1/ledger/months"
CORRECTIONS = "/v1/ledger/corrections"


def cny(minor: int) -> Money:
    return Money(minor, "CNY")


async def post(runtime: Runtime, entry: book.Entry, day: date | None = None) -> str:
    async with unit(runtime.sessions) as session:
        act = Act(session, SYSTEM, runtime.clock.now(), ISSUER)
        return (await ledger.post(act, entry, booked_on=day)).id


def charge(minor: int) -> book.Entry:
    """A fee that the centre bore: both accounts are its own."""
    legs = (book.Leg(book.COSTS, book.Source.BANK, cny(minor)),)
    return book.Entry(f"fee:{ids.new('fee')}", "fee", "fee", legs)


async def owed(runtime: Runtime, clock: FixedClock, reader: Client, to: datetime = FIRST_OF_DECEMBER) -> dict[str, Any]:
    """Time goes on to a moment; the last month's closing as it is owed then."""
    clock.move(to - clock.now())
    await jobs.months(runtime)
    found: dict[str, Any] = (await reader.get(MONTHS)).json()["items"][0]
    return found


async def closed(runtime: Runtime, clock: FixedClock, officer: Client) -> dict[str, Any]:
    row = await owed(runtime, clock, officer)
    answer = await officer.post(f"{MONTHS}/{row['id']}/closing")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def kinds(runtime: Runtime, subject: str) -> list[str]:
    async with unit(runtime.sessions) as session:
        rows = await session.scalars(select(LogEntry.kind).where(LogEntry.subject == subject).order_by(LogEntry.id))
        return [kind.rpartition(".")[2] for kind in rows]


def test_a_month_is_due_five_working_days_after_its_end() -> None:
    """December 2026 ends on a Thursday; 1 January 2027 is a holiday, and the 2nd and 3rd are a weekend at least."""
    assert rules.after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert rules.last_of(date(2028, 2, 1)) == date(2028, 2, 29)
    assert rules.close_due(NOVEMBER) == datetime(2026, 12, 7, 16, tzinfo=UTC)
    assert rules.of_others([book.FEES, book.VAT, "world:bank:x", "fx:USD-CNY", "promo"]) == []
    assert rules.of_others(["payable:party:x", book.FEES, "suspense:x"]) == ["payable:party:x", "suspense:x"]


async def test_a_month_is_owed_when_it_has_ended_and_told_of_when_it_is_late(
    runtime: Runtime, clock: FixedClock, as_: As
) -> None:
    officer = await as_("clearing")
    await jobs.months(runtime)
    assert (await officer.get(MONTHS)).json()["items"] == []
    await post(runtime, charge(5), date(2026, 9, 30))
    row = await owed(runtime, clock, officer)
    months = (await officer.get(MONTHS)).json()["items"]
    assert [each["month"] for each in months] == ["2026-11-01", "2026-10-01", "2026-09-01"]
    assert (row["status"], row["allowed_actions"], row["due_at"]) == ("due", ["close"], "2026-12-07T16:00:00Z")
    early = await officer.post(f"{MONTHS}/{row['id']}/closing")
    assert (early.status_code, early.json()["code"], early.json()["rule"]["id"]) == (
        409, "not-the-next-month", "LT-LGR-04",
    )  # fmt: skip
    assert "2026-09 comes first" in early.json()["detail"]
    later = await owed(runtime, clock, officer, datetime(2026, 12, 8, 2, tzinfo=UTC))
    assert later["due_at"] == "2026-12-10T16:00:00Z"
    assert "overdue" in await kinds(runtime, row["id"])


async def test_a_closed_month_stays_as_it_was_and_its_digest_is_anybodys_to_compute(
    runtime: Runtime, clock: FixedClock, as_: As
) -> None:
    officer, auditor = await as_("clearing"), await as_("auditor")
    order, seller = ids.new("ord"), ids.new("pty")
    await post(runtime, book.sale_received(order, cny(125_00), book.Source.BANK))
    shares = [book.Share(seller, cny(118_75))]
    last = await post(runtime, book.release(order, cny(125_00), cny(6_25), shares))
    row = await closed(runtime, clock, officer)
    assert (row["status"], row["n"], row["entry_count"], row["last_entry_id"]) == ("closed", 1, 2, last)
    lines = f"payable:party:{seller}\tCNY\t11875\nplatform:fees\tCNY\t625\nworld:bank\tCNY\t-12500\n"
    assert row["balances_sha256"] == "sha256:" + hashlib.sha256(lines.encode()).hexdigest()
    named = {(each["name"], each["amount"] and each["amount"]["amount"], each["fault"]) for each in row["figures"]}
    assert ("trial-balance", "125.00", None) in named
    await post(runtime, charge(7))
    again = (await auditor.get(f"{MONTHS}/{row['id']}")).json()
    assert again["balances_sha256"] == row["balances_sha256"]
    until = (await auditor.get("/v1/ledger/accounts?until=2026-11-30")).json()["items"]
    told = sorted(
        f"{each['account']}\t{each['balance']['currency']}\t{each['balance']['amount'].replace('.', '').lstrip('0')}\n"
        for each in until
        if each["balance"]["amount"] != "0.00"
    )
    assert "".join(told).replace("\t-0", "\t-") == lines
    refusal = await officer.post(f"{MONTHS}/{row['id']}/closing")
    assert (refusal.status_code, refusal.json()["code"]) == (409, "illegal-transition")
    refused(await auditor.post(f"{MONTHS}/{row['id']}/closing"), 403, "forbidden")


async def test_nothing_is_booked_into_a_closed_month_whoever_tries(
    runtime: Runtime, clock: FixedClock, as_: As
) -> None:
    entry = await post(runtime, charge(5))
    await closed(runtime, clock, await as_("clearing"))
    for day in (date(2026, 11, 30), date(2026, 10, 31)):
        with pytest.raises(MonthClosed) as refused:
            await post(runtime, charge(6), day)
        assert refused.value.rule == "LT-LGR-05"
    async with runtime.sessions() as session:
        with pytest.raises(Exception, match="is closed") as late:
            await session.execute(
                text(
                    "INSERT INTO posting (id, entry_id, debit, credit, amount_minor, currency)"
                    " VALUES ('pst_x', :entry, 'platform:costs', 'world:bank', 1, 'CNY')"
                ),
                {"entry": entry},
            )
    assert isinstance(late.value.orig.__cause__, asyncpg.CheckViolationError)  # type: ignore[attr-defined]
    await post(runtime, charge(6), date(2026, 12, 1))


async def test_every_fault_is_told_at_once_with_its_figure(runtime: Runtime, clock: FixedClock, as_: As) -> None:
    officer = await as_("clearing")
    line, payout, party = ids.new("ben"), ids.new("pyt"), ids.new("pty")
    held = (book.Leg(book.Source.BANK, book.suspense(line), cny(300)),)
    await post(runtime, book.Entry("line", "bank_received", line, held), date(2026, 10, 30))
    gone = (
        book.Leg(book.Source.BANK, book.payable(party), cny(900)),
        book.Leg(book.payable(party), book.in_transit(payout), cny(900)),
    )
    await post(runtime, book.Entry("payout", "payout_begun", payout, gone), date(2026, 11, 5))
    fresh = ids.new("ben")
    held = (book.Leg(book.Source.BANK, book.suspense(fresh), cny(50)),)
    await post(runtime, book.Entry("fresh", "bank_received", fresh, held), date(2026, 11, 20))
    await owed(runtime, clock, officer)
    october = (await officer.get(MONTHS)).json()["items"][1]
    assert (await officer.post(f"{MONTHS}/{october['id']}/closing")).status_code == 200
    row = (await officer.get(MONTHS)).json()["items"][0]
    answer = await officer.post(f"{MONTHS}/{row['id']}/closing")
    assert (answer.status_code, answer.json()["code"]) == (422, "books-disagree")
    faults = {each["pointer"]: each["detail"] for each in answer.json()["errors"]}
    assert faults == {
        f"/figures/suspense/suspense:{line}": "Nobody has found out for 30 days whose money it is",
        f"/figures/payout/payout:{payout}": "The payout has been on its way for more than 10 days",
    }
    figures = (await officer.get(f"{MONTHS}/{row['id']}/figures")).json()
    told = {(each["name"], each["subject"]): each["amount"]["amount"] for each in figures}
    assert told["suspense", "CNY"] == "3.50"
    assert told["suspense", f"suspense:{line}"] == "3.00"
    assert (await officer.get(f"{MONTHS}/{row['id']}")).json()["status"] == "due"


async def test_a_month_is_closed_when_stripes_balance_was_read_after_it_and_agrees(
    runtime: Runtime, clock: FixedClock, as_: As
) -> None:
    officer = await as_("clearing")
    legs = (book.Leg(book.COSTS, book.Source.STRIPE, cny(2_90)),)
    await post(runtime, book.Entry("fee:1", "fee", "fee", legs))
    row = await owed(runtime, clock, officer)
    refused = await officer.post(f"{MONTHS}/{row['id']}/closing")
    assert (refused.status_code, refused.json()["rule"]["id"]) == (422, "LT-LGR-04")
    told = {each["pointer"]: each["detail"] for each in refused.json()["errors"]}
    assert told["/figures/stripe/world:stripe"] == "The balance at Stripe was not read since the month ended"
    runtime.settings = replace(runtime.settings, stripe_api_key=Secret("sk_test_liutong"))
    stripe = runtime.extras["stripe_balance_source"] = Stripe()
    stripe.moved("stripe_fee", -2_91)
    await read_stripe(runtime)
    off = (await officer.post(f"{MONTHS}/{row['id']}/closing")).json()["errors"]
    entry = (await officer.get("/v1/ledger/entries")).json()["items"][0]["id"]
    assert [each["pointer"] for each in off] == [f"/figures/stripe/{entry}"]
    wrong = await officer.post(CORRECTIONS, {"entry_id": entry, "reason": "重复入账", "booked_on": "2026-12-01"})
    assert wrong.status_code == 201, wrong.text
    second = await as_("clearing", "second")
    assert (await second.post(f"{CORRECTIONS}/{wrong.json()['id']}/approval")).status_code == 200
    done = await officer.post(f"{MONTHS}/{row['id']}/closing")
    assert (done.status_code, done.json()["status"]) == (200, "closed"), done.text


async def test_a_month_is_closed_when_its_output_tax_is_what_the_papers_say(
    runtime: Runtime, clock: FixedClock, as_: As
) -> None:
    officer = await as_("clearing")
    legs = (book.Leg(book.Source.BANK, book.VAT, cny(5_66)),)
    await post(runtime, book.Entry("test:vat", "test", "test", legs))
    taken = (book.Leg(book.FEES, book.VAT, cny(5_66)),)
    await post(runtime, book.Entry("test:fee", "test", "test", (book.Leg(book.Source.BANK, book.FEES, cny(6_00)),)))
    row = await owed(runtime, clock, officer)
    # What was paid to, or came from, the outside is no tax that was charged.
    await post(runtime, book.Entry("test:vat-2", "test", "test", taken), date(2026, 11, 30))
    refused = await officer.post(f"{MONTHS}/{row['id']}/closing")
    told = [(each["pointer"], each["detail"]) for each in refused.json()["errors"]]
    assert [pointer for pointer, _ in told] == ["/figures/vat/vat:output"]
    assert told[0][1].startswith(
        "The books owe 5.66 CNY of output tax; by the papers it is 0.00 CNY (0.00 CNY invoiced"
    )


async def test_two_persons_open_a_month_again_and_the_new_closing_names_the_old(
    runtime: Runtime, clock: FixedClock, as_: As
) -> None:
    officer, other = await as_("clearing"), await as_("clearing", "second")
    await post(runtime, charge(5))
    first = await closed(runtime, clock, officer)
    path = f"{MONTHS}/{first['id']}"
    asked = await officer.post(f"{path}/reopening-request", {"reason": "A fee was booked twice"})
    assert (asked.status_code, asked.json()["status"]) == (200, "reopening")
    with pytest.raises(MonthClosed):
        await post(runtime, charge(6), date(2026, 11, 30))
    own = await officer.post(f"{path}/reopening")
    assert (own.status_code, own.json()["code"], own.json()["rule"]["id"]) == (
        403, "second-person-needed", "LT-LGR-06",
    )  # fmt: skip
    assert (await other.post(f"{path}/reopening")).json()["status"] == "reopened"
    await post(runtime, charge(6), date(2026, 11, 30))
    second = (await officer.get(MONTHS)).json()["items"][0]
    assert (second["n"], second["previous_id"], second["status"]) == (2, first["id"], "due")
    done = (await officer.post(f"{MONTHS}/{second['id']}/closing")).json()
    assert (done["status"], done["entry_count"]) == ("closed", 2)
    assert done["balances_sha256"] != first["balances_sha256"]
    kept = (await officer.get(path)).json()
    assert (kept["balances_sha256"], kept["reason"]) == (first["balances_sha256"], "A fee was booked twice")


async def test_a_request_that_nobody_grants_lapses_and_the_month_stays_closed(
    runtime: Runtime, clock: FixedClock, as_: As
) -> None:
    officer = await as_("clearing")
    await post(runtime, charge(5))
    row = await closed(runtime, clock, officer)
    path = f"{MONTHS}/{row['id']}"
    assert (await officer.post(f"{path}/reopening-request", {"reason": "x"})).status_code == 200
    assert (await officer.post(f"{path}/reopening-refusal")).json()["status"] == "closed"
    assert (await officer.post(f"{path}/reopening-request", {"reason": "x"})).status_code == 200
    clock.move(timedelta(days=3))
    await jobs.months(runtime)
    assert (await officer.get(path)).json()["status"] == "closed"
    async with unit(runtime.sessions) as session:
        rows = (await session.scalars(select(MonthClosing))).all()
        assert [each.due_at for each in rows] == [None]
        act = Act(session, SYSTEM, runtime.clock.now(), ISSUER)
        assert await commands.shut(act, date(2026, 11, 30))
        assert not await commands.shut(act, date(2026, 12, 1))


async def test_an_entry_is_put_right_by_another_person_in_an_open_month(
    runtime: Runtime, clock: FixedClock, as_: As
) -> None:
    officer, other = await as_("clearing"), await as_("clearing", "second")
    wrong = await post(runtime, charge(2_90))
    await closed(runtime, clock, officer)
    money = {"amount": "2.09", "currency": "CNY"}
    body: dict[str, Any] = {
        "entry_id": wrong,
        "reason": "Two digits were exchanged",
        "legs": [{"debit": "platform:costs", "credit": "world:bank", "amount": money}],
    }
    late = await officer.post(CORRECTIONS, {**body, "booked_on": "2026-11-30"})
    assert (late.status_code, late.json()["code"], late.json()["rule"]["id"]) == (409, "month-closed", "LT-LGR-05")
    to_come = await officer.post(CORRECTIONS, {**body, "booked_on": "2026-12-02"})
    assert (to_come.status_code, to_come.json()["code"]) == (422, "day-to-come")
    proposed = (await officer.post(CORRECTIONS, body)).json()
    assert (proposed["status"], proposed["booked_on"]) == ("proposed", "2026-12-01")
    twice = await other.post(CORRECTIONS, body)
    assert (twice.status_code, twice.json()["code"]) == (409, "corrected-already")
    path = f"{CORRECTIONS}/{proposed['id']}"
    own = await officer.post(f"{path}/approval")
    assert (own.status_code, own.json()["code"], own.json()["rule"]["id"]) == (
        403, "second-person-needed", "LT-LGR-06",
    )  # fmt: skip
    done = (await other.post(f"{path}/approval")).json()
    assert done["status"] == "booked"
    entry = (await other.get(f"/v1/ledger/entries/{done['booked_entry_id']}")).json()
    assert (entry["corrects"], entry["booked_on"], entry["kind"]) == (wrong, "2026-12-01", "corrected")
    assert [(row["debit"], row["credit"], row["amount"]["amount"]) for row in entry["postings"]] == [
        ("world:bank", "platform:costs", "2.90"),
        ("platform:costs", "world:bank", "2.09"),
    ]
    assert (await other.get(f"/v1/ledger/entries/{wrong}")).json()["corrected_by"] == entry["id"]
    statement = (await other.get("/v1/ledger/accounts/platform:costs/statement")).json()["items"]
    assert [row["balance"]["amount"] for row in statement] == ["-2.90", "0.00", "-2.09"]


async def test_what_is_owed_to_others_is_no_matter_of_corrections_and_faults_are_told_at_once(
    runtime: Runtime, clock: FixedClock, as_: As
) -> None:
    officer = await as_("clearing")
    order = ids.new("ord")
    sale = await post(runtime, book.sale_received(order, cny(100), book.Source.BANK))
    fee = await post(runtime, charge(5))
    refusal = await officer.post(CORRECTIONS, {"entry_id": sale, "reason": "x"})
    assert (refusal.status_code, refusal.json()["code"], refusal.json()["rule"]["id"]) == (
        422, "not-to-be-corrected", "LT-LGR-07",
    )  # fmt: skip
    assert book.escrow(order) in refusal.json()["detail"]
    legs = [
        {"debit": "promo", "credit": "promo", "amount": {"amount": "1.00", "currency": "CNY"}},
        {"debit": "promo", "credit": "platform:loss", "amount": {"amount": "-1.00", "currency": "CNY"}},
        {"debit": "promo", "credit": "platform:loss", "amount": {"amount": "1.001", "currency": "CNY"}},
        {"debit": "promo", "credit": "platform:fee", "amount": {"amount": "1.00", "currency": "CNY"}},
    ]
    faulty = await officer.post(CORRECTIONS, {"entry_id": fee, "reason": "x", "legs": legs})
    refused(faulty, 400, "invalid-input")
    assert [each["pointer"] for each in faulty.json()["errors"]] == [
        "/legs/0/credit", "/legs/1/amount", "/legs/2/amount/amount", "/legs/3/credit",
    ]  # fmt: skip
    reversal = (await officer.post(CORRECTIONS, {"entry_id": fee, "reason": "It was never charged"})).json()
    clock.move(timedelta(days=3))
    await jobs.corrections_lapse(runtime)
    assert (await officer.get(f"{CORRECTIONS}/{reversal['id']}")).json()["status"] == "lapsed"
    again = await officer.post(CORRECTIONS, {"entry_id": fee, "reason": "It was never charged"})
    assert again.status_code == 201
    assert (await officer.post(f"{CORRECTIONS}/{again.json()['id']}/refusal")).json()["status"] == "refused"
    assert len((await officer.get(CORRECTIONS)).json()["items"]) == 2
