"""Where an update ends and a change begins: each respect alone, all together, in whatever order they are given."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rights.updates.policy import POLICY
from rights.updates.rules import RULE, Scope, Update, layouts, scope_faults

CYCLES = POLICY.versions[-1].body.cycles
TABLE = frozenset({("day", "port", "price")})
SCOPE = Scope("ast_1", 3, "monthly", date(2026, 1, 1), None, date(2031, 6, 30), TABLE, ("general", "none"))
UPDATE = Update(
    "ast_1", 4, date(2026, 12, 1), date(2026, 12, 31), TABLE, ("general", "none"), True, True, True
)  # fmt: skip


def told(scope: Scope = SCOPE, update: Update = UPDATE) -> list[tuple[str, str]]:
    faults = scope_faults(scope, update, CYCLES)
    assert {fault.rule for fault in faults} <= {RULE}
    return [(fault.pointer, fault.detail.en) for fault in faults]


def test_what_stays_within_the_scope_has_no_fault():
    assert told() == []
    assert told(replace(SCOPE, covers_until=date(2026, 12, 31))) == []
    assert told(replace(SCOPE, grade=None), replace(UPDATE, grade=("important", "none"))) == []


@pytest.mark.parametrize(
    ("over", "pointer", "words"),
    [
        ({"asset_id": "ast_2"}, "/revision_id", "no revision of the registered asset"),
        ({"number": 3}, "/revision_id", "not newer than revision 3"),
        ({"layouts": frozenset({("day", "port", "price", "stock")})}, "/revision_id", "new: stock"),
        ({"layouts": frozenset({("day", "price")})}, "/revision_id", "gone: port"),
        ({"layouts": TABLE | {("*.pdf",)}}, "/revision_id", "new: *.pdf"),
        ({"same_subject": False}, "/statement/same_subject", "another subject"),
        ({"same_source": False}, "/statement/same_source", "another source"),
        ({"same_class": False}, "/statement/same_class", "another one"),
        ({"grade": ("important", "none")}, "/statement/same_class", "was general / none and is important / none"),
        ({"covers_from": date(2025, 12, 31)}, "/covers_from", "begins on 2026-01-01"),
        ({"covers_until": date(2031, 7, 1)}, "/covers_until", "until 2031-06-30"),
        ({"covers_until": date(2026, 11, 30)}, "/covers_until", "ends before it begins"),
        ({"resembles": ("SJ1512026110001",)}, "/revision_id", "SJ1512026110001"),
    ],
)
def test_each_respect_is_told_where_it_is_stated(over: dict[str, Any], pointer: str, words: str):
    ((at, text),) = told(update=replace(UPDATE, **over))
    assert at == pointer
    assert words in text


@pytest.mark.parametrize("cycle", ["once", "irregular"])
def test_data_without_a_recurring_cycle_has_no_updates(cycle: str):
    ((at, text),) = told(replace(SCOPE, cycle=cycle))
    assert at == "/revision_id"
    assert cycle in text
    assert "monthly" in text


def test_a_period_beyond_the_declared_one_is_a_change():
    ((at, text),) = told(replace(SCOPE, covers_until=date(2026, 12, 30)))
    assert (at, "until 2026-12-30" in text) == ("/covers_until", True)


def test_every_respect_is_told_at_once():
    update = replace(
        UPDATE,
        number=1,
        same_subject=False,
        same_source=False,
        same_class=False,
        layouts=frozenset({("x",)}),
        covers_until=date(2040, 1, 1),
        covers_from=date(2020, 1, 1),
    )
    assert len(told(replace(SCOPE, cycle="once"), update)) == 8


def test_the_order_of_fields_and_files_does_not_matter_and_what_is_no_table_is_known_by_its_kind():
    fields = {"a": ["x", "y"], "b": ["z"]}
    files = [("one.csv", "a"), ("two.csv", "b"), ("Scan.PDF", "c")]
    assert layouts(files, fields) == layouts(files[::-1], fields | {"a": ["y", "x"]})
    assert layouts(files, fields) == {("x", "y"), ("z",), ("*.pdf",)}


def test_a_field_with_braces_in_its_name_is_told_and_not_taken_for_a_template():
    ((_, text),) = told(update=replace(UPDATE, layouts=frozenset({("day", "port", "price", "{price}")})))
    assert "(price)" in text
