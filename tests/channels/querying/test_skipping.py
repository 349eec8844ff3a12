"""A file is left out only where none of its rows fulfils the filter."""

from random import Random
from typing import Any

import msgspec
import polars as pl
import pytest

from channels.publishing.making.columns import normalised, polars_schema, spark_schema
from channels.publishing.making.scoping import matching
from channels.publishing.making.statistics import statistics
from channels.publishing.queries import FileRow
from channels.querying.pages import Piece, pieces
from channels.querying.skipping import to_be_read
from contracts.usage.scope.tree import Comparator, Condition
from tests.channels.publishing.sql_oracle import condition_of, frame_of, leaf_of, table_of


def file_of(frame: pl.DataFrame) -> FileRow:
    told = msgspec.json.encode(statistics(frame)).decode()
    return FileRow("pfl_1", None, 0, frame.height, "", 0, "k", told)


def read(frame: pl.DataFrame, condition: Condition) -> bool:
    return to_be_read([file_of(frame)], spark_schema(frame), condition)[0]


def leaf(col: str, op: str, value: Any) -> Condition:
    return Condition(col=col, op=Comparator(op), value=value)


def compare(cases: range) -> int:
    """Of random tables and filters; gives how many files were left out."""
    left_out = 0
    for seed in cases:
        chance = Random(seed)
        frame = normalised("t", frame_of(table_of(chance)))
        condition = leaf_of(chance) if chance.random() < 0.5 else condition_of(chance)
        rows = frame.filter(matching(condition, polars_schema(spark_schema(frame)))).height
        if not read(frame, condition):
            left_out += 1
            assert rows == 0, (seed, condition)
    return left_out


def test_what_is_left_out_has_no_row():
    assert compare(range(60)) > 3


@pytest.mark.slow
def test_what_is_left_out_of_two_thousand_has_no_row():
    assert compare(range(2_000)) > 150


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        (leaf("n", "eq", 10), False),
        (leaf("n", "eq", 3), True),
        (leaf("n", "in", (0, 4, 9)), False),
        (leaf("n", "between", (9, 12)), False),
        (leaf("n", "between", (2, 12)), True),
        (leaf("n", "ne", 2), True),
        (leaf("n", "is_null", value=True), False),
        (leaf("n", "is_null", value=False), True),
        (leaf("city", "ge", "丙"), True),
        (leaf("city", "starts_with", "丙"), True),
        (Condition(every=(leaf("city", "starts_with", "丙"), leaf("n", "gt", 3))), False),
        (Condition(some=(leaf("city", "starts_with", "丙"), leaf("n", "gt", 3))), True),
        (Condition(some=(leaf("n", "lt", 1), leaf("n", "gt", 3))), False),
        (leaf("n", "in", tuple(range(100, 1100))), True),  # More than a hint may say leaves nothing out.
    ],
)
def test_statistics_of_the_file_decide(condition: Condition, wanted: bool):
    assert read(pl.DataFrame({"n": [1, 2, 3], "city": ["乙", "甲", "甲"]}), condition) is wanted


def test_files_that_are_not_read_take_nothing_of_the_window():
    files = [FileRow(f"pfl_{n}", None, n, 3, "", 0, "k", "{}") for n in range(4)]
    last = Piece(files[3], 9, 0, 2)
    assert pieces(files, [False, False, False, True], 0, 2) == ([last], 11)
    assert pieces(files, [False, False, False, True], 11, 2) == ([Piece(files[3], 9, 2, 3)], None)
    assert pieces(files, [True, False, True, False], 1, 2) == ([Piece(files[0], 0, 1, 3)], 6)
    assert pieces(files, [True] * 4, 0, 12)[1] is None
    assert pieces(files, [False] * 4, 5, 1) == ([], None)
    assert pieces(files, [True] * 4, 12, 1) == ([], None)
