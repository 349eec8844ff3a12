"""A filter of one line is the condition that it says, and nothing else is one."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.querying import filters
from contracts.usage.scope.tree import Comparator, Condition
from kernel.errors import InvalidInput


def leaf(col: str, op: str, value: object) -> Condition:
    return Condition(col=col, op=Comparator(op), value=value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "condition"),
    [
        ("a = 1", leaf("a", "eq", 1)),
        ("a=-12", leaf("a", "eq", -12)),
        ("  a  !=  b ", leaf("a", "ne", "b")),
        ("a <= 10.50", leaf("a", "le", "10.50")),
        ("a > 9223372036854775807", leaf("a", "gt", "9223372036854775807")),
        ("城市 = '上海'", leaf("城市", "eq", "上海")),
        ('`a b` = "x\\"y\\\\"', leaf("a b", "eq", 'x"y\\')),
        ('`AND` = "OR"', leaf("AND", "eq", "OR")),
        ("ORDER = ANDROID", leaf("ORDER", "eq", "ANDROID")),
        ("at >= 2026-11-23T02:00:00+08:00", leaf("at", "ge", "2026-11-23T02:00:00+08:00")),
        ("flag = true", leaf("flag", "eq", value=True)),
        ('flag = "true"', leaf("flag", "eq", "true")),
        ("a:*", leaf("a", "is_null", value=False)),
        ("NOT a:*", leaf("a", "is_null", value=True)),
        ("a=1 AND b=2 AND c=3", Condition(every=(leaf("a", "eq", 1), leaf("b", "eq", 2), leaf("c", "eq", 3)))),
        (
            "(a=1 AND b=2) OR c=3",
            Condition(some=(Condition(every=(leaf("a", "eq", 1), leaf("b", "eq", 2))), leaf("c", "eq", 3))),
        ),
        ("((a=1))", leaf("a", "eq", 1)),
    ],
)
def test_a_line_says_its_condition(line: str, condition: Condition):
    assert filters.read(line) == condition


@pytest.mark.parametrize(
    ("line", "place", "told"),
    [
        ("a=1 AND b=2 OR c=3", 13, "parentheses around"),  # Case 14 of the reference.
        ("a=1 OR b=2 AND c=3", 12, "parentheses around"),
        ("", 1, "a column"),
        ("a", 2, "one of ="),
        ("a = ", 5, "a constant"),
        ("a = *", 5, "a constant"),
        ("a : b", 5, "followed by *"),
        ("a = null", 9, "NOT column:*"),
        ("NOT a = 1", 7, "the opposite comparison"),
        ("a=1 b=2", 5, "AND, OR or the end"),
        ("a=1 and b=2", 5, "AND, OR or the end"),
        ("a=1)", 4, "AND, OR or the end"),
        ("(a=1", 5, "a closing parenthesis"),
        ("AND a=1", 1, "a comparison"),
        ("a=1 AND", 8, "a column"),
        ("a = 'x", 5, "a constant"),
        ("lower(a) = 'x'", 6, "one of ="),
        ("a = 1; DROP TABLE x", 6, "AND, OR or the end"),
        ("(" * 9 + "a=1" + ")" * 9, 9, "at most 8 deep"),
        (" OR ".join(["a=1"] * 65), 449, "at most 64 times"),
        (f"a = {'x' * 401}", 406, "at most 400 characters"),
        ("a" * 8001, None, "at most 8000 characters"),
    ],
)
def test_what_is_no_condition_is_refused_at_its_place(line: str, place: int | None, told: str):
    with pytest.raises(InvalidInput) as refused:
        filters.read(line)
    (fault,) = refused.value.errors
    assert (fault.pointer, fault.rule) == ("/query/filter", "LT-QRY-01")
    assert told in fault.detail.en
    assert place is None or fault.detail.en.startswith(f"At character {place} of the filter")


@given(st.text("ab=<>!:*()\"'`\\ ANDORT1.-\n\x00上", max_size=60))
def test_any_text_is_a_condition_or_refused(line: str):
    try:
        read = filters.read(line)
    except InvalidInput:
        return
    assert msgspec.convert(msgspec.to_builtins(read), Condition) == read


@pytest.mark.parametrize("line", ['"' * 7999, "(" * 8000, "a" * 8000, "\\" * 8000, "a='" + "\\" * 7990, " " * 8000])
def test_hostile_lines_are_refused_at_once(line: str):
    with pytest.raises(InvalidInput):
        filters.read(line)
