"""Rows that are asked for are those of plain SQL, page by page, each once and as it was."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import polars as pl
import pytest

from channels.publishing.making.columns import normalised, polars_schema, spark_schema
from channels.publishing.making.tables import Cut, licensed, written
from channels.querying import rules
from channels.querying.reading import read_part
from channels.querying.rules import BODY, QUERYING, Question
from contracts.usage.scope.tree import Comparator, Condition, TableScope
from tests.channels.publishing.sql_oracle import TYPES, Oracle, condition_of, frame_of, scope_of, table_of
from tests.conftest import NOW

RULES = QUERYING.at(NOW.date()).body
ROOM = 10**6


def pages(files: list[tuple[str, int]], question: Question, limit: int) -> list[dict[str, Any]]:
    """Every row of a question, page by page in files one after the other."""
    rows: list[dict[str, Any]] = []
    for path, height in files:
        start = 0
        while start < height:
            part = read_part(path, question, start, height, limit, ROOM)
            assert len(part.rows) == len(part.ends) <= limit
            rows += [json.loads(row) for row in part.rows]
            start = part.ends[-1] if len(part.rows) == limit else height
    return rows


def told(column: str, cell: Any) -> Any:
    """A cell as JSON has it."""
    match cell:
        case None | bool() | str():
            return cell
        case int():
            return str(cell) if column == "unsigned" else cell  # A decimal(20,0) as it is published.
        case Decimal():
            return f"{cell:.2f}"
        case float():
            return cell
        case datetime():
            return cell.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case date():
            return cell.isoformat()
    raise AssertionError(cell)


def compare(cases: range, folder: Path) -> None:
    oracle = Oracle()
    for seed in cases:
        chance = Random(seed)
        rows, part = table_of(chance), scope_of(chance)
        cut, _ = licensed(frame_of(rows), [], "t", part)
        files = [
            (each.path, each.rows) for each in written(cut, Cut(chance.randint(1, 5), 2), folder, f"{seed}", empty=True)
        ]
        condition = condition_of(chance)
        while True:  # What is not licensed is no column: a condition on licensed ones.
            faults = list(rules.faults_of(Question(condition, ()), cut.schema, RULES, BODY))
            if not faults:
                break
            condition = condition_of(chance)
        select = tuple(chance.sample(cut.columns, chance.randint(0, len(cut.columns))))
        got = pages(files, Question(condition, select), chance.randint(1, 4))
        both = Condition(every=tuple(each for each in (part.rows, condition) if each is not None))
        shown = select or part.columns
        wanted = oracle.rows(rows, TableScope("t", part.columns, both))
        names = [name for name in TYPES if name in part.columns]
        expected = [
            {name: told(name, cell) for name, cell in zip(names, row, strict=True) if name in shown} for row in wanted
        ]
        assert got == expected, (seed, part, condition)


def test_rows_are_those_of_plain_sql_within_the_scope(tmp_path: Path):
    compare(range(12), tmp_path)


@pytest.mark.slow
def test_rows_of_five_hundred_questions_are_those_of_plain_sql(tmp_path: Path):
    compare(range(500), tmp_path)


def one_file(folder: Path, frame: pl.DataFrame) -> str:
    return written(normalised("t", frame), Cut(10**6, 4), folder, "one")[0].path


def test_nothing_is_lost_on_the_way_to_json(tmp_path: Path):
    frame = pl.DataFrame(
        {
            "long": [2**53 - 1, 2**53, -(2**63)],
            "u64": pl.Series([2**64 - 1, 0, 1], dtype=pl.UInt64),
            "money": pl.Series(["1234567890123456789012345678901234.5678", "-0.1000", None]).cast(pl.Decimal(38, 4)),
            "double": [0.1, float("nan"), float("-inf")],
            "at": [datetime(2026, 1, 1, 8, 0, 0, 1, tzinfo=UTC), None, datetime(1, 1, 1, tzinfo=UTC)],
            "day": [date(9999, 12, 31), None, date(1, 1, 1)],
            "raw": [b"\x00\xff", b"", None],
            'a"b\n': ["\U0001f600", "'; DROP TABLE t; --", ""],
            "#": [True, False, None],
        }
    )
    part = read_part(one_file(tmp_path, frame), Question(None, ()), 0, 3, 10, ROOM)
    assert part.rows[0].startswith(b'{"long":9007199254740991,"u64":"18446744073709551615",')
    first, second, third = (json.loads(row) for row in part.rows)
    assert first["money"] == "1234567890123456789012345678901234.5678"
    assert (first["double"], first["at"], first["day"], first["raw"]) == (
        0.1,
        "2026-01-01T08:00:00.000001Z",
        "9999-12-31",
        "AP8=",
    )
    assert second == {
        "long": "9007199254740992",
        "u64": "0",
        "money": "-0.1000",
        "double": "NaN",
        "at": None,
        "day": None,
        "raw": "",
        'a"b\n': "'; DROP TABLE t; --",
        "#": False,
    }
    assert (third["long"], third["double"], third["at"]) == (
        "-9223372036854775808",
        "-Infinity",
        "0001-01-01T00:00:00.000000Z",
    )


def test_a_page_ends_where_its_room_does(tmp_path: Path):
    path = one_file(tmp_path, pl.DataFrame({"a": ["x" * 10] * 5}))
    row = len('{"a":"xxxxxxxxxx"},')
    part = read_part(path, Question(None, ()), 1, 5, 10, 3 * row)
    assert (len(part.rows), part.ends, part.oversized) == (3, [2, 3, 4], 4)
    none = read_part(path, Question(None, ()), 1, 5, 10, row - 1)
    assert (none.rows, none.oversized) == ([], 1)
    assert read_part(path, Question(None, ()), 4, 5, 10, row).ends == [5]


@pytest.mark.parametrize(
    ("question", "pointers"),
    [
        (Question(None, ("id", "none", "id")), ["/select/1", "/select/2"]),
        (
            Question(
                Condition(
                    every=(
                        Condition(col="none", op=Comparator.EQ, value=1),
                        Condition(some=(Condition(col="price", op=Comparator.EQ, value="1.005"),)),
                        Condition(col="at", op=Comparator.GT, value="2026-01-01T00:00:00"),
                    )
                ),
                ("none",),
            ),
            ["/select/0", "/filter/and/0/col", "/filter/and/1/or/0/value", "/filter/and/2/value"],
        ),
        (Question(Condition(), ()), ["/filter"]),
        (Question(Condition(col="id", op=Comparator.IN, value=()), ()), ["/filter/value"]),
        (
            Question(
                Condition(some=(Condition(col="id", op=Comparator.IN, value=tuple(range(1000))),) * 3),
                (),
            ),
            ["/filter"],
        ),
    ],
)
def test_every_fault_of_a_question_is_told_with_its_place(question: Question, pointers: list[str]):
    schema = polars_schema(spark_schema(normalised("t", frame_of([]))))
    faults = list(rules.faults_of(question, schema, RULES, BODY))
    assert [fault.pointer for fault in faults] == pointers
    assert {fault.rule for fault in faults} == {"LT-QRY-01"}


def test_a_hidden_column_and_none_are_told_alike():
    frame, _ = licensed(frame_of([]), [], "t", TableScope("t", ("id",)))
    told_of = [
        next(rules.faults_of(Question(None, (name,)), frame.schema, RULES, BODY)).detail.en.replace(name, "?")
        for name in ("price", "no_such")
    ]
    assert told_of[0] == told_of[1]


def test_a_question_is_known_by_its_tree_and_columns():
    one = Question(Condition(col="a", op=Comparator.EQ, value=1), ("a",))
    assert one.digest == Question(Condition(col="a", op=Comparator.EQ, value=1), ("a",)).digest
    others = [
        Question(None, ("a",)),
        Question(one.filter, ()),
        Question(Condition(col="a", op=Comparator.EQ, value="1"), ("a",)),
    ]
    assert len({one.digest, *(other.digest for other in others)}) == 4


def test_limits_that_contradict_each_other_are_no_policy():
    with pytest.raises(ValueError, match="room for an answer"):
        msgspec.structs.replace(RULES, answer_bytes_max=0)
