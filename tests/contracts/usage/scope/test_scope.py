"""Scopes as they are written: what is refused with its place, what provably lies within what, and what people read."""

import sqlite3
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.terms.effects import explained
from contracts.usage.errors import PolicyInexpressible
from contracts.usage.reading import read
from contracts.usage.scope.narrowing import is_within
from contracts.usage.scope.sentences import condition_text
from contracts.usage.scope.tree import Comparator, Condition, TableScope, digest
from tests.contracts.terms.test_difference import BASE as TERMS
from tests.contracts.usage.cases import P
from tests.examples import examples

INTEGERS, TEXTS = st.integers(-2, 3), st.sampled_from(["", "a", "ab", "b", "2026-01-01", "2026-01-02"])
SIMPLE = st.sampled_from([Comparator.EQ, Comparator.NE, Comparator.LT, Comparator.LE, Comparator.GT, Comparator.GE])


def leaves(column: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Condition]:
    """Comparisons of one column."""
    return st.one_of(
        st.builds(Condition, col=st.just(column), op=SIMPLE, value=values),
        st.builds(
            Condition, col=st.just(column), op=st.just(Comparator.IN), value=st.lists(values, min_size=1).map(tuple)
        ),
        st.builds(Condition, col=st.just(column), op=st.just(Comparator.BETWEEN), value=st.tuples(values, values)),
        st.builds(Condition, col=st.just(column), op=st.just(Comparator.IS_NULL), value=st.booleans()),
    )


BEGINS = st.builds(
    Condition, col=st.just("t"), op=st.just(Comparator.STARTS_WITH), value=st.sampled_from(["", "a", "ab"])
)
CONDITIONS = st.recursive(
    leaves("n", INTEGERS) | leaves("t", TEXTS) | BEGINS,
    lambda inner: st.one_of(
        st.builds(Condition, every=st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Condition, some=st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=3,
)
ROWS = [(n, t) for n in (None, -2, -1, 0, 1, 2, 3) for t in (None, "", "a", "ab", "b", "2026-01-01", "2026-01-02", "c")]
SQL = {
    Comparator.EQ: "=",
    Comparator.NE: "<>",
    Comparator.LT: "<",
    Comparator.LE: "<=",
    Comparator.GT: ">",
    Comparator.GE: ">=",
}


def sql_of(condition: Condition, values: list[Any]) -> str:
    if condition.every or condition.some:
        joined = " AND " if condition.every else " OR "
        return "(" + joined.join(sql_of(one, values) for one in condition.every or condition.some) + ")"
    if condition.op is Comparator.IS_NULL:
        return f"{condition.col} IS {'' if condition.value else 'NOT '}NULL"
    several = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    values.extend(several)
    if condition.op is Comparator.STARTS_WITH:
        values.extend(several)
        return f"substr({condition.col}, 1, length(?)) = ?"
    if condition.op is Comparator.IN:
        return f"{condition.col} IN ({', '.join('?' * len(several))})"
    return (
        f"{condition.col} BETWEEN ? AND ?"
        if condition.op is Comparator.BETWEEN
        else f"{condition.col} {SQL[condition.op]} ?"
    )


@pytest.fixture(scope="module")
def table() -> sqlite3.Connection:
    """Every row that two columns of few values can make."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE r (n, t)")
    db.executemany("INSERT INTO r VALUES (?, ?)", ROWS)
    return db


def fulfilled(table: sqlite3.Connection, condition: Condition) -> set[tuple[Any, ...]]:
    values: list[Any] = []
    return set(table.execute(f"SELECT n, t FROM r WHERE {sql_of(condition, values)}", values))


@settings(max_examples=examples(400), deadline=None)
@given(inner=CONDITIONS, outer=CONDITIONS)
def test_what_provably_lies_within_does_so_in_sql(
    table: sqlite3.Connection, inner: Condition, outer: Condition
) -> None:
    if is_within(inner, outer):
        assert fulfilled(table, inner) <= fulfilled(table, outer)


def of(column: str, op: Comparator, value: Any) -> Condition:
    return Condition(col=column, op=op, value=value)


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        (of("n", Comparator.EQ, 3), of("n", Comparator.GE, 3)),
        (of("n", Comparator.IN, (3, 4)), of("n", Comparator.BETWEEN, (3, 4))),
        (of("n", Comparator.GT, 3), of("n", Comparator.GE, 3)),
        (of("n", Comparator.BETWEEN, (1, 2)), of("n", Comparator.LT, 3)),
        (of("n", Comparator.LT, 3), of("n", Comparator.IS_NULL, value=False)),
        (of("d", Comparator.GE, "2026-02-01"), of("d", Comparator.GT, "2026-01-31")),
        (of("t", Comparator.STARTS_WITH, "ab"), of("t", Comparator.STARTS_WITH, "a")),
        (of("t", Comparator.IN, ("ab", "ac")), of("t", Comparator.STARTS_WITH, "a")),
        (Condition(every=(of("n", Comparator.EQ, 1), of("t", Comparator.EQ, "x"))), of("t", Comparator.EQ, "x")),
        (of("n", Comparator.EQ, 1), Condition(some=(of("n", Comparator.EQ, 1), of("t", Comparator.EQ, "x")))),
        (of("n", Comparator.EQ, 1), None),
    ],
)
def test_what_follows_is_proved(inner: Condition, outer: Condition | None) -> None:
    assert is_within(inner, outer)
    assert not is_within(outer, inner)


def test_texts_are_ordered_by_no_proof() -> None:
    """As decimals "9" lies below "10", as texts above it: which of the two, only the column says."""
    assert not is_within(of("x", Comparator.GT, "9"), of("x", Comparator.GT, "10"))
    assert not is_within(of("x", Comparator.GT, "10"), of("x", Comparator.GT, "9"))


@pytest.mark.slow
def test_the_largest_conditions_are_compared_pair_by_pair() -> None:
    """Each path through both trees would be some ten million times as many steps."""
    within = Condition(every=tuple(of("n", Comparator.GE, n) for n in range(64)))
    beyond = Condition(some=tuple(of("n", Comparator.LE, n) for n in range(64)))
    for _ in range(7):
        within, beyond = Condition(every=(within,)), Condition(some=(beyond,))
    assert not is_within(within, beyond)
    values = tuple(range(1000))
    listed = Condition(every=tuple(of("n", Comparator.IN, (*values[1:], 5000 + n)) for n in range(64)))
    assert not is_within(listed, Condition(some=(of("n", Comparator.IN, values),) * 64))
    assert is_within(Condition(every=(listed, of("n", Comparator.IN, values[1:]))), of("n", Comparator.IN, values))


def test_true_is_no_number() -> None:
    assert not is_within(of("n", Comparator.EQ, value=True), of("n", Comparator.IN, (1, 2)))


def deep(levels: int) -> Condition:
    return of("n", Comparator.EQ, 1) if levels == 1 else Condition(every=(deep(levels - 1),))


PART = TableScope("flights", ("id", "city"), of("city", Comparator.EQ, "上海"))
WIDE = TableScope("flights", ("id",), Condition(some=tuple(of("n", Comparator.EQ, n) for n in range(64))))


@pytest.mark.parametrize(
    ("scope", "pointers"),
    [
        ((PART,), []),
        ((TableScope("t", ("a",), deep(8)),), []),
        ((WIDE,), []),
        ((PART, TableScope("FLIGHTS", ("id",))), ["/scope/1/table"]),
        ((TableScope("t", ("a", "b", "a")),), ["/scope/0/columns/2"]),
        ((TableScope("t", ("a",), deep(9)),), ["/scope/0/rows" + "/and/0" * 8]),
        ((TableScope("t", ("a",), Condition(every=(WIDE.rows, of("n", Comparator.EQ, 1)))),), ["/scope/0/rows"]),
        ((TableScope("t", ("a",), Condition()),), ["/scope/0/rows"]),
        ((TableScope("t", ("a",), Condition(every=(PART.rows,), some=(PART.rows,))),), ["/scope/0/rows"]),
        ((TableScope("t", ("a",), Condition(col="a")),), ["/scope/0/rows/op", "/scope/0/rows/value"]),
        ((TableScope("t", ("a",), of("a", Comparator.EQ, (1,))),), ["/scope/0/rows/value"]),
        ((TableScope("t", ("a",), of("a", Comparator.IN, ())),), ["/scope/0/rows/value"]),
        ((TableScope("t", ("a",), of("a", Comparator.BETWEEN, (1, 2, 3))),), ["/scope/0/rows/value"]),
        ((TableScope("t", ("a",), of("a", Comparator.IS_NULL, "yes")),), ["/scope/0/rows/value"]),
        ((TableScope("t", ("a",), of("a", Comparator.STARTS_WITH, 1)),), ["/scope/0/rows/value"]),
        ((TableScope("t", ("a",), of("a", Comparator.LT, value=True)),), ["/scope/0/rows/op"]),
    ],
)
def test_every_fault_is_told_with_its_place(scope: tuple[TableScope, ...], pointers: list[str]) -> None:
    policy = msgspec.structs.replace(P, scope=scope)
    if not pointers:
        assert read(policy) == policy
        return
    with pytest.raises(PolicyInexpressible) as refused:
        read(policy)
    assert [fault.pointer for fault in refused.value.errors] == pointers
    assert {fault.rule for fault in refused.value.errors} == {"LT-CON-09"}


def test_what_is_licensed_in_part_is_not_passed_on() -> None:
    rule = msgspec.structs.replace(P.permissions[0], actions=("license", "use"), depth_max=1)
    policy = msgspec.structs.replace(P, permissions=(rule,), prohibitions=())
    with pytest.raises(PolicyInexpressible) as refused:
        read(msgspec.structs.replace(policy, scope=(PART,)))
    assert "/permissions/0/depth_max" in [fault.pointer for fault in refused.value.errors]


@pytest.mark.parametrize("more", [{"not": {}}, {"fn": "lower"}, {"value": 1.5}, {"value": 2**53}, {"op": "like"}])
def test_what_is_not_of_the_grammar_is_not_read(more: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"col": "a", "op": "eq", "value": 1, **more}, Condition)


def test_without_a_scope_nothing_is_written_and_there_is_no_digest() -> None:
    assert b"scope" not in msgspec.json.encode(P)
    assert digest(()) is None
    assert digest((PART,)) == digest(msgspec.json.decode(msgspec.json.encode((PART,)), type=tuple[TableScope, ...]))


def test_people_read_which_part_binds_first() -> None:
    said = condition_text(
        Condition(
            every=(
                of("n", Comparator.BETWEEN, (1, 2)),
                Condition(some=(of("t", Comparator.NE, "x"), of("t", Comparator.IS_NULL, value=True))),
            )
        )
    )
    assert said.zh == "（“n”在 1 与 2 之间（含） 且 （“t”不等于 “x” 或 “t”为空））"
    assert said.en == "(“n” lies from 1 to 2 and (“t” is not “x” or “t” is empty))"


def effects(old: tuple[TableScope, ...], new: tuple[TableScope, ...]) -> list[tuple[str, str]]:
    """What a change of scope means for the consumer."""
    of_scope = [
        msgspec.structs.replace(TERMS, policy=msgspec.structs.replace(TERMS.licence, scope=scope))
        for scope in (old, new)
    ]
    return [(one.path, one.effect) for one in explained(*of_scope)]


def test_a_change_of_scope_is_wider_or_narrower_where_that_can_be_said() -> None:
    rows = "/policy/scope/flights/rows"
    other = msgspec.structs.replace(PART, rows=of("city", Comparator.IN, ("上海", "北京")))
    unlike = msgspec.structs.replace(PART, rows=of("n", Comparator.EQ, 1))
    assert effects((), (PART,)) == [("/policy/scope/flights", "narrower")]
    assert effects((PART,), ()) == [("/policy/scope/flights", "wider")]
    assert effects((PART,), (PART, TableScope("weather", ("t",)))) == [("/policy/scope/weather", "wider")]
    assert effects((PART,), (other,)) == [(rows, "wider")]
    assert effects((other,), (PART,)) == [(rows, "narrower")]
    assert effects((PART,), (unlike,)) == [(rows, "unclear")]
    assert effects((PART,), (msgspec.structs.replace(PART, rows=None),)) == [(rows, "wider")]
    fewer = msgspec.structs.replace(PART, columns=("id",))
    assert effects((PART,), (fewer,)) == [("/policy/scope/flights/columns/city", "narrower")]
