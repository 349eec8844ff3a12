"""What an aggregate query or a template answers; run in a process of its own, since values of the data are here."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from secrets import randbits
from typing import Any, Final

import msgspec

from channels.computing.engine.files import NotComputed, Source, files_of
from channels.computing.engine.locked import admit, engine, locked_after
from channels.computing.grammar.emitting import Emitted, Statement, emitted, quoted, used
from channels.computing.grammar.parsing import one_select
from channels.computing.grammar.projection import columns_named, require_one_table
from channels.computing.grammar.query import Query, Table, Value
from channels.computing.privacy.releases import Exact, Figure, Kind, Promise, release
from kernel.jobs.child import Caller

Cell = str | int | bool | None

INTEGER_MAX: Final = 2**53 - 1
TEXT_MAX: Final = 400


class Answer(msgspec.Struct, frozen=True):
    """Rows under their columns' names; numbers beyond those of JSON are written as text."""

    columns: list[str]
    rows: list[list[Cell]]


def aggregates(caller: Caller, source: Source, table: Table, query: Query, promise: Promise, rows_max: int) -> Answer:
    """Answer a query with noise; a group with too few units is left out, or empty where its key is public.

    Raises NotComputed and nothing else.
    """
    made = bounded(query, table, promise)
    with engine(caller, source, ", ".join(made.load), [table.unit, *used(query)]) as locked:
        return noisy_answer(locked, made.grouping, table, query, promise, rows_max)
    raise NotComputed


def bounded(query: Query, table: Table, promise: Promise) -> Emitted:
    """What is run for a query, each unit kept to its rows and groups in an order that nobody can foretell."""
    return emitted(
        query,
        table,
        rows_per_unit=promise.rows_per_unit,
        groups_per_unit=promise.groups_per_unit,
        secret=randbits(63),
    )


def noisy_answer(
    locked: Any, grouping: Statement, table: Table, query: Query, promise: Promise, rows_max: int
) -> Answer:
    """Group what a locked engine has loaded, and tell of each group what may be told, with noise."""
    figures = tuple(_figure(table, column.aggregate, column.of) for column in query.columns if column.aggregate)
    keys_public = all(table.dimensions[name].domain is not None for name in query.groups)
    released = []
    rows = locked.execute(grouping.sql, list(grouping.values)).fetchall()
    for key, exact in _groups(rows, query, table, len(figures), keys_public=keys_public):
        noisy = release(exact, figures, promise, keys_public=keys_public)
        if noisy is not None or keys_public:
            released.append(_row(query, key, noisy))
    return Answer([column.name for column in query.columns], _arranged(released, query)[:rows_max])


def _figure(table: Table, kind: Kind, of: str | None) -> Figure:
    return Figure(kind, table.measures[of].bounds if kind is not Kind.COUNT and of is not None else None)


def _groups(
    rows: Sequence[tuple[Any, ...]], query: Query, table: Table, figures: int, *, keys_public: bool
) -> Iterator[tuple[tuple[Cell, ...], Exact]]:
    """Every group with its exact figures: of public keys all there are, else those that the data has."""
    width = len(query.groups)
    there = {tuple(cell(value) for value in row[:width]): _exact(row[width:]) for row in rows}
    if not keys_public:
        yield from there.items()
        return
    domains = [table.dimensions[name].domain or () for name in query.groups]
    for key in product(*domains):
        yield key, there.get(key, Exact(0, ((0, 0),) * figures))


def _exact(numbers: tuple[Any, ...]) -> Exact:
    units, *rest = (int(number) for number in numbers)
    return Exact(units, tuple(zip(rest[::2], rest[1::2], strict=True)))


def _row(query: Query, key: tuple[Cell, ...], noisy: tuple[str, ...] | None) -> list[Cell]:
    values, keys = iter(noisy or ()), dict(zip(query.groups, key, strict=True))
    return [next(values, None) if column.aggregate else keys[column.dimension or ""] for column in query.columns]


def _arranged(rows: list[list[Cell]], query: Query) -> list[list[Cell]]:
    """Sorted and cut as asked, after the noise; what is empty comes last."""
    for order in reversed(query.order):
        is_number, at = query.columns[order.position].aggregate is not None, order.position
        there = [row for row in rows if row[at] is not None]
        there.sort(key=lambda row: _rank(row[at], is_number=is_number), reverse=order.descending)
        rows = there + [row for row in rows if row[at] is None]
    return rows[query.offset : None if query.limit is None else query.offset + query.limit]


def _rank(value: Cell, *, is_number: bool) -> Any:
    return Decimal(str(value)) if is_number else value


def from_template(
    caller: Caller,
    source: Source,
    sql: str,
    values: Mapping[str, Value],
    units_column: str | None,
    units_min: int,
    rows_max: int,
) -> Answer:
    """Answer a template that its provider wrote, over the table `data`, with values bound to its parameters.

    What is read of the table are the columns that the text names. With a column of units, rows of fewer are left out.
    Raises NotComputed, also for more rows than are agreed.
    """
    with ExitStack() as stack:

        def loading(made: Any) -> None:
            tree = one_select(sql, made)
            require_one_table(tree)
            files = stack.enter_context(files_of(caller, source))
            named = columns_named(tree, files.columns(made))
            files.fill(made, named)
            selected = ", ".join(quoted(name) for name in named)
            made.execute(f"CREATE VIEW data AS SELECT {selected} FROM {files.reader}")  # noqa: S608 - ours
            admit(made, files)

        locked = stack.enter_context(locked_after(loading))
        names, rows = fetched(locked, sql, values, rows_max)
        return Answer(names, large_enough(names, rows, units_column, units_min))
    raise NotComputed


def large_enough(
    names: list[str], rows: list[list[Cell]], units_column: str | None, units_min: int
) -> list[list[Cell]]:
    """The rows of as many units as they must have, where a column says of how many they are; raises NotComputed."""
    if units_column is None:
        return rows
    if units_column not in names:
        raise NotComputed
    at = names.index(units_column)
    return [row for row in rows if isinstance(units := row[at], int) and units >= units_min]


def fetched(locked: Any, sql: str, values: Mapping[str, Value], rows_max: int) -> tuple[list[str], list[list[Cell]]]:
    """The columns and rows that an approved text gives over `data`; raises NotComputed for more than are agreed."""
    done = locked.execute(sql, dict(values))
    names = [str(each[0]) for each in done.description]
    rows = [[cell(value) for value in row] for row in done.fetchmany(rows_max + 1)]
    if len(rows) > rows_max or len(set(names)) != len(names):
        raise NotComputed
    return names, rows


def cell(value: Any) -> Cell:
    """A value as the answer holds it; raises NotComputed for what is no plain value."""
    match value:
        case None | bool():
            return value
        case int():
            return value if abs(value) <= INTEGER_MAX else str(value)
        case str():
            return value[:TEXT_MAX].replace("\0", "\ufffd")  # The database keeps no text with a NUL.
        case float() | Decimal():
            return str(value)
        case date() | datetime():
            return value.isoformat()
    raise NotComputed
