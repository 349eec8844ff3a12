"""Contract object → failure counts of every check in one pass over any lazy frame, whatever engine holds it.

Pandera's checks are the source (checks.py): each is asked for its expression over a narwhals column, and all
expressions become one aggregate. One meaning of missing holds everywhere: NaN is NULL, a declared column that the
data lacks is a column of NULLs, and NULL fails nothing but not_null.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import narwhals.stable.v1 as nw
import pandera.polars as pa
from msgspec import Struct

from valuation.quality.contract.contract import (
    Aggregate,
    ContractObject,
    Kind,
    LogicalType,
    Property,
    Rule,
    Statistic,
    ValueSet,
)
from valuation.quality.counting import aggregates, checks
from valuation.quality.counting.checks import ROW_KINDS, VALUE_KINDS, fits
from valuation.quality.reading.staging import UNREAD

LISTED_MAX = 8
"""Sets up to this size are compared value by value where an engine looks them up by a join instead."""

Lookup = Callable[[list[Any]], nw.LazyFrame[Any]]
"""Gives the values of a set as a frame with the column `value`, for engines to join with."""

Known = Mapping[str, list[Any]]
"""The keys that a reference may have, by the rule's id, where they are few."""

_EMPTY: dict[LogicalType, nw.dtypes.DType] = {
    LogicalType.STRING: nw.String(),
    LogicalType.INTEGER: nw.Int64(),
    LogicalType.NUMBER: nw.Float64(),
    LogicalType.BOOLEAN: nw.Boolean(),
    LogicalType.DATE: nw.Date(),
    LogicalType.TIMESTAMP: nw.Datetime("us"),
    LogicalType.TIME: nw.Time(),
    LogicalType.OBJECT: nw.Boolean(),
    LogicalType.ARRAY: nw.Int64(),
}


LIST_MAX = 100_000
"""References to at most this many different keys are looked up in the same pass; larger ones are joined."""


class Counted(Struct, frozen=True):
    """How the two numbers of a check come out of the pass: a total, which many checks share, and the failures.

    The failures are those that `failed` counts, or what another total, `less`, lacks of this one.
    """

    total: str
    failed: nw.Expr | None = None
    less: str | None = None


class Plan(Struct, frozen=True):
    """What one pass must compute for one object; rules over keys need their own grouped pass.

    `totals` are counts that checks share, `figures` single values: newest stamps and statistics of distributions;
    `listed` are references whose keys are few enough to be looked up in the pass.
    """

    schema: pa.DataFrameSchema
    frame: nw.LazyFrame[Any]
    totals: Mapping[str, nw.Expr]
    counted: Mapping[str, Counted]
    listed: Mapping[str, nw.Expr]
    figures: Mapping[str, nw.Expr]
    keyed: tuple[Rule, ...]
    mistyped: frozenset[str]
    unread: frozenset[str]


def lazy(frame: Any) -> nw.LazyFrame[Any]:
    """Any native frame as a lazy one."""
    found = nw.from_native(frame)
    return found.lazy() if isinstance(found, nw.DataFrame) else found


def on_java(frame: nw.LazyFrame[Any]) -> bool:
    """Say whether Spark holds a frame, here or behind Spark Connect: its expressions are Java's."""
    return bool(frame.implementation.is_pyspark() or frame.implementation.is_pyspark_connect())


def normalised(declared: ContractObject, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Give every declared column one meaning: missing is NULL, NaN is NULL, a moment is in UTC without zone."""
    dtypes = frame.collect_schema()
    columns = []
    for column, logical_type in ((p.column, p.logical_type) for p in declared.properties):
        dtype, expression = dtypes.get(column), nw.col(column)
        if dtype is None:
            columns.append(nw.lit(None).cast(_EMPTY[logical_type]).alias(column))
        elif dtype.is_float():
            columns.append(nw.when(~expression.is_nan()).then(expression).alias(column))
        elif isinstance(dtype, nw.Categorical | nw.Enum):
            columns.append(expression.cast(nw.String()).alias(column))
        elif isinstance(dtype, nw.Datetime) and dtype.time_zone is not None:
            columns.append(expression.dt.convert_time_zone("UTC").dt.replace_time_zone(None).alias(column))
    return frame.with_columns(*columns) if columns else frame


def plan(
    declared: ContractObject, frame: Any, as_of: datetime, lookup: Lookup | None = None, known: Known | None = None
) -> Plan:
    """Compile what one pass over a native lazy frame must count for one object; `known` are keys of references."""
    source = lazy(frame)
    present, java = source.collect_schema(), on_java(source)
    data = normalised(declared, source)
    dtypes = data.collect_schema()
    schema = checks.schema_of(declared, dtypes, as_of)
    mistyped = frozenset(p.column for p in declared.properties if not fits(dtypes[p.column], p.logical_type))
    unread = frozenset(p.column for p in declared.properties if UNREAD + p.column in present)
    failing = {
        check.name: checks.fail_expression(check, name, java=java)
        for name, column in schema.columns.items()
        for check in column.checks
    }
    listed = {
        rule.id: ~nw.col(rule.columns[0]).is_in((known or {})[rule.id])
        for rule in declared.rules
        if rule.id in (known or {}) and rule.columns[0] not in mistyped
    }
    if lookup is not None:
        data = _joined(declared, data, failing, listed, lookup, known or {})
    totals: dict[str, nw.Expr] = {"rows": nw.len()}
    counted = {
        rule.id: _counted(
            rule, declared, dtypes, (failing | listed).get(rule.id), mistyped, unread, as_of, totals, java
        )
        for rule in declared.rules
        if rule.kind in VALUE_KINDS | ROW_KINDS | {Kind.NOT_NULL, Kind.TYPE, Kind.UNIQUE, Kind.REFERENCE}
    }
    figures: dict[str, nw.Expr] = {}
    for rule in declared.rules:
        if rule.kind is Kind.FRESHNESS and rule.columns[0] not in mistyped:
            figures[rule.id] = _latest(rule.columns[0], dtypes[rule.columns[0]], as_of)
        elif isinstance(rule.arguments, Statistic) and rule.columns[0] not in mistyped:
            figures[rule.id] = _statistic(rule.arguments.metric, nw.col(rule.columns[0]).cast(nw.Float64()))
        elif isinstance(rule.arguments, Aggregate):
            figures |= aggregates.terms(rule, rule.arguments, declared, mistyped, as_of, java=java)
    figures |= _latest_anywhere(declared.properties, present, mistyped, dtypes, as_of)
    by_key = (Kind.UNIQUE, Kind.REFERENCE)
    keyed = tuple(rule for rule in declared.rules if rule.kind in by_key and rule.id not in listed)
    return Plan(schema, data, totals, counted, listed, figures, keyed, mistyped, unread)


def _joined(
    declared: ContractObject,
    data: nw.LazyFrame[Any],
    failing: dict[str, nw.Expr],
    listed: dict[str, nw.Expr],
    lookup: Lookup,
    known: Known,
) -> nw.LazyFrame[Any]:
    """Long lists become a join: a list inside an aggregate costs time in proportion to its length."""
    for index, rule in enumerate(declared.rules):
        values: list[Any] = []
        if rule.id in listed:
            values = list(known[rule.id])
        elif isinstance(rule.arguments, ValueSet) and rule.id in failing:
            values = sorted({v for v in rule.arguments.values if isinstance(v, str)})
        if len(values) <= LISTED_MAX:
            continue
        flag, key, column = f"__set{index}__", f"__value{index}__", rule.columns[0]
        found = lookup(values).select(nw.col("value").alias(key), nw.lit(1).alias(flag))
        data = data.join(found, how="left", left_on=column, right_on=key)
        (listed if rule.id in listed else failing)[rule.id] = nw.col(flag).is_null() & ~nw.col(column).is_null()
    return data


def _counted(
    rule: Rule,
    declared: ContractObject,
    dtypes: Mapping[str, Any],
    failing: nw.Expr | None,
    mistyped: frozenset[str],
    unread: frozenset[str],
    as_of: datetime,
    totals: dict[str, nw.Expr],
    java: bool,
) -> Counted:
    """NOT NULL is asked of every row; every other rule only of values that are there and can be read."""
    if rule.kind in ROW_KINDS:
        if mistyped & set(rule.columns):
            return Counted("rows", nw.len())
        counted = checks.matches(rule, declared, as_of, java=java)
        totals[rule.id] = counted.count()
        return Counted(rule.id, _ones(counted, java))
    if len(rule.columns) > 1:
        totals[rule.id] = _ones(~nw.any_horizontal(*[nw.col(c).is_null() for c in rule.columns]), java)
        return Counted(rule.id)
    (name,) = rule.columns
    column, there = nw.col(name), f"there:{name}"
    held = _held(declared, name, totals)
    if rule.kind is Kind.NOT_NULL and (held != "rows" or name in unread or rule.arguments is not None):
        return Counted(held, _ones(missing(rule, declared, dtypes, unread), java))
    totals[there] = column.count()
    if rule.kind is Kind.NOT_NULL:
        return Counted(held, less=there)
    if failing is not None:
        return Counted(there, _ones(failing, java))
    if rule.kind in (Kind.UNIQUE, Kind.REFERENCE):
        return Counted(there)  # The failures come from a pass over the keys.
    if rule.kind is Kind.TYPE and name in unread:
        lost = nw.col(UNREAD + name).count()
        totals[rule.id] = column.count() + lost
        return Counted(rule.id, lost)
    return Counted(there, column.count() if name in mistyped else None)


def _held(declared: ContractObject, name: str, totals: dict[str, nw.Expr]) -> str:
    """The total of which a value may be missing: all rows, or those that have the object which holds it."""
    stated = declared.property(name)
    if stated is None or not stated.within:
        return "rows"
    totals[f"there:{stated.within}"] = nw.col(stated.within).count()
    return f"there:{stated.within}"


def missing(rule: Rule, declared: ContractObject, dtypes: Mapping[str, Any], unread: frozenset[str]) -> nw.Expr:
    """TRUE where NOT NULL fails; a value that is there but cannot be read is not missing, it is mistyped."""
    (name,) = rule.columns
    absent, stated = checks.absent(rule, dtypes[name]), declared.property(name)
    if stated is not None and stated.within:
        absent = absent & ~nw.col(stated.within).is_null()
    return absent & nw.col(UNREAD + name).is_null() if name in unread else absent


def _statistic(metric: str, column: nw.Expr) -> nw.Expr:
    found: dict[str, Callable[[], nw.Expr]] = {
        "mean": column.mean,
        "standardDeviation": column.std,
        "sum": column.sum,
        "minimum": column.min,
        "maximum": column.max,
        "median": column.median,
    }
    return found[metric]()


def _ones(failed: nw.Expr, java: bool) -> nw.Expr:
    """Count what is TRUE; Spark alone does not add up truth values."""
    return nw.when(failed).then(nw.lit(1)).otherwise(nw.lit(0)).sum() if java else failed.sum()


def _latest(column: str, dtype: Any, as_of: datetime) -> nw.Expr:
    """Stamps in the future must not make stale data look fresh."""
    stamp = nw.col(column)
    return nw.when(stamp <= checks.newest_allowed(dtype, as_of)).then(stamp).max()


def _latest_anywhere(
    properties: tuple[Property, ...], present: Any, mistyped: frozenset[str], dtypes: Any, as_of: datetime
) -> dict[str, nw.Expr]:
    """The newest stamp of every time column, for readers who ask how fresh the data is without a promise."""
    temporal = (LogicalType.TIMESTAMP, LogicalType.DATE)
    return {
        f"latest:{p.column}": _latest(p.column, dtypes[p.column], as_of)
        for p in properties
        if p.logical_type in temporal and p.column in present and p.column not in mistyped
    }


def aggregate(compiled: Plan) -> nw.LazyFrame[Any]:
    """The one pass: a single row with `t<i>` per total, `f<i>` per counted rule that can fail, `l<i>` per figure."""
    columns = [expression.alias(f"t{index}") for index, expression in enumerate(compiled.totals.values())]
    for index, counted in enumerate(compiled.counted.values()):
        columns += [counted.failed.alias(f"f{index}")] if counted.failed is not None else []
    columns += [expression.alias(f"l{index}") for index, expression in enumerate(compiled.figures.values())]
    return compiled.frame.select(*columns)
