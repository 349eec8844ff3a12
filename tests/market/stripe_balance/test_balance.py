"""Stripe's balance read and put to the books: fees, conversions, the way to the bank, what nobody explains."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from kernel import ids
from kernel.db import unit
from kernel.money import Money
from market.ledger import book as chart
from market.ledger import commands as ledger
from market.payments.gateways.balance import SeenPage, SeenTransaction
from market.reconciliation import check
from market.stripe_balance import jobs
from tests.market.banking.papers import Line
from tests.market.banking.story import Bank, balances
from tests.market.payments.conftest import opened
from tests.market.refunds.test_refunds import asked, paid_by_card
from tests.refusals import refused

T0 = datetime(2026, 11, 23, 2, tzinfo=UTC)
LIST, READINGS = "/v1/stripe-transactions", "/v1/stripe-readings"


class Stripe:
    """A balance as Stripe tells it: pages of two, newest first, with a clock of its own."""

    def __init__(self) -> None:
        self.rows: list[SeenTransaction] = []
        self.off: dict[str, int] = {}

    def moved(self, kind, amount, currency="CNY", *, fee=0, source=None, **more) -> str:
        reference = f"txn_{len(self.rows):04d}"
        at = T0 + timedelta(minutes=len(self.rows))
        blank = {"exchange_rate": None, "of_transfer": None, "traces": ()}
        row = SeenTransaction(
            reference=reference, kind=kind, amount_minor=amount, fee_minor=fee, net_minor=amount - fee,
            currency=currency, source=source, created_at=at, **(blank | more),
        )  # fmt: skip
        self.rows.append(row)
        return reference

    async def transactions(self, since, after):
        rows = [each for each in reversed(self.rows) if since is None or each.created_at >= since]
        start = 0 if after is None else [each.reference for each in rows].index(after) + 1
        page = rows[start : start + 2]
        return SeenPage(tuple(page), page[-1].reference if len(rows) > start + 2 else None)

    async def balance(self):
        sums: dict[str, int] = dict(self.off)
        for row in self.rows:
            sums[row.currency] = sums.get(row.currency, 0) + row.net_minor
        return sums


@pytest.fixture
def stripe(runtime):
    runtime.extras["stripe_balance_source"] = made = Stripe()
    return made


async def booked(runtime, *legs, reference="test:1"):
    async with runtime.act() as act:
        return (await ledger.post(act, chart.Entry(reference, "test", "test", legs))).id


async def faults(runtime):
    async with unit(runtime.sessions) as session:
        return [fault.detail.en for fault in (await check(session)).faults]


async def one(officer, **query):
    found = (await officer.get(LIST, params=query)).json()["items"]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.slow
async def test_what_cards_move_is_proven_and_the_fee_is_booked(as_, place, client, runtime, drain, stripe_http) -> None:
    """99.00 USD by the real SDK: Stripe's double takes 2.9 % and 0.30, which is 3.17; 40.00 go back."""
    _, order, _ = await paid_by_card(as_, place, client, runtime, drain, stripe_http)
    officer = await as_("clearing")
    made = await officer.post("/v1/refunds", asked(order, "40.00", "USD"))
    assert made.status_code == 201, made.text
    await drain()
    await jobs.read(runtime)
    rows = (await officer.get(f"{LIST}?limit=100")).json()["items"]
    ours = sorted((row for row in rows if row["entry_ids"]), key=lambda row: row["kind"])  # Both of one second, maybe.
    assert [(row["kind"], row["status"], row["net"]["amount"]) for row in ours] == [
        ("charge", "matched", "95.83"), ("refund", "matched", "-40.00"),
    ]  # fmt: skip
    assert [len(row["entry_ids"]) for row in ours] == [2, 1]
    held = await balances(officer)
    assert (held["world:stripe"], held["platform:costs"]) == ("-55.83", "-3.17")
    reading = (await officer.get(READINGS)).json()["items"][0]
    assert all(each["at_stripe"] == each["by_transactions"] for each in reading["figures"])
    await jobs.read(runtime)
    assert await balances(officer) == held
    assert (await (await as_("auditor")).get(f"{LIST}/{ours[0]['id']}")).status_code == 200
    refused(await (await as_("buyer")).get(LIST), 403, "forbidden")


async def test_pages_are_read_whole_and_once(runtime, as_, stripe) -> None:
    officer = await as_("clearing")
    for n in range(5):
        stripe.moved("stripe_fee", -(n + 1))
    await jobs.read(runtime)
    stripe.moved("stripe_fee", -10)
    await jobs.read(runtime)
    assert (await balances(officer))["platform:costs"] == "-0.25"
    assert len((await officer.get(LIST)).json()["items"]) == 6
    assert await faults(runtime) == []


async def test_a_conversion_follows_stripes_rate(runtime, as_, stripe, place) -> None:
    buyer, officer = await as_("buyer"), await as_("clearing")
    order = await place(buyer, 10_000, "USD")
    payment = (await opened(buyer, order, "card"))["id"]
    await runtime.pool.execute("UPDATE payment SET charge_reference = 'ch_1' WHERE id = $1", payment)
    async with runtime.act() as act:
        await ledger.post(act, chart.sale_received(order, Money(10_000, "USD"), chart.Source.STRIPE))
    stripe.moved("charge", 71_234, fee=2_096, source="ch_1", exchange_rate=Decimal("7.1234"))
    await jobs.read(runtime)
    row = await one(officer)
    assert (row["status"], row["exchange_rate"], len(row["entry_ids"])) == ("matched", "7.1234", 3)
    page = (await officer.get("/v1/ledger/accounts?limit=100")).json()["items"]
    held = {(each["account"], each["balance"]["currency"]): each["balance"]["amount"] for each in page}
    assert held["world:stripe", "USD"] == "0.00"
    assert held["world:stripe", "CNY"] == "-691.38"
    assert (held["fx:USD-CNY", "USD"], held["fx:USD-CNY", "CNY"]) == ("-100.00", "712.34")


@pytest.mark.slow
async def test_a_payout_to_the_bank_is_on_its_way_until_the_statement_shows_it(runtime, as_, drain, stripe) -> None:
    bank, officer = await Bank.begin(as_, drain), await as_("clearing")
    await booked(runtime, chart.Leg(chart.Source.STRIPE, chart.escrow(ids.new("ord")), Money(500_00, "CNY")))
    stripe.moved("payout", -300_00, source="po_1", traces=("po_1", "TRACE99887"))
    await jobs.read(runtime)
    row = await one(officer)
    assert (row["status"], row["owner"], row["due_at"]) == ("in-transit", "clearing", "2026-11-30T02:00:00Z")
    assert (await balances(officer))[f"transit:{row['id']}"] == "-300.00"
    (line,) = await bank.says(Line(300_00, text="TRACE99887", name="SOME BANK"))
    assert (line["status"], line["outcome"]) == ("matched", "stripe-payout")
    arrived = await one(officer)
    assert (arrived["status"], arrived["bank_entry_id"]) == ("arrived", line["id"])
    held = await balances(officer)
    assert f"transit:{row['id']}" not in held
    assert held[f"world:bank:{bank.account}"] == "-300.00"
    # The same amount once more is not this payout.
    (again,) = await bank.says(Line(300_00, text="TRACE99887", reference="B2"))
    assert again["status"] == "unknown"


async def test_a_line_that_came_before_its_payout_was_read_is_taken_up(runtime, as_, drain, stripe) -> None:
    bank, officer = await Bank.begin(as_, drain), await as_("clearing")
    (line,) = await bank.says(Line(300_00, text="STRIPE PAYOUT", name="STRIPE"))
    assert line["status"] == "unknown"
    stripe.moved("payout", -300_00, source="po_1", traces=("po_1",))
    await jobs.read(runtime)
    assert (await one(officer))["status"] == "arrived"
    assert (await officer.get(f"/v1/bank-entries/{line['id']}")).json()["status"] == "matched"
    assert not any(path.startswith(("suspense", "transit")) for path in await balances(officer))


async def test_an_officer_says_which_line_a_payout_came_with(runtime, as_, drain, stripe) -> None:
    bank, officer = await Bank.begin(as_, drain), await as_("clearing")
    for n in (1, 2):
        stripe.moved("payout", -300_00, source=f"po_{n}", traces=(f"po_{n}",))
    await jobs.read(runtime)
    lines = await bank.says(Line(300_00, text="STRIPE"), Line(200_00, text="STRIPE", reference="B2"))
    rows = (await officer.get(LIST)).json()["items"]
    at = f"{LIST}/{rows[0]['id']}/arrival"
    wrong = await officer.post(at, {"bank_entry_id": lines[1]["id"], "reason": "x"})
    refused(wrong, 422, "arrival-differs", "LT-STR-03")
    right = await officer.post(at, {"bank_entry_id": lines[0]["id"], "reason": "银行确认"})
    assert (right.status_code, right.json()["status"]) == (200, "arrived"), right.text
    other = await officer.post(
        f"{LIST}/{rows[1]['id']}/arrival", {"bank_entry_id": lines[0]["id"], "reason": "银行确认"}
    )
    refused(other, 422, "arrival-differs", "LT-STR-03")


async def test_a_payout_that_failed_is_on_the_balance_again(runtime, as_, stripe) -> None:
    officer = await as_("clearing")
    stripe.moved("payout", -300_00, source="po_1")
    stripe.moved("payout_failure", 300_00, source="po_1")
    await jobs.read(runtime)
    rows = (await officer.get(LIST)).json()["items"]
    assert [row["status"] for row in rows] == ["failed", "matched"]
    assert await balances(officer) == {}
    assert await faults(runtime) == []


async def test_a_reserve_is_still_the_centres(runtime, as_, stripe) -> None:
    officer = await as_("clearing")
    stripe.moved("reserve_hold", -70_00)
    stripe.moved("reserve_release", 20_00)
    await jobs.read(runtime)
    assert await balances(officer) == {"world:stripe": "50.00", "world:stripe-reserve": "-50.00"}


async def test_what_nobody_knows_waits_for_the_officer_who_is_reminded(runtime, as_, clock, stripe) -> None:
    officer = await as_("clearing")
    stripe.moved("climate_order_purchase", -12_34)
    await jobs.read(runtime)
    row = await one(officer, status="unexplained")
    assert (row["reason"], row["owner"], row["due_at"]) == ("unknown-kind", "clearing", "2026-11-26T02:00:00Z")
    assert any("climate_order_purchase" in each for each in await faults(runtime))
    clock.move(timedelta(days=3, minutes=1))
    await jobs.due(runtime)
    assert (await one(officer))["due_at"] == "2026-11-29T02:01:00Z"
    at = f"{LIST}/{row['id']}/explanation"
    said = (await officer.post(at, {"reason": "减碳支出"})).json()
    assert (said["status"], said["allowed_actions"], said["note"]) == ("proposed", ["approve", "refuse"], "减碳支出")
    # Nothing is booked by one officer's word; what nobody else approves in time is unexplained again.
    refused(await officer.post(f"{at}/approval"), 403, "other-officer-needed", "LT-STR-04")
    assert any("climate_order_purchase" in each for each in await faults(runtime))
    clock.move(timedelta(days=3, minutes=1))
    await jobs.due(runtime)
    late = await one(officer)
    assert (late["status"], late["reason"], late["due_at"]) == ("unexplained", "not-approved", "2026-12-02T02:02:00Z")
    for step, status in (("refusal", "unexplained"), ("approval", "explained")):
        assert (await officer.post(at, {"reason": "减碳支出"})).status_code == 200
        said = await (await as_("clearing", "second")).post(f"{at}/{step}")
        assert (said.status_code, said.json()["status"]) == (200, status), said.text
    assert said.json()["allowed_actions"] == []
    assert await balances(officer) == {"world:stripe": "12.34", "platform:costs": "-12.34"}
    assert await faults(runtime) == []
    again = await officer.post(f"{LIST}/{row['id']}/explanation", {"reason": "再次"})
    assert (again.status_code, again.json()["code"]) == (409, "illegal-transition")


async def test_an_explanation_by_entries_is_exact_and_each_proves_once(runtime, as_, stripe) -> None:
    officer = await as_("clearing")
    fee = chart.Leg(chart.COSTS, chart.Source.STRIPE, Money(10_00, "CNY"))
    entry = await booked(runtime, fee)
    aside = await booked(runtime, chart.Leg(chart.LOSS, chart.COSTS, Money(1, "CNY")), reference="test:2")
    stripe.moved("adjustment", -10_00)
    stripe.moved("adjustment", -9_99)
    await jobs.read(runtime)
    first, second = (await officer.get(LIST)).json()["items"]
    at = f"{LIST}/{second['id']}/explanation"
    off = await officer.post(at, {"reason": "x", "entry_ids": [entry]})
    refused(off, 422, "explanation-differs", "LT-STR-02")
    assert "-9.99 CNY" in off.json()["detail"]
    assert "-10.00 CNY" in off.json()["detail"]
    refused(await officer.post(at, {"reason": "x", "entry_ids": [aside]}), 409, "entry-proven-before", "LT-STR-02")
    path = f"{LIST}/{first['id']}/explanation"
    said = (await officer.post(path, {"reason": "x", "entry_ids": [entry]})).json()
    assert (said["entry_ids"], said["proposed_entry_ids"]) == ([], [entry])
    right = await (await as_("clearing", "second")).post(f"{path}/approval")
    assert right.json()["entry_ids"] == [entry]
    refused(await officer.post(at, {"reason": "x", "entry_ids": [entry]}), 409, "entry-proven-before", "LT-STR-02")


async def test_the_books_and_the_balance_are_compared_to_the_minor_unit(runtime, as_, clock, stripe) -> None:
    await booked(runtime, chart.Leg(chart.COSTS, chart.Source.STRIPE, Money(10_00, "CNY")))
    assert await faults(runtime) == []
    clock.move(timedelta(hours=25))
    await jobs.read(runtime)
    assert await faults(runtime) == ["Stripe has no transaction of -10.00 CNY"]
    stripe.off = {"CNY": 5}
    await jobs.read(runtime)
    assert "Stripe holds 0.05 CNY; its transactions come to 0.00 CNY" in await faults(runtime)


async def test_an_entry_that_comes_late_is_found_again(runtime, as_, clock, stripe, place) -> None:
    buyer, officer = await as_("buyer"), await as_("clearing")
    order = await place(buyer, 10_000, "CNY")
    payment = (await opened(buyer, order, "card"))["id"]
    stripe.moved("charge", 10_000, source="ch_1")
    await jobs.read(runtime)
    assert (await one(officer))["status"] == "received"
    clock.move(timedelta(hours=24))
    await jobs.due(runtime)
    row = await one(officer)
    assert (row["status"], row["reason"]) == ("unexplained", "not-in-the-books")
    await runtime.pool.execute("UPDATE payment SET charge_reference = 'ch_1' WHERE id = $1", payment)
    async with runtime.act() as act:
        await ledger.post(act, chart.sale_received(order, Money(9_999, "CNY"), chart.Source.STRIPE))
    clock.move(timedelta(days=3))
    await jobs.due(runtime)
    assert (await one(officer))["reason"] == "amount-differs"
    stripe.rows[0] = replace(stripe.rows[0])  # Read again and again, it is the same fact.
    await jobs.read(runtime)
    assert len((await officer.get(LIST)).json()["items"]) == 1
