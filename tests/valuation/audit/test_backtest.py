"""The back-test by hand, and exports that no spreadsheet computes."""

import csv
import json
import math
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from centre.cli import main
from valuation.audit.backtest import Deal, Valued, compared
from valuation.audit.exports import opened
from valuation.cells import safe

BASE = date(2026, 6, 1)


def deal(asset: str, price: str, days: int, field: str = "retail") -> Deal:
    return Deal(asset, field, "CNY", BASE + timedelta(days=days), Decimal(price))


def valued(asset: str, value: str, approach: str = "income", field: str = "retail") -> Valued:
    worth = Decimal(value)
    until = BASE + timedelta(days=364)
    return Valued(asset, approach, field, "CNY", BASE, until, worth, worth * Decimal("0.8"), worth * Decimal("1.2"))


def test_errors_and_naive_guesses_by_hand() -> None:
    # Known before: retail 100 and 400 (median of logarithms: 200), energy 800; of all three, 400.
    before = [deal("x", "100", -30), deal("y", "400", -20), deal("z", "800", -10, "energy")]
    after = [deal("a", "100", 10), deal("b", "200", 20), deal("a", "100", -1), deal("a", "100", 400)]
    found = compared([valued("a", "200"), valued("b", "220", "cost")], [*before, *after], BASE)
    assert (found.deals, found.assets, found.values) == (2, 2, 2)
    whole, cost, income, retail, _ = found.segments
    assert [each.segment for each in found.segments] == [
        "all", "approach: cost", "approach: income", "field: retail", "sale: whole",
    ]  # fmt: skip
    assert (whole.deals, whole.error_low, whole.error_high) == (2, None, None), "two deals make no interval"
    assert retail.deals == 2
    assert [(each.why.en, each.deals) for each in found.left_out] == [
        ("no value that could be used was stated before the deal", 5)
    ]
    near, far = math.log(1.1), math.log(2)
    assert whole.error == round((near + far) / 2, 4)
    assert (cost.error, income.error) == (round(near, 4), round(far, 4))
    assert (income.bias, income.covered, cost.covered) == (round(far, 4), 0, 1)
    # The deal of a on the day before the base date is known too: retail 100, 100, 400 and of all 100, 100, 400, 800.
    assert income.field_median_error == 0
    assert income.global_median_error == round(math.log(2), 4)
    assert whole.compared == 2
    assert found.better_than_both is None, "two deals say nothing of who is better"


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)), min_size=1, max_size=20))
def test_an_interval_holds_the_median_and_a_perfect_valuer_beats_everybody(pairs: list[tuple[int, int]]) -> None:
    deals = [deal(f"a{i}", str(price), 5) for i, (_, price) in enumerate(pairs)]
    found = compared([valued(f"a{i}", str(value)) for i, (value, _) in enumerate(pairs)], deals, BASE)
    whole = found.segments[0]
    assert whole.deals == len(pairs)
    assert (whole.error_low is None) == (len(pairs) < found.deals_min)
    assert whole.error_low is None or whole.error_low <= whole.error <= whole.error_high
    assert found.better_than_both is None, "nothing was known before the base date"
    perfect = compared([valued(f"a{i}", str(price)) for i, (_, price) in enumerate(pairs)], deals, BASE)
    assert perfect.segments[0].error == 0
    assert perfect.segments[0].covered == 1


def test_nothing_to_test_is_said_to_be_nothing() -> None:
    found = compared([valued("a", "1")], [], BASE)
    assert (found.deals, found.segments, found.better_than_both) == (0, [], None)


def test_a_deal_counts_once_whatever_was_valued_again_before_it() -> None:
    """Six appraisals of one asset before one deal are one observation, of the newest."""
    again = [replace(valued("a", "200"), base_date=BASE + timedelta(days=i)) for i in range(5)]
    newest = replace(valued("a", "110"), base_date=BASE + timedelta(days=5))
    found = compared([newest, *again], [deal("a", "100", 10)], BASE)
    assert (found.deals, found.values, found.segments[0].deals) == (1, 1, 1)
    assert found.segments[0].error == round(math.log(1.1), 4)
    assert found.segments[0].error_low is None, "one observation has no interval"
    same_day = [valued("a", "200"), valued("a", "110")]
    assert compared(same_day, [deal("a", "100", 10)], BASE).segments[0].error == round(math.log(1.1), 4)
    both = compared([valued("a", "200"), newest, valued("a", "100", "cost")], [deal("a", "100", 10)], BASE)
    assert [(each.segment, each.deals, each.error) for each in both.segments[:3]] == [
        ("all", 1, 0.0953), ("approach: cost", 1, 0), ("approach: income", 1, 0.0953),
    ]  # fmt: skip


def licence(asset: str, price: str, days: int, years: str, *, alone: bool = False) -> Deal:
    return replace(deal(asset, price, days), term_years=Decimal(years), is_exclusive=alone)


def test_a_licence_is_held_against_its_share_of_the_value() -> None:
    whole = replace(valued("a", "144233.41"), life_years=Decimal(3))
    one = compared([whole], [licence("a", "48077.80", 10, "1", alone=True)], BASE)
    assert (one.segments[0].error, one.segments[0].covered) == (0, 1)
    assert [each.segment for each in one.segments][-1] == "sale: exclusive"
    # Two buyers of the same year share it; a third whose year begins when theirs is over does not.
    many = [licence("a", "24038.90", 10, "1"), licence("a", "24038.90", 10, "1"), licence("b", "1", 10, "1")]
    found = compared([whole], many, BASE)
    assert (found.deals, found.segments[0].error) == (2, 0)
    assert found.left_out[0].deals == 1
    half = compared([whole], [licence("a", "1", 0, "1"), licence("a", "1", 182, "1")], BASE - timedelta(days=0))
    assert half.deals == 1, "the first is of the base date itself"
    share = 144233.41 / 3 / (1 + 183 / 365)
    assert half.segments[0].error == round(math.log(share), 4)
    longer = compared([whole], [licence("a", "144233.41", 10, "5", alone=True)], BASE)
    assert longer.segments[0].error == 0, "no licence is more than the whole"


def test_unlike_things_are_left_out_and_said() -> None:
    unknown = compared([valued("a", "100")], [licence("a", "100", 10, "1")], BASE)
    assert (unknown.deals, unknown.segments) == (0, [])
    assert unknown.left_out[0].why.en == "the value names no life, of which a licence is a share"
    market = replace(valued("a", "100", "market"), life_years=Decimal(2), kind=("use", "one-off"))
    sold = replace(licence("a", "50", 10, "1"), kind=("use", "one-off"))
    assert compared([market], [sold, sold], BASE).segments[0].error == 0, "comparables are prices of such licences"
    other = compared([market], [replace(sold, kind=("use+operate", "one-off"))], BASE)
    assert other.left_out[0].why.en == "the value is of another right or mode than the deal"


HOSTILE = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "http://x", '中文,"逗号"\n换行']


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_what_a_spreadsheet_would_compute_stays_a_text(tmp_path, kind) -> None:
    path = tmp_path / f"x.{kind}"
    out = opened(kind, path, ("text", "peers"), ("peers",))
    for i in range(0, len(HOSTILE), 2):
        out.write([[text, 7] for text in HOSTILE[i : i + 2]])
    out.close()
    if kind == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert rows[0] == ["text", "peers"]
        assert [row[0] for row in rows[1:]] == [safe(text) for text in HOSTILE]
        assert not any(row[0].startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows[1:])
    elif kind == "xlsx":
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        assert [str(row[0]).replace("\r", "").replace("_x000D_", "") for row in rows[1:]] == [
            text.replace("\r", "") for text in HOSTILE
        ]
        assert all(row[1] == 7 for row in rows[1:])
        assert b"<f>" not in _sheet(path)
    else:
        table = pq.read_table(path)
        assert table["text"].to_pylist() == HOSTILE
        assert table["peers"].to_pylist() == [7] * len(HOSTILE)


def _sheet(path) -> bytes:
    from zipfile import ZipFile

    with ZipFile(path) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def test_numbers_stay_numbers() -> None:
    assert [safe(text) for text in ("-1.5", "12", "-", "--1", "-1e5", 5)] == ["-1.5", "12", "'-", "'--1", "'-1e5", 5]


def test_the_command_reads_files_and_tells_every_faulty_line(tmp_path) -> None:
    values, deals = tmp_path / "values.csv", tmp_path / "deals.csv"
    head = "asset,approach,field,currency,base_date,use_until,value,low,high\n"
    values.write_text(head + "a,income,retail,CNY,2026-06-01,2027-05-31,200,150,250\n")
    deals.write_text("asset,field,currency,dated,price\na,retail,CNY,2026-07-01,100\nb,retail,CNY,2026-01-01,300\n")
    ran = CliRunner().invoke(main, ["back-test", str(values), str(deals), "--json"])
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.output)
    assert (found["deals"], found["segments"][0]["error"], found["better_than_both"]) == (1, 0.6931, None)
    assert "bootstrap" in CliRunner().invoke(main, ["back-test", str(values), str(deals), "--lang", "en"]).output
    deals.write_text("asset,field,currency,dated,price\na,x,CNY,2026-13-01,1\na,x,CNY,2026-01-01,NaN\n")
    bad = CliRunner().invoke(main, ["back-test", str(values), str(deals)])
    assert (bad.exit_code, bad.output.count("✗")) == (2, 2)
    for content in (b"", b"asset,price\n1,2\n", b"\xff\xfe"):
        deals.write_bytes(content)
        assert CliRunner().invoke(main, ["back-test", str(values), str(deals)]).exit_code == 2
