"""Hints leave out a file only where its statistics rule out every row of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.shares.predicates import read

SCHEMA = {
    "fields": [{"name": "n", "type": "long"}, {"name": "城市", "type": "string"}, {"name": "at", "type": "timestamp"}]
}
STATS = {
    "numRecords": 10,
    "minValues": {"n": 10, "城市": "b", "at": "2026-01-01T00:00:00.000Z"},
    "maxValues": {"n": 20, "城市": "y", "at": "2026-01-31T00:00:00.000Z"},
    "nullCount": {"n": 0, "城市": 10, "at": 1},
}


def column(name: str) -> dict:
    return {"op": "column", "name": name, "valueType": "long"}


def literal(value: object, kind: str = "long") -> dict:
    return {"op": "literal", "value": str(value), "valueType": kind}


@pytest.mark.parametrize(
    ("hint", "kept", "unread"),
    [
        ("n = 15", True, 0),
        ("n = 9", False, 0),
        ("n > 20", False, 0),
        ("n >= 20", True, 0),
        ("n < 10", False, 0),
        ("`n` <= 10", True, 0),
        ("城市 = 'c'", False, 0),  # All of it is empty, and what is not there equals nothing.
        ("at > '2026-02-01T00:00:00Z'", False, 0),
        ("at > '2026-02-01'", True, 1),
        ("n <> 15", True, 1),
        ("n = 'x'", True, 1),
        ("missing = 1", True, 1),
        ("n = 9 OR n = 1", True, 1),
        ("n = 9; DROP TABLE x", True, 1),
        ("", True, 1),
    ],
)
def test_hints_in_sql(hint: str, kept: bool, unread: int):
    hints = read(SCHEMA, [hint], None)
    assert (hints.admits(STATS), hints.unread) == (kept, unread)


@pytest.mark.parametrize(
    ("tree", "kept", "unread"),
    [
        ({"op": "equal", "children": [column("n"), literal(9)]}, False, 0),
        ({"op": "lessThan", "children": [literal(25), column("n")]}, False, 0),
        ({"op": "and", "children": [{"op": "equal", "children": [column("n"), literal(9)]}] * 2}, False, 0),
        (
            {
                "op": "or",
                "children": [
                    {"op": "equal", "children": [column("n"), literal(9)]},
                    {"op": "equal", "children": [column("n"), literal(15)]},
                ],
            },
            True,
            0,
        ),
        ({"op": "isNull", "children": [column("n")]}, False, 0),
        ({"op": "not", "children": [{"op": "isNull", "children": [column("城市")]}]}, False, 0),
        ({"op": "like", "children": [column("n"), literal(9)]}, True, 1),
        ({"op": "and", "children": [{"op": "like", "children": []}]}, True, 1),
        ([], True, 1),
        ({"op": "not", "children": [{"op": "isNull", "children": []}]}, True, 1),
        ({"op": "not", "children": [{"op": "isNull", "children": 5}]}, True, 1),
        ({"op": "isNull", "children": [{"op": "column", "name": []}]}, True, 1),
        # Readers order NaN above every number, so that all rows lie below it.
        ({"op": "lessThan", "children": [column("n"), literal("NaN", "double")]}, True, 1),
    ],
)
def test_hints_as_a_tree(tree: object, kept: bool, unread: int):
    hints = read(SCHEMA, [], json.dumps(tree))
    assert (hints.admits(STATS), hints.unread) == (kept, unread)


@pytest.mark.parametrize(
    ("kind", "stored", "hint"),
    [
        # A reader's own arithmetic is narrower or wider than ours: what it would keep is never left out.
        ("float", 0.10000000149011612, "n = 0.1"),
        ("double", 9007199254740992.0, "n = 9007199254740993"),
        ("long", 9007199254740993, "n = 9007199254740993.0"),
        ("long", 10, "n < 10.00000000000000000000001"),
    ],
)
def test_a_number_that_is_rounded_leaves_no_file_out(kind: str, stored: float, hint: str):
    stats = {"numRecords": 1, "minValues": {"n": stored}, "maxValues": {"n": stored}, "nullCount": {"n": 0}}
    assert read({"fields": [{"name": "n", "type": kind}]}, [hint], None).admits(stats)


def test_what_is_no_json_and_what_is_too_deep_is_unread():
    deep = {"op": "isNull", "children": [column("n")]}
    for _ in range(40):
        deep = {"op": "and", "children": [deep]}
    assert read(SCHEMA, [], "{").unread == 1
    assert read(SCHEMA, [], json.dumps(deep)).unread == 1
    assert read(SCHEMA, ["n = 1"] * 60, None).unread == 10


OPERATORS = {"=": int.__eq__, "<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}


@given(st.lists(st.integers(-3, 3), min_size=1), st.sampled_from(sorted(OPERATORS)), st.integers(-4, 4))
def test_no_file_with_a_row_that_is_asked_for_is_left_out(values: list[int], operator: str, wanted: int):
    stats = {"numRecords": len(values), "minValues": {"n": min(values)}, "maxValues": {"n": max(values)}}
    admitted = read(SCHEMA, [f"n {operator} {wanted}"], None).admits({**stats, "nullCount": {"n": 0}})
    assert admitted or not any(OPERATORS[operator](value, wanted) for value in values)
