"""pain.001: what leaves is what the batch says, by the published schemas and by our own arithmetic."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from contracts.approvals.rules import same_person
from kernel import ids
from kernel.money import Money
from market.payouts.errors import ReportUnreadable
from market.payouts.pain import reports
from market.payouts.pain.rendering import Order, Side, Transfer, rendered
from market.payouts.rules import POLICY, due, iban_holds, is_payout_day

FORMS = ("pain.001.001.03", "pain.001.001.09")
PAYER = Side("流通中心 Liutong Centre", "6222020000000000000", "102100099996")
CHINESE = Side("数据提供方（上海）有限公司", "6222021234567890", "103100000026")
GERMAN = Side("Datenhaus & Söhne <GmbH>", "DE89370400440532013000", "COBADEFFXXX")


def order(form, *minors, currency="CNY", payees=(CHINESE, GERMAN)):
    transfers = tuple(
        Transfer(ids.new("pyt"), Money(minor, currency), payees[n % len(payees)], f"数据交易结算款 {n}")
        for n, minor in enumerate(minors)
    )
    return Order(
        ids.new("pob"), form, datetime(2026, 11, 26, 2, tzinfo=UTC), date(2026, 11, 27), PAYER, currency, transfers
    )


def schema(form):
    try:
        path = resources.files("sepaxml") / "schemas" / f"{form}.xsd"
    except ModuleNotFoundError:
        pytest.skip("sepaxml, a package for tests that ships the schemas, is not installed")
    return etree.XMLSchema(etree.parse(io.BytesIO(path.read_bytes())))


def read(raw):
    """The file by its own words: count, sum, and each payment."""
    root = etree.fromstring(raw)
    ns = {"p": root.tag[1:].partition("}")[0]}
    said = [
        root.findtext(f".//p:{part}/p:{name}", namespaces=ns)
        for part in ("GrpHdr", "PmtInf")
        for name in ("NbOfTxs", "CtrlSum")
    ]
    paid = [
        (each.findtext("p:PmtId/p:EndToEndId", namespaces=ns), each.findtext("p:Amt/p:InstdAmt", namespaces=ns))
        for each in root.iterfind(".//p:CdtTrfTxInf", ns)
    ]
    return said, paid


@pytest.mark.parametrize("form", FORMS)
def test_the_file_holds_against_the_published_schema(form):
    schema(form).assertValid(etree.parse(io.BytesIO(rendered(order(form, 1_187_500, 1, 99_999_999_999)))))


@pytest.mark.parametrize("form", FORMS)
def test_a_thousand_payments_hold_too(form):
    raw = rendered(order(form, *range(1, 1001)))
    schema(form).assertValid(etree.parse(io.BytesIO(raw)))
    assert read(raw)[0] == ["1000", "5005.00", "1000", "5005.00"]


@given(st.sampled_from(FORMS), st.lists(st.integers(1, 10**12), min_size=1, max_size=20))
def test_counts_sums_and_digits_are_right_and_the_same_batch_gives_the_same_bytes(form, minors):
    batch = order(form, *minors)
    raw = rendered(batch)
    assert rendered(batch) == raw
    said, paid = read(raw)
    assert said[0] == said[2] == str(len(minors))
    assert Decimal(said[1]) == Decimal(said[3]) == Decimal(sum(minors)) / 100
    assert [Decimal(amount) * 100 for _, amount in paid] == minors
    assert [name for name, _ in paid] == [each.payout_id for each in batch.transfers]
    assert all(len(amount.partition(".")[2]) == 2 for _, amount in paid)


def test_a_currency_without_digits_has_none():
    said, paid = read(rendered(order(FORMS[1], 500, 20, currency="JPY")))
    assert (said[1], [amount for _, amount in paid]) == ("520", ["500", "20"])


def test_what_no_bank_would_execute_is_not_rendered():
    batch = order(FORMS[0], 100, 200)
    first, second = batch.transfers
    for wrong in (
        (),
        (first, first),
        (first, replace(second, money=Money(0, "CNY"))),
        (first, replace(second, money=Money(5, "USD"))),
        (first, replace(second, payout_id="x" * 36)),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - the message is for programmers
            rendered(replace(batch, transfers=wrong))
    with pytest.raises(KeyError):
        rendered(replace(batch, form="pain.001.001.12"))


def test_names_are_written_as_text_and_never_as_markup():
    raw = rendered(order(FORMS[1], 1, 2))
    assert "Datenhaus &amp; Söhne &lt;GmbH&gt;".encode() in raw


def test_a_report_about_the_whole_batch_and_one_that_is_none():
    space = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"
    whole = (
        f'<Document xmlns="{space}"><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>pob_1</OrgnlMsgId>'
        "<GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>"
    )
    report = reports.read(whole.encode())
    assert (report.batch_id, [(each.payout_id, each.status) for each in report.said]) == ("pob_1", [(None, "RJCT")])
    for raw in (b"", b"<x/>", whole.replace("pain.002", "pain.001").encode(), b"<!DOCTYPE a><a/>"):
        with pytest.raises(ReportUnreadable):
            reports.read(raw)


NUMBERS = POLICY.at(date(2026, 11, 23)).body


def test_payout_days_are_tuesday_and_thursday_or_the_working_day_after():
    november = [day for day in range(23, 31) if is_payout_day(date(2026, 11, day), NUMBERS)]
    assert november == [24, 26]
    # 1 October 2026 is a Thursday of the national holidays, which last until Wednesday 7.
    october = [day for day in range(1, 12) if is_payout_day(date(2026, 10, day), NUMBERS)]
    assert october[0] == 8


@given(st.integers(-(10**6), 10**9), st.integers(0, 10**9))
def test_never_more_is_due_than_is_owed_and_not_held(balance, recent):
    found = due(balance, recent, "CNY", (), NUMBERS)
    assert 0 <= found.due_minor <= max(0, balance)
    assert found.due_minor == 0 or found.due_minor + found.held_minor == balance
    assert found.due_minor == 0 or found.due_minor >= NUMBERS.threshold_minor["CNY"]
    assert due(balance, recent, "CNY", ("account-changing",), NUMBERS).due_minor == 0
    assert "currency" in due(balance, recent, "XXX", (), NUMBERS).blocks


def test_an_iban_has_its_check_digits():
    assert iban_holds("GB82 WEST 1234 5698 7654 32")
    assert not iban_holds("GB82 WEST 1234 5698 7654 33")
    assert not iban_holds("6222021234567890")


def test_keys_of_one_line_are_one_person():
    assert same_person(["b", "a"], ["a"])
    assert same_person(["a"], ["a"])
    assert not same_person(["b", "a"], ["c", "a"])
    assert not same_person([], ["a"])
