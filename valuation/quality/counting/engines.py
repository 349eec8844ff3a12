"""Where the compiled expressions run: Polars for passes over rows, DuckDB where a pass over keys must spill to disk.

Both read the same file through the same narwhals expressions; tests/valuation/quality/test_engines.py compares them.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import duckdb
import narwhals.stable.v1 as nw
import polars as pl
import pyarrow as pa

from valuation.quality.contract.contract import Reference, Rule
from valuation.quality.contract.sql.moments import calendar
from valuation.quality.counting import checks, grouping, keys
from valuation.quality.counting import compile as compiler
from valuation.quality.counting.compile import Plan
from valuation.quality.counting.keys import Repeats
from valuation.quality.errors import DataTooLarge
from valuation.quality.reading.opening import ROW, Table, collect, guarded
from valuation.quality.reading.staging import UNREAD

Tables = Mapping[str, Table]

KEYS_IN_MEMORY = 20_000_000
"""Rows up to which Polars groups keys in memory, faster; above, DuckDB does and spills what does not fit."""

MEMORY_MB = 2000
"""What DuckDB may hold before it spills; about what 100 million distinct text keys need (measured)."""


class Engine(Protocol):
    """Runs lazy frames over the tables of one data set."""

    name: str

    def plans(self, tables: Tables, as_of: datetime) -> dict[str, Plan]:
        """Compile every table for passes over rows."""
        ...

    def repeats(self, tables: Tables, rule: Rule, samples: int) -> Repeats:
        """Tell the keys of a rule of uniqueness that occur more than once."""
        ...

    def key_frames(self, tables: Tables, rule: Rule) -> dict[str, nw.LazyFrame[Any]]:
        """Give every table for a grouped pass over the keys of a rule."""
        ...

    def run(self, file: str, frames: Sequence[nw.LazyFrame[Any]]) -> list[pl.DataFrame]:
        """Execute frames of this engine."""
        ...


class Polars:
    """The streaming engine of Polars: the fastest over rows; unique keys are found by their fingerprints."""

    name = "polars"

    def __init__(self, spill: Path) -> None:
        self._spill = spill

    def plans(self, tables: Tables, as_of: datetime) -> dict[str, Plan]:
        """Compile every table for passes over rows."""
        known = known_keys(tables)
        return {name: _plan(table, table.frame, as_of, None, known) for name, table in tables.items()}

    def repeats(self, tables: Tables, rule: Rule, samples: int) -> Repeats:
        """Compare fingerprints first, and keys where those are equal."""
        table = tables[rule.object]
        data: pl.LazyFrame = compiler.normalised(table.object, compiler.lazy(table.frame)).to_native()
        with guarded(table.file):
            dtypes = data.collect_schema()
        if not keys.fits(rule.columns, dtypes):
            return grouped(self, tables, rule, samples)
        found = keys.Fingerprints(table.rows, self._spill / "fingerprints")
        key = keys.fingerprint(rule.columns, dtypes)
        return keys.repeats(table.file, data, rule.columns, key, found, samples)

    def key_frames(self, tables: Tables, rule: Rule) -> dict[str, nw.LazyFrame[Any]]:
        """Give every table as it is scanned."""
        del rule
        return {n: compiler.normalised(t.object, compiler.lazy(t.frame)) for n, t in tables.items()}

    def run(self, file: str, frames: Sequence[nw.LazyFrame[Any]]) -> list[pl.DataFrame]:
        """Execute together, sharing the scan."""
        return collect(file, [frame.to_native() for frame in frames])


class DuckDB:
    """DuckDB, locked down: it reads the files that are being scored and nothing else, and spills within bounds.

    Statistics in Parquet files that other writers made omit NaN, and DuckDB 2.0 then answers wrongly
    (duckdb#25521); with `statistics_propagation` off it answers rightly but spills badly. So there are two
    connections: one without it for rows and for keys that can be NaN, one with it for all other keys.
    """

    name = "duckdb"

    def __init__(self, tables: Tables, spill: Path, threads: int = 2, memory_mb: int = MEMORY_MB) -> None:
        self._memory_mb = memory_mb
        paths = [str(table.path) for table in tables.values()]
        safe = "SET disabled_optimizers = 'statistics_propagation'"
        self._rows = _connection(paths, spill, threads, memory_mb, safe)
        self._keys = _connection(paths, spill, threads, memory_mb)

    def plans(self, tables: Tables, as_of: datetime) -> dict[str, Plan]:
        """Compile every table for passes over rows; long sets are looked up by a join."""

        def lookup(values: list[Any]) -> nw.LazyFrame[Any]:
            return compiler.lazy(self._rows.from_arrow(pa.table({"value": values})))

        known = known_keys(tables)
        return {n: _plan(t, _relation(self._rows, t), as_of, lookup, known) for n, t in tables.items()}

    def repeats(self, tables: Tables, rule: Rule, samples: int) -> Repeats:
        """Group the rows by their keys."""
        return grouped(self, tables, rule, samples)

    def key_frames(self, tables: Tables, rule: Rule) -> dict[str, nw.LazyFrame[Any]]:
        """Give every table in the connection that is right and spills well for these keys."""
        dtypes = tables[rule.object].dtypes
        floats = any(column in dtypes and dtypes[column].is_float() for column in rule.columns)
        connection = self._rows if floats else self._keys
        frames = {name: compiler.lazy(_relation(connection, table)) for name, table in tables.items()}
        return {name: compiler.normalised(tables[name].object, frame) for name, frame in frames.items()}

    def run(self, file: str, frames: Sequence[nw.LazyFrame[Any]]) -> list[pl.DataFrame]:
        """Execute one by one; each is a pass of its own. Raises DataTooLarge when a pass can spill no further."""
        with guarded(file):
            try:
                return [calendar(frame.collect(backend="polars").to_native()) for frame in frames]
            except duckdb.OutOfMemoryException as full:
                limit = self._memory_mb
                raise DataTooLarge(file=file, measure="megabytes in memory", value=f"> {limit}", limit=limit) from full


class Spark:
    """Apache Spark through a session of the caller's; the tables must be readable where it runs."""

    name = "spark"

    def __init__(self, session: Any, frames: Callable[[Table], Any]) -> None:
        session.conf.set("spark.sql.session.timeZone", "UTC")
        self._frames = frames

    def plans(self, tables: Tables, as_of: datetime) -> dict[str, Plan]:
        """Compile every table for passes over rows."""
        known = known_keys(tables)
        return {name: _plan(table, self._frames(table), as_of, None, known) for name, table in tables.items()}

    def repeats(self, tables: Tables, rule: Rule, samples: int) -> Repeats:
        """Group the rows by their keys."""
        return grouped(self, tables, rule, samples)

    def key_frames(self, tables: Tables, rule: Rule) -> dict[str, nw.LazyFrame[Any]]:
        """Give every table as Spark reads it."""
        del rule
        return {n: compiler.normalised(t.object, compiler.lazy(self._frames(t))) for n, t in tables.items()}

    def run(self, file: str, frames: Sequence[nw.LazyFrame[Any]]) -> list[pl.DataFrame]:
        """Execute one by one as Spark jobs."""
        with guarded(file):
            return [calendar(frame.collect(backend="polars").to_native()) for frame in frames]


def grouped(engine: Engine, tables: Tables, rule: Rule, samples: int) -> Repeats:
    """Tell the keys that occur more than once by a pass that groups all; rows are fetched only where there are any."""
    frame, file = engine.key_frames(tables, rule)[rule.object], tables[rule.object].file
    surplus = int(engine.run(file, [grouping.unique_counts(frame, rule.columns)])[0]["f"][0] or 0)
    if not surplus or not samples:
        return Repeats(surplus, None)
    return Repeats(surplus, engine.run(file, [grouping.repeats(frame, rule.columns, ROW, samples)])[0])


def known_keys(tables: Tables) -> dict[str, list[Any]]:
    """The keys of references of one text or integer column, where the referenced table has few different ones."""
    found: dict[str, list[Any]] = {}
    for table in tables.values():
        for rule in table.object.rules:
            if not isinstance(rule.arguments, Reference) or len(rule.columns) > 1:
                continue
            target, (column,) = tables[rule.arguments.object], rule.arguments.columns
            ours, theirs = table.dtypes.get(rule.columns[0]), target.dtypes.get(column)
            if theirs is None or ours != theirs or not (theirs == pl.String or theirs.is_integer()):
                continue
            stated = table.object.property(rule.columns[0])
            if stated is None or not checks.fits(
                nw.from_native(target.frame).collect_schema()[column], stated.logical_type
            ):
                continue
            keys = target.frame.select(column).drop_nulls().unique().head(compiler.LIST_MAX + 1)
            values = collect(target.file, [keys])[0].to_series()
            if len(values) <= compiler.LIST_MAX:
                found[rule.id] = values.to_list()
    return found


def _plan(table: Table, frame: Any, as_of: datetime, lookup: compiler.Lookup | None, known: compiler.Known) -> Plan:
    with guarded(table.file):
        return compiler.plan(table.object, frame, as_of, lookup, known)


def _connection(paths: list[str], spill: Path, threads: int, memory_mb: int, *more: str) -> duckdb.DuckDBPyConnection:
    """A connection that can reach only these paths, holds no more than this, and cannot be opened up again."""
    connection = duckdb.connect(config={"threads": threads, "memory_limit": f"{memory_mb}MB"})
    for statement in (
        "SET TimeZone = 'UTC'",
        "SET preserve_insertion_order = false",
        f"SET temp_directory = {_quoted(str(spill))}",
        "SET max_temp_directory_size = '64GB'",
        *more,
        f"SET allowed_paths = [{', '.join(_quoted(path) for path in paths)}]",
        f"SET allowed_directories = [{_quoted(str(spill))}]",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        connection.execute(statement)
    return connection


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _relation(connection: duckdb.DuckDBPyConnection, table: Table) -> duckdb.DuckDBPyRelation:
    """Only the columns that the contract speaks of, beside the row number."""
    wanted = [p.column for p in table.object.properties]
    columns = [column for column in (*wanted, *(UNREAD + c for c in wanted)) if column in table.physical]
    with guarded(table.file):
        relation = connection.read_parquet(str(table.path), file_row_number=ROW not in table.physical)
        number = ROW if ROW in table.physical else "file_row_number"
        named = [_selected(column, table.dtypes.get(column)) for column in columns]
        return relation.select(", ".join([*named, f'"{number}" AS "{ROW}"']))


def _selected(column: str, dtype: pl.DataType | None) -> str:
    """A column by its quoted name; times of nanoseconds are a type of their own in DuckDB that nobody else knows."""
    quoted = f'"{column.replace(chr(34), chr(34) * 2)}"'
    return f"CAST({quoted} AS TIME) AS {quoted}" if dtype == pl.Time else quoted
