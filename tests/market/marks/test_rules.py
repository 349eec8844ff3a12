"""Which columns bear marks: each that does not is named with the reason, and all at once."""

from typing import Any

import msgspec
import pytest

from contracts.policy.marks import MarkedColumn, TableMarks
from contracts.usage.scope.tree import TableScope
from market.marks.errors import MarksUnsuitable
from market.marks.rules import POLICY, faults
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read

TERMS = POLICY.version("2026-11").body


def column(name: str, kind: str = "number", **more: Any) -> dict[str, Any]:
    return {"name": name, "logicalType": kind, **more}


PROPERTIES = [
    column("id", "integer", primaryKey=True),
    column("wind", "integer", logicalTypeOptions={"minimum": 0, "maximum": 60}, required=True),
    column("temp"),
    column("city", "string"),
    column("order_amount"),
    column("税额"),
    column("serial", "integer", unique=True),
    column("person", "integer", customProperties=[{"property": "privacy", "value": "quasi-identifier"}]),
    column("reported", criticalDataElement=True),
    column("dose", classification="restricted"),
    column("grade", "integer", enum=[1, 2, 3]),
    column("shop", "integer", relationships=[{"to": "shops.nr"}]),
    column("low"),
    column("high"),
    column("summed"),
    column("mean"),
]
QUALITY = [
    {"type": "sql", "query": "SELECT COUNT(*) FROM readings WHERE low > high", "mustBe": 0},
    {"type": "sql", "query": "SELECT SUM(summed) FROM readings", "mustBeGreaterThan": 1},
]
SHOPS = [column("nr", "integer", primaryKey=True), column("size")]
PLAIN = [column("x", "integer")]


def contract(**over: Any) -> Contract:
    document = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "weather",
        "version": "1.0.0",
        "schema": [
            {"name": "readings", "properties": PROPERTIES, "quality": QUALITY, **over},
            {"name": "shops", "properties": SHOPS},
            {"name": "plain", "properties": PLAIN},
        ],
    }
    made = read(document)
    assert isinstance(made, Contract), made
    return made


def told(
    *columns: str, table: str = "readings", step: str = "1", omits: int | None = None, **more: Any
) -> dict[str, str]:
    """The faults of marks in columns: the English text by the pointer."""
    marks = TableMarks(table, tuple(MarkedColumn(name, step) for name in columns), omits)
    found = list(faults(contract(), (marks,), more.pop("scope", ()), TERMS, "/marks", **more))
    assert {fault.rule for fault in found} <= {"LT-TRC-01"} == {MarksUnsuitable.rule}
    return {fault.pointer: fault.detail.en for fault in found}


def test_numbers_that_bear_marks():
    assert told("wind", "temp", "mean") == {}
    assert told("size", table="shops", step="0.01") == {}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("id", "it is a key"),
        ("serial", "it is a key"),
        ("shop", "it is a key"),
        ("order_amount", "amount or total of money"),
        ("税额", "amount or total of money"),
        ("person", "personal data"),
        ("reported", "regulated, or a critical data element"),
        ("dose", "regulated, or a critical data element"),
        ("grade", "a mark could break (set)"),
        ("low", "a mark could break (expression)"),
        ("high", "a mark could break (expression)"),
        ("city", "holds no numbers"),
        ("nowhere", "no column nowhere"),
    ],
)
def test_columns_that_do_not(name: str, why: str):
    (pointer,) = found = told("temp", name)
    assert pointer == "/marks/0/columns/1/column"
    assert why in found[pointer]


def test_a_promised_number_is_computed_from_no_marked_column():
    (text,) = told("summed").values()
    assert "the contract promises" in text


def test_what_scans_and_declarations_say():
    assert "personal data" in told("temp", never={("readings", "temp")})["/marks/0/columns/0/column"]
    assert told("temp", never={("shops", "temp")}) == {}
    assert "graver level" in told("temp", never={("", "temp")})["/marks/0/columns/0/column"]


def test_every_fault_is_told_at_once():
    found = told("wind", "temp", "id", "city", step="0.5")
    assert list(found) == [
        "/marks/0/columns/0/step",
        *(f"/marks/0/columns/{at}" for at in ("2/step", "2/column", "3/column")),
    ]
    assert list(told("a", table="elsewhere")) == ["/marks/0/table"]
    assert list(told("x", table="plain")) == ["/marks/0/table"]


def test_rows_are_left_out_only_where_none_counts_them():
    """The sum of the readings counts on all of them, and each shop is referred to."""
    assert list(told("temp", omits=200)) == ["/marks/0/omits_one_in"]
    assert list(told("size", table="shops", omits=200)) == ["/marks/0/omits_one_in"]
    marks = (TableMarks("readings", (MarkedColumn("temp", "1"),), 200),)
    plain = contract(quality=[])
    assert list(faults(plain, marks, (), TERMS, "")) == []
    counted = contract(quality=[{"type": "library", "metric": "rowCount", "mustBeGreaterThan": 10}])
    assert [fault.pointer for fault in faults(counted, marks, (), TERMS, "")] == ["/0/omits_one_in"]


def test_a_scope_reaches_the_key():
    """A copy without its key could not be marked, nor traced."""
    part = TableScope("readings", ("temp", "city"))
    assert "does not reach the key id" in told("temp", scope=(part,))["/marks/0/table"]
    assert told("temp", scope=(msgspec.structs.replace(part, columns=("id", "temp")),)) == {}
