"""Tables in other formats, read by others: Python's own csv and json, pandas, DuckDB, and calamine."""

import csv
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from channels.formats import workbook
from channels.formats.errors import TableNotConvertible
from channels.formats.making import Converting, convert
from channels.formats.states import TableFormat
from channels.publishing.making.columns import spark_schema
from kernel.jobs.child import Limits

TABLE = pl.DataFrame(
    {
        "编号": [1, 2**53 + 1, -7],
        "金额": [Decimal("20.50"), Decimal("-12345678901234567.25"), None],
        "城市": ["上海", "", '=HYPERLINK("http://x","y")'],
        "备注": ["+86 10", '含"引号",\n换行', None],
        "at": [
            datetime(2026, 1, 3, 8, 0, 0, 123_000, tzinfo=UTC),
            datetime(2026, 1, 3, 8, 0, 0, 123_456, tzinfo=UTC),
            datetime(1899, 12, 31, tzinfo=UTC),
        ],
        "day": [date(2026, 1, 3), date(1900, 2, 28), date(1, 1, 1)],
        "ok": [True, False, None],
        "x": [0.1 + 0.2, -0.0, 1e300],
    },
    schema_overrides={"金额": pl.Decimal(38, 2), "at": pl.Datetime("us", "UTC")},
)
FORMULAS = ("=1", "+1", "-1", "@x", "\t1", "\r1", "\n1", "\x001", "＝1", "＋1", "－1", "＠1", "'=1", "''+1")


def made(folder, form: TableFormat, frame: pl.DataFrame = TABLE, rows: int | None = None):
    path, target = folder / "table-0.parquet", folder / f"out.{form}"
    frame.write_parquet(path)
    count = frame.height if rows is None else rows
    task = Converting("订单", form, spark_schema(frame), count, [str(path)], str(folder), Limits())
    return convert(task, str(target), lambda _: None), target


def refused(folder, form: TableFormat, frame: pl.DataFrame, **over) -> str:
    with pytest.raises(TableNotConvertible) as problem:
        made(folder, form, frame, **over)
    assert problem.value.rule == "LT-FMT-01"
    return problem.value.sentence.en


def cells(path) -> list[list]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name("data").to_python()


def test_csv_has_every_digit_and_no_formula(tmp_path):
    count, path = made(tmp_path, TableFormat.CSV)
    assert count == 2
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    assert [row["编号"] for row in rows] == ["1", "9007199254740993", "-7"]
    assert [row["金额"] for row in rows] == ["20.50", "-12345678901234567.25", ""]
    assert [row["城市"] for row in rows] == ["上海", "", '\'=HYPERLINK("http://x","y")']
    assert [row["备注"] for row in rows] == ["'+86 10", '含"引号",\n换行', ""]
    assert [row["at"] for row in rows][1:] == ["2026-01-03T08:00:00.123456Z", "1899-12-31T00:00:00.000000Z"]
    assert [row["day"] for row in rows] == ["2026-01-03", "1900-02-28", "0001-01-01"]
    assert [float(row["x"]) for row in rows] == [0.30000000000000004, -0.0, 1e300]
    assert list(pd.read_csv(path, keep_default_na=False, dtype=str)["城市"]) == [row["城市"] for row in rows]


def test_csv_tells_an_empty_text_from_a_missing_value(tmp_path):
    _, path = made(tmp_path, TableFormat.CSV, pl.DataFrame({"n": [1, 2, 3], "a": ["", None, "x"]}))
    seen = duckdb.sql(f"SELECT a FROM read_csv('{path}', nullstr='', allow_quoted_nulls=false) ORDER BY n").fetchall()
    assert seen == [("",), (None,), ("x",)]


@pytest.mark.slow
@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8")), st.none() | st.text()), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_every_text_comes_back_from_csv_and_starts_no_formula(tmp_path_factory, rows):
    frame = pl.DataFrame(
        {"a": [a for a, _ in rows], "b": [b for _, b in rows]}, schema={"a": pl.String, "b": pl.String}
    )
    count, path = made(tmp_path_factory.mktemp("csv"), TableFormat.CSV, frame)
    with path.open(encoding="utf-8", newline="") as file:
        _, *seen = csv.reader(file)
    written = [text for row in seen for text in row]
    assert not [text for text in written if text[:1] in "=+-@＝＋－＠\t\r\n\x00" and text]
    back = [re.sub(r"^'(?='*[=+\-@＝＋－＠\t\r\n\x00])", "", text) for text in written]
    assert back == [text or "" for row in rows for text in row]
    assert count == sum(text != was for text, was in zip(written, back, strict=True))


def test_what_a_spreadsheet_runs_is_given_one_apostrophe_more(tmp_path):
    frame = pl.DataFrame({"=a": FORMULAS, "n": range(len(FORMULAS))})
    count, path = made(tmp_path, TableFormat.CSV, frame)
    with path.open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    assert names == ["'=a", "n"]
    assert [row[0] for row in rows] == [f"'{text}" for text in FORMULAS]
    assert count == len(FORMULAS) + 1


def test_json_lines_have_decimals_as_texts_and_moments_in_utc(tmp_path):
    _, path = made(tmp_path, TableFormat.JSON_LINES)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["编号"] for line in lines] == [1, 2**53 + 1, -7]
    assert [line["金额"] for line in lines] == ["20.50", "-12345678901234567.25", None]
    assert [line["城市"] for line in lines] == list(TABLE["城市"])
    assert [line["备注"] for line in lines] == list(TABLE["备注"])
    assert lines[1]["at"] == "2026-01-03T08:00:00.123456Z"
    assert [line["x"] for line in lines] == [0.30000000000000004, 0.0, 1e300]
    assert "上海".encode() in path.read_bytes()


@pytest.mark.slow
@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_every_text_comes_back_from_json_lines(tmp_path_factory, texts):
    _, path = made(tmp_path_factory.mktemp("jsonl"), TableFormat.JSON_LINES, pl.DataFrame({"a": texts}))
    assert [json.loads(line)["a"] for line in path.read_bytes().decode().split("\n")[:-1]] == texts


def test_parquet_is_the_same_table(tmp_path):
    _, path = made(tmp_path, TableFormat.PARQUET)
    assert pl.read_parquet(path).equals(TABLE)
    seen = duckdb.sql(f'SELECT "编号", "金额", "城市", day FROM \'{path}\'').fetchall()
    assert seen[1] == (2**53 + 1, Decimal("-12345678901234567.25"), "", date(1900, 2, 28))


def test_xlsx_shows_what_a_cell_can_and_texts_for_the_rest(tmp_path):
    _, path = made(tmp_path, TableFormat.XLSX)
    names, *rows = cells(path)
    assert names == TABLE.columns
    assert [row[0] for row in rows] == [1, "9007199254740993", -7]
    assert [row[1] for row in rows] == [20.5, "-12345678901234567.25", ""]
    assert [row[2] for row in rows] == ["上海", "", '=HYPERLINK("http://x","y")']
    assert [row[3] for row in rows] == ["+86 10", '含"引号",\n换行', ""]
    assert [row[4] for row in rows] == [
        datetime(2026, 1, 3, 8, 0, 0, 123_000),  # noqa: DTZ001 - a spreadsheet has no zones
        "2026-01-03T08:00:00.123456Z",
        "1899-12-31T00:00:00Z",
    ]
    assert [row[5] for row in rows] == [date(2026, 1, 3), "1900-02-28", "0001-01-01"]
    assert [row[6] for row in rows] == [True, False, ""]
    assert [row[7] for row in rows] == [0.30000000000000004, 0.0, 1e300]


@pytest.mark.slow
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff")), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_every_text_comes_back_from_xlsx(tmp_path_factory, texts):
    frame = pl.DataFrame({"n": range(len(texts)), "a": texts})
    _, path = made(tmp_path_factory.mktemp("xlsx"), TableFormat.XLSX, frame)
    assert [row[1] for row in cells(path)[1:]] == texts


@pytest.mark.slow
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=10))
@settings(max_examples=40, deadline=None)
def test_every_number_comes_back_from_xlsx(tmp_path_factory, numbers):
    _, path = made(tmp_path_factory.mktemp("xlsx"), TableFormat.XLSX, pl.DataFrame({"x": numbers}))
    assert [row[0] for row in cells(path)[1:]] == numbers


def test_no_text_is_markup_of_the_sheet(tmp_path):
    evil = (
        '<r><t>x</t></r></is></c><c r="B2"><f>WEBSERVICE("http://x")</f><v>1</v></c><c r="C2" t="inlineStr"><is><r></r>'
    )
    _, path = made(tmp_path, TableFormat.XLSX, pl.DataFrame({"a": [evil, "_x0041_", "a\x00\r\nb"]}))
    assert [row[0] for row in cells(path)] == ["a", evil, "_x0041_", "a\x00\r\nb"]
    assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")


def test_days_that_python_has_not_are_texts(tmp_path):
    year_10000 = 253_402_300_800_000_000  # Microseconds: https://www.unixtimestamp.com has 253402300799 for 9999-12-31.
    frame = pl.DataFrame(
        {
            "at": pl.Series([year_10000, 0]).cast(pl.Datetime("us", "UTC")),
            "day": pl.Series([2_932_897, 0]).cast(pl.Date),
        }
    )
    _, path = made(tmp_path, TableFormat.XLSX, frame)
    assert cells(path)[1:] == [
        ["+10000-01-01T00:00:00.000000Z", "+10000-01-01"],
        ["1970-01-01T00:00:00.000000Z", "1970-01-01"],
    ]


def test_a_table_without_rows_has_its_names(tmp_path):
    schema = spark_schema(TABLE)
    for form in TableFormat:
        task = Converting("订单", form, schema, 0, [], str(tmp_path), Limits())
        assert convert(task, str(tmp_path / f"x.{form}"), lambda _: None) == 0
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == ",".join(TABLE.columns) + "\n"
    assert (tmp_path / "x.jsonl").read_bytes() == b""
    assert cells(tmp_path / "x.xlsx") == [TABLE.columns]
    assert pl.read_parquet(tmp_path / "x.parquet").schema == TABLE.schema


@pytest.mark.slow
def test_what_has_no_place_is_refused_by_name(tmp_path):
    one = pl.DataFrame({"a": ["x"]})
    assert "1048576 rows" in refused(tmp_path, TableFormat.XLSX, one, rows=workbook.ROWS_MAX)
    made(tmp_path, TableFormat.XLSX, one, rows=workbook.ROWS_MAX - 1)
    wide = pl.DataFrame({str(n): [n] for n in range(workbook.COLUMNS_MAX + 1)})
    assert "16384 columns" in refused(tmp_path, TableFormat.XLSX, wide)
    assert "row 1 has a cell" in refused(tmp_path, TableFormat.XLSX, pl.DataFrame({"a": ["x" * 32_768]}))
    assert "row 1 has a cell" in refused(tmp_path, TableFormat.XLSX, pl.DataFrame({"a": ["😀" * 16_384]}))
    made(tmp_path, TableFormat.XLSX, pl.DataFrame({"a": ["x" * 32_767]}))
    for value in (float("nan"), float("inf")):
        assert "column a holds NaN" in refused(tmp_path, TableFormat.JSON_LINES, pl.DataFrame({"a": [1.0, value]}))
    for form in (TableFormat.CSV, TableFormat.JSON_LINES, TableFormat.XLSX):
        assert "binary" in refused(tmp_path, form, pl.DataFrame({"a": [b"\x00"]}))
    assert "no lines in CSV" in refused(tmp_path, TableFormat.CSV, pl.DataFrame({"a": ["x", None]}))
    made(tmp_path, TableFormat.CSV, pl.DataFrame({"a": ["x", ""]}))
