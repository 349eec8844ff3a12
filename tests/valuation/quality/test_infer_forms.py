"""Days and numbers as people write them: a draft says how, and the data it was drafted from is read by it."""

import json
from datetime import UTC, date, datetime

import polars as pl
import pytest

from tests.valuation.quality.test_reading import write_xlsx
from valuation.quality.contract.contract import Contract, LogicalType
from valuation.quality.contract.reader import read
from valuation.quality.inference.infer import draft
from valuation.quality.policy import policies
from valuation.quality.reading.staging import cast
from valuation.quality.scoring.score import score
from valuation.quality.spelling import dates, numbers

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)

FORMS = [
    (["2026年1月3日", "2026年12月31日"], "date", "yyyy年M月d日", "2026-01-03"),
    (["2026/1/3", "2026/01/04"], "date", "yyyy/M/d", "2026-01-03"),
    (["2026.1.3", "2026.12.31"], "date", "yyyy.M.d", "2026-01-03"),
    (["3-Jan-2026", "31-Dec-2026"], "date", "d-MMM-yyyy", "2026-01-03"),
    (["Jan 3 2026", "Dec 31 2026"], "date", "MMM d yyyy", "2026-01-03"),
    (["January 3, 2026", "May 31, 2026"], "date", "MMMM d, yyyy", "2026-01-03"),
    (["13/1/2026", "14/1/2026"], "date", "d/M/yyyy", "2026-01-13"),
    (["1/13/2026", "1/14/2026"], "date", "M/d/yyyy", "2026-01-13"),
    (["２０２６年１月３日", "2026年1月4日"], "date", "yyyy年M月d日", "2026-01-03"),
    (["2026/1/3 9:05", "2026/1/3 23:59"], "timestamp", "yyyy/M/d H:mm", "2026-01-03T09:05:00+00:00"),
    (["2026年1月3日 9时5分3秒"] * 2, "timestamp", "yyyy年M月d日 H时m分s秒", "2026-01-03T09:05:03+00:00"),
    (["1,234.56", "999", "(1,000.00)"], "number", "grouped", -1000.0),
    (["1,234", "5", "-2,000,000"], "integer", "grouped", -2000000),
    (["12%", "12.3 %", "-0.5%"], "number", "percent", -0.005),
    (["¥1,234", "￥5", "-¥3.20", "1,000元"], "number", "CNY", -3.2),
    (["$1,234.50", "US$3"], "number", "USD", 3.0),
    (["€5", "1,000€"], "integer", "EUR", 5),
    (["１２３", "４５．６", "７"], "number", "digits", 7.0),
    (["１２３", "４５"], "integer", "digits", 45),
]


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
@pytest.mark.parametrize(("texts", "kind", "written", "least"), FORMS)
def test_what_people_write_is_read_and_the_draft_says_how(tmp_path, texts, kind, written, least, form):
    path = tmp_path / f"t.{form}"
    rows = [{"n": str(n), "x": text} for n, text in enumerate(texts)]
    if form == "csv":
        pl.DataFrame(rows).write_csv(path)
    elif form == "jsonl":
        path.write_text("\n".join(json.dumps(row) for row in rows))
    else:
        write_xlsx(path, [["n", "x"], *([row["n"], row["x"]] for row in rows)])
    document = draft({path.name: path}, "t")
    column = document["schema"][0]["properties"][1]
    assert column["logicalType"] == kind, column
    told = column.get("customProperties", [{}])[0].get("value") or column["logicalTypeOptions"]["format"]
    assert told == written
    assert column["logicalTypeOptions"]["minimum"] == least
    contract = read(document)
    assert isinstance(contract, Contract), contract
    assert not [each for each in contract.unmeasured if each.endswith("format")]
    card = score(contract, {path.name: path}, as_of=AS_OF, policy=policies().at(AS_OF.date()))
    assert [(c.id, c.failed) for c in card.checks if c.failed] == []


def test_the_cells_of_a_spreadsheet_are_numbers_also_where_they_hold_text(tmp_path):
    path = tmp_path / "t.xlsx"
    write_xlsx(path, [["id", "a", "b", "c"], *([n, str(n), n if n % 2 else str(n), n + 0.5] for n in range(1, 31))])
    document = draft({path.name: path}, "t")
    found = {p["name"]: p for p in document["schema"][0]["properties"]}
    assert {n: p["logicalType"] for n, p in found.items()} == {
        "id": "integer",
        "a": "integer",
        "b": "integer",
        "c": "number",
    }
    assert [n for n, p in found.items() if "customProperties" in p] == ["a", "b"]
    assert found["id"]["primaryKey"]
    card = score(read(document), {path.name: path}, as_of=AS_OF, policy=policies().at(AS_OF.date()))
    assert [(c.id, c.failed) for c in card.checks if c.failed] == []


def test_a_day_that_two_forms_read_differently_stays_text_and_the_draft_says_why(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x\n3/1/2026\n4/1/2026\n")
    column = draft({path.name: path}, "t")["schema"][0]["properties"][0]
    assert column["logicalType"] == "string"
    assert "d/M/yyyy" in column["description"]
    assert "M/d/yyyy" in column["description"]
    assert "日月次序不明" in column["description"]


@pytest.mark.parametrize(
    ("name", "texts", "kind"),
    [
        ("日期", ["20260103", "20260104"], "date"),
        ("amount", ["20260103", "20260104"], "integer"),
        ("手机号", ["13800138000", "13900139000"], "string"),
        ("phone", ["13800138000", "13900139000"], "string"),
        ("邮编", ["550001", "550002"], "string"),
        ("orders", ["13800138000", "13900139000"], "integer"),
        ("price", ["1,23", "4"], "string"),
        ("price", ["¥5", "$5"], "string"),
        ("code", ["００１２", "００１３"], "string"),
    ],
)
def test_digits_are_what_the_name_of_their_column_says(tmp_path, name, texts, kind):
    path = tmp_path / "t.csv"
    pl.DataFrame({name: texts}).write_csv(path)
    column = draft({path.name: path}, "t")["schema"][0]["properties"][0]
    assert column["logicalType"] == kind


def test_hundredths_are_exact():
    texts = pl.Series([f"{n / 10:.1f}%" for n in range(1000)])
    assert numbers.numbers(texts, "percent", pl.Float64()).to_list() == [n / 1000 for n in range(1000)]


def test_a_declared_form_reads_iso_too_and_what_is_neither_is_no_day():
    column = pl.Series(["2026/1/3", "2026-01-04", "2026年1月5日", None])
    assert cast(column, LogicalType.DATE, "yyyy/M/d").to_list() == [date(2026, 1, 3), date(2026, 1, 4), None, None]


def test_every_form_reads_what_it_writes():
    moment = datetime(2026, 5, 31, 21, 7, 9, tzinfo=UTC)
    for form, spelling in (dates.DATE_FORMS | dates.STAMP_FORMS).items():
        read_ = dates.stamps if form in dates.STAMP_FORMS else dates.days
        found = read_(pl.Series([moment.strftime(spelling.replace("%.f", ""))]), form).item()
        assert found is not None, form
        assert (found.date() if isinstance(found, datetime) else found) == moment.date(), form


UNKNOWN = {
    "apiVersion": "v3.1.0", "kind": "DataContract", "id": "t", "version": "1",
    "schema": [{"name": "t", "properties": [
        {"name": "x", "logicalType": "number", "customProperties": [{"property": "numberForm", "value": "roman"}]}]}],
}  # fmt: skip


def test_a_form_that_no_reader_knows_is_a_fault_with_what_is_allowed():
    faults = read(UNKNOWN)
    assert isinstance(faults, list)
    assert faults[0].path == "/schema/0/properties/0/customProperties/0/value"
    assert "percent" in faults[0].cure.en
    assert "percent" in faults[0].cure.zh
