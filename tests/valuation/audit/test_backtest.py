"""The back-test by hand, and exports that no spreadsheet computes."""

import csv
import json
import math
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
    found = compared([valued("a", "200"), valued("b", "220", "cost")], [*before, *after])
    assert found.deals == 2
    whole, cost, income, retail = found.segments
    assert (whole.segment, cost.segment, income.segment, retail.segment) == (
        "all", "approach: cost", "approach: income", "field: retail",
    )  # fmt: skip
    near, far = math.log(1.1), math.log(2)
    assert whole.error == round((near + far) / 2, 4)
    assert (cost.error, income.error) == (round(near, 4), round(far, 4))
    assert (income.bias, income.covered, cost.covered) == (round(far, 4), 0, 1)
    # The deal of a on the day before the base date is known too: retail 100, 100, 400 and of all 100, 100, 400, 800.
    assert income.field_median_error == 0
    assert income.global_median_error == round(math.log(2), 4)
    assert whole.compared == 2
    assert found.better_than_both is True or found.better_than_both is False


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)), min_size=1, max_size=20))
def test_an_interval_holds_the_median_and_a_perfect_valuer_beats_everybody(pairs: list[tuple[int, int]]) -> None:
    deals = [deal(f"a{i}", str(price), 5) for i, (_, price) in enumerate(pairs)]
    found = compared([valued(f"a{i}", str(value)) for i, (value, _) in enumerate(pairs)], deals)
    whole = found.segments[0]
    assert whole.error_low <= whole.error <= whole.error_high
    assert found.better_than_both is None, "nothing was known before the base date"
    perfect = compared([valued(f"a{i}", str(price)) for i, (_, price) in enumerate(pairs)], deals)
    assert perfect.segments[0].error == 0
    assert perfect.segments[0].covered == 1


def test_nothing_to_test_is_said_to_be_nothing() -> None:
    found = compared([valued("a", "1")], [])
    assert (found.deals, found.segments, found.better_than_both) == (0, [], None)


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
    assert (found["deals"], found["segments"][0]["error"], found["better_than_both"]) == (1, 0.6931, True)
    assert "bootstrap" in CliRunner().invoke(main, ["back-test", str(values), str(deals), "--lang", "en"]).output
    deals.write_text("asset,field,currency,dated,price\na,x,CNY,2026-13-01,1\na,x,CNY,2026-01-01,NaN\n")
    bad = CliRunner().invoke(main, ["back-test", str(values), str(deals)])
    assert (bad.exit_code, bad.output.count("✗")) == (2, 2)
    for content in (b"", b"asset,price\n1,2\n", b"\xff\xfe"):
        deals.write_bytes(content)
        assert CliRunner().invoke(main, ["back-test", str(values), str(deals)]).exit_code == 2
