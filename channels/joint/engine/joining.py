"""Two tables joined in a locked engine; run in a process of its own, since values of both are here.

Identifiers are digested as the files are read, so that no table of the engine holds one. For queries each side keeps
no more rows of an identifier than its offer says, in an order that nobody can foretell: duplicates cannot blow up the
join, and what one unit can change stays bounded. Templates have all rows, and the sets are looked at first.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from secrets import randbits
from typing import Any, Final

import msgspec

from channels.computing.engine.answers import Answer, bounded, fetched, large_enough, noisy_answer
from channels.computing.engine.files import NotComputed, Source, files_of
from channels.computing.engine.locked import locked_after
from channels.computing.grammar.emitting import quoted, used
from channels.computing.grammar.parsing import one_select
from channels.computing.grammar.projection import columns_named
from channels.computing.grammar.query import Query, Table, Value
from channels.computing.grammar.tree import Node
from channels.computing.privacy.releases import Promise
from channels.joint.engine.keys import KEY, RunKey, digest
from kernel.jobs.child import Caller, Limits

LIMITS: Final = Limits(memory_bytes=4 * 1024**3, cpu_seconds=20, file_bytes=0, nice=5)
"""As of a run of one table, with twice the time for twice the tables."""


class Joined(msgspec.Struct, frozen=True):
    """A side as it is joined: its table, by which column, and how many rows of an identifier it brings to a query."""

    source: Source
    key_column: str
    rows_per_unit: int = 1


class Sets(msgspec.Struct, frozen=True):
    """What sets and their join must be for a template: the least size and difference, and the most rows."""

    units_min: int
    joined_rows_max: int


class Rows(msgspec.Struct, frozen=True):
    """Which rows of a template go out: so many at the most, of as many units as a set has by the column of units."""

    rows_max: int
    units_column: str | None = None


def joint_aggregates(
    caller: Caller,
    a: Joined,
    b: Joined,
    normalisation: str,
    table: Table,
    query: Query,
    promise: Promise,
    rows_max: int,
) -> Answer:
    """Answer a query over the join of two tables with noise; the columns of a side are named a_… or b_….

    Raises NotComputed and nothing else.
    """
    made = bounded(query, table, promise)

    def loading(engine: Any) -> None:
        key = RunKey()
        for name, side in (("a", a), ("b", b)):
            named = {each: each[2:] for each in used(query) if each.startswith(f"{name}_")}
            _load(engine, caller, name, side, digest(side.key_column, normalisation), partial(_these, named), key)
            turn = f"row_number() OVER (PARTITION BY {KEY} ORDER BY hash(place, {randbits(63)}), place)"
            kept = f"SELECT *, {turn} AS turn FROM side_{name} WHERE {KEY} IS NOT NULL"  # noqa: S608 - ours
            kept = f"SELECT * EXCLUDE (place, turn) FROM ({kept}) WHERE turn <= {side.rows_per_unit}"  # noqa: S608
            engine.execute(f"CREATE TABLE kept_{name} AS {kept}")
            _drop(engine, f"side_{name}")
        load = ", ".join(made.load)
        engine.execute(f"CREATE TABLE loaded AS SELECT {load} FROM kept_a JOIN kept_b USING ({KEY})")  # noqa: S608
        _drop(engine, "kept_a", "kept_b")

    with locked_after(loading) as locked:
        return noisy_answer(locked, made.grouping, table, query, promise, rows_max)
    raise NotComputed


def joint_template(
    caller: Caller,
    a: Joined,
    b: Joined,
    normalisation: str,
    sql: str,
    values: Mapping[str, Value],
    sets: Sets,
    rows_out: Rows,
) -> Answer:
    """Answer a template over the table `data`, the join of both with those of their columns that it names.

    The two identifiers are not among them. With a column of units, rows of fewer than a set has are left out. Raises
    NotComputed, also where a set or the join is too small. That neither set differs too little from an earlier one was
    seen before (`require_other_set`).
    """

    def loading(engine: Any) -> None:
        key = RunKey()
        tree = one_select(sql, engine)
        for name, side in (("a", a), ("b", b)):
            chosen = partial(_others, tree, name, side)
            _load(engine, caller, name, side, digest(side.key_column, normalisation), chosen, key)
        _require_sets(engine, sets)
        engine.execute(f"CREATE TABLE data AS SELECT * EXCLUDE (place) FROM side_a JOIN side_b USING ({KEY})")  # noqa: S608
        _drop(engine, "side_a", "side_b")

    with locked_after(loading) as locked:
        names, rows = fetched(locked, sql, values, rows_out.rows_max)
        return Answer(names, large_enough(names, rows, rows_out.units_column, sets.units_min))
    raise NotComputed


def require_other_set(
    caller: Caller, side: Joined, normalisation: str, earlier: Sequence[Source], units_min: int
) -> None:
    """Raise NotComputed where a side's set differs from one of earlier ones in some identifiers, and in too few.

    Its digests are of a key of its own, which ends with it, so that so many are compared as a process has time for.
    """

    def loading(engine: Any) -> None:
        key, digested = RunKey(), digest(side.key_column, normalisation)
        _load(engine, caller, "a", side, digested, partial(_these, {}), key)
        for each in earlier:
            with files_of(caller, each) as files:
                files.fill(engine, [side.key_column])
                _compare(engine, files.reader, digested, key, units_min)

    with locked_after(loading):
        return
    raise NotComputed


def _load(
    engine: Any,
    caller: Caller,
    name: str,
    side: Joined,
    digested: str,
    chosen: Callable[[list[str]], Mapping[str, str]],
    key: RunKey,
) -> None:
    """Read a side's table: the digest of its identifier, and the columns chosen of those it has, by their new names."""
    with files_of(caller, side.source) as files:
        named = chosen(files.columns(engine))
        files.fill(engine, {side.key_column, *named.values()})
        columns = "".join(f", {quoted(column)} AS {quoted(given)}" for given, column in named.items())
        selected = f"SELECT row_number() OVER () AS place, {digested} AS {KEY}{columns} FROM {files.reader}"  # noqa: S608
        engine.execute(f"CREATE TABLE side_{name} AS {selected}", key.marks)


def _these(named: Mapping[str, str], _: list[str]) -> Mapping[str, str]:
    return named


def _others(tree: Node, name: str, side: Joined, columns: list[str]) -> dict[str, str]:
    """The columns that a text names, by their names in the join; raises NotComputed for a side without its identifier.

    Letter by letter: the engine would read `ID` of a column `id`, which would then stay in the join.
    """
    if side.key_column not in columns:
        raise NotComputed
    given = {f"{name}_{column}": column for column in columns if column != side.key_column}
    return {each: given[each] for each in columns_named(tree, list(given))}


def _compare(engine: Any, reader: str, digested: str, key: RunKey, units_min: int) -> None:
    selected = f"SELECT DISTINCT {digested} AS {KEY} FROM {reader}"  # noqa: S608 - ours
    engine.execute(f"CREATE TABLE earlier AS {selected}", key.marks)
    one, other = (f"SELECT {KEY} FROM {table} WHERE {KEY} IS NOT NULL" for table in ("side_a", "earlier"))  # noqa: S608
    differences = f"SELECT count(*) FROM (({one} EXCEPT {other}) UNION ALL ({other} EXCEPT {one}))"  # noqa: S608
    if 0 < _number(engine, differences) < units_min:
        raise NotComputed
    _drop(engine, "earlier")


def _require_sets(engine: Any, sets: Sets) -> None:
    """Raise NotComputed for a set or join of too few identifiers, and for a join of too many rows."""
    counted = "SELECT {key}, count(*) AS n FROM {table} WHERE {key} IS NOT NULL GROUP BY {key}"
    one, other = (counted.format(key=KEY, table=table) for table in ("side_a", "side_b"))
    sizes = [_number(engine, f"SELECT count(*) FROM ({each})") for each in (one, other)]  # noqa: S608 - ours
    joined = f"FROM ({one}) a JOIN ({other}) b USING ({KEY})"
    sizes.append(_number(engine, f"SELECT count(*) {joined}"))
    rows = _number(engine, f"SELECT coalesce(sum(a.n * b.n), 0) {joined}")
    if min(sizes) < sets.units_min or rows > sets.joined_rows_max:
        raise NotComputed


def _number(engine: Any, statement: str) -> int:
    return int(engine.execute(statement).fetchone()[0])


def _drop(engine: Any, *tables: str) -> None:
    for table in tables:
        engine.execute(f"DROP TABLE {table}")
