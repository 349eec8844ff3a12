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

from valuation.quality import checks
from valuation.quality.checks import ROW_KINDS, VALUE_KINDS, fits
from valuation.quality.contract import ContractObject, Kind, LogicalType, Property, Rule, Statistic, ValueSet
from valuation.quality.staging import UNREAD

LISTED_MAX = 8
"""Sets up to this size are compared value by value where an engine looks them up by a join instead."""

Lookup = Callable[[list[Any]], nw.LazyFrame[Any]]
"""Gives the values of a set as a frame with the column `value`, for engines to join with."""

_EMPTY: dict[LogicalType, nw.dtypes.DType] = {
    LogicalType.STRING: nw.String(),
    LogicalType.INTEGER: nw.Int64(),
    LogicalType.NUMBER: nw.Float64(),
    LogicalType.BOOLEAN: nw.Boolean(),
    LogicalType.DATE: nw.Date(),
    LogicalType.TIMESTAMP: nw.Datetime("us", "UTC"),
    LogicalType.TIME: nw.Time(),
}


class Counted(Struct, frozen=True):
    """How two numbers of a check come out of the pass: elements evaluated and elements failed."""

    evaluated: nw.Expr
    failed: nw.Expr


class Plan(Struct, frozen=True):
    """What one pass must compute for one object; rules over keys need their own grouped pass.

    `figures` are single values: newest stamps and statistics of distributions.
    """

    schema: pa.DataFrameSchema
    frame: nw.LazyFrame[Any]
    counted: Mapping[str, Counted]
    figures: Mapping[str, nw.Expr]
    keyed: tuple[Rule, ...]
    mistyped: frozenset[str]
    unread: frozenset[str]


def lazy(frame: Any) -> nw.LazyFrame[Any]:
    """Any native frame as a lazy one."""
    found = nw.from_native(frame)
    return found.lazy() if isinstance(found, nw.DataFrame) else found


def normalised(declared: ContractObject, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Give every declared column one meaning: missing is NULL, NaN is NULL, stamps are in UTC."""
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
        elif isinstance(dtype, nw.Datetime) and dtype.time_zone is None:
            columns.append(expression.dt.replace_time_zone("UTC").alias(column))
        elif isinstance(dtype, nw.Datetime) and dtype.time_zone != "UTC":
            columns.append(expression.dt.convert_time_zone("UTC").alias(column))
    return frame.with_columns(*columns) if columns else frame


def plan(declared: ContractObject, frame: Any, as_of: datetime, lookup: Lookup | None = None) -> Plan:
    """Compile what one pass over a native lazy frame must count for one object."""
    source = lazy(frame)
    present = source.collect_schema()
    data = normalised(declared, source)
    dtypes = data.collect_schema()
    schema = checks.schema_of(declared, dtypes, as_of)
    mistyped = frozenset(p.column for p in declared.properties if not fits(dtypes[p.column], p.logical_type))
    unread = frozenset(p.column for p in declared.properties if UNREAD + p.column in present)
    failing = {
        check.name: checks.fail_expression(check, name)
        for name, column in schema.columns.items()
        for check in column.checks
    }
    if lookup is not None:
        data = _joined(declared, data, failing, lookup)
    counted = {
        rule.id: _counted(rule, declared, dtypes, failing.get(rule.id), mistyped, unread, as_of)
        for rule in declared.rules
        if rule.kind in VALUE_KINDS | ROW_KINDS | {Kind.NOT_NULL, Kind.TYPE, Kind.UNIQUE, Kind.REFERENCE}
    }
    figures: dict[str, nw.Expr] = {}
    for rule in declared.rules:
        if rule.kind is Kind.FRESHNESS and rule.columns[0] not in mistyped:
            figures[rule.id] = _latest(rule.columns[0], dtypes[rule.columns[0]], as_of)
        elif isinstance(rule.arguments, Statistic) and rule.columns[0] not in mistyped:
            figures[rule.id] = _statistic(rule.arguments.metric, nw.col(rule.columns[0]).cast(nw.Float64()))
    figures |= _latest_anywhere(declared.properties, present, mistyped, dtypes, as_of)
    keyed = tuple(rule for rule in declared.rules if rule.kind in (Kind.UNIQUE, Kind.REFERENCE))
    return Plan(schema, data, counted, figures, keyed, mistyped, unread)


def _joined(
    declared: ContractObject, data: nw.LazyFrame[Any], failing: dict[str, nw.Expr], lookup: Lookup
) -> nw.LazyFrame[Any]:
    """Long sets become a join: a list inside an aggregate costs time in proportion to its length."""
    for index, rule in enumerate(declared.rules):
        if not isinstance(rule.arguments, ValueSet) or rule.id not in failing:
            continue
        if len(set(rule.arguments.values)) > LISTED_MAX and all(isinstance(v, str) for v in rule.arguments.values):
            known = lookup(sorted({str(v) for v in rule.arguments.values}))
            flag, key = f"__set{index}__", f"__value{index}__"
            known = known.select(nw.col("value").alias(key), nw.lit(True).alias(flag))
            data = data.join(known, how="left", left_on=rule.columns[0], right_on=key)
            failing[rule.id] = nw.col(flag).is_null() & ~nw.col(rule.columns[0]).is_null()
    return data


def _counted(
    rule: Rule,
    declared: ContractObject,
    dtypes: Mapping[str, Any],
    failing: nw.Expr | None,
    mistyped: frozenset[str],
    unread: frozenset[str],
    as_of: datetime,
) -> Counted:
    """NOT NULL is asked of every row; every other rule only of values that are there and can be read."""
    if rule.kind in ROW_KINDS:
        if mistyped & set(rule.columns):
            return Counted(nw.len(), nw.len())
        counted = checks.matches(rule, declared, as_of)
        return Counted(_ones(~counted.is_null()), _ones(counted))
    if rule.kind in (Kind.UNIQUE, Kind.REFERENCE):
        # The failures of keys come from their own pass; here only the rows with a whole key are counted.
        return Counted(_ones(~nw.any_horizontal(*[nw.col(c).is_null() for c in rule.columns])), nw.len() * 0)
    (name,) = rule.columns
    column = nw.col(name)
    if rule.kind is Kind.NOT_NULL:
        return Counted(nw.len(), _ones(missing(rule, dtypes, unread)))
    if failing is not None:
        return Counted(column.count(), _ones(failing))
    if rule.kind is Kind.TYPE and name in unread:
        lost = nw.col(UNREAD + name).count()
        return Counted(column.count() + lost, lost)
    return Counted(column.count(), column.count() if name in mistyped else column.count() * 0)


def missing(rule: Rule, dtypes: Mapping[str, Any], unread: frozenset[str]) -> nw.Expr:
    """TRUE where NOT NULL fails; a value that is there but cannot be read is not missing, it is mistyped."""
    (name,) = rule.columns
    absent = checks.absent(rule, dtypes[name])
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


def _ones(failed: nw.Expr) -> nw.Expr:
    return nw.when(failed).then(nw.lit(1)).otherwise(nw.lit(0)).sum()


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
    """The one pass: a single row with `e<i>`, `f<i>` per counted rule and `l<i>` per figure."""
    columns = [nw.len().alias("n")]
    for index, counted in enumerate(compiled.counted.values()):
        columns += [counted.evaluated.alias(f"e{index}"), counted.failed.alias(f"f{index}")]
    columns += [expression.alias(f"l{index}") for index, expression in enumerate(compiled.figures.values())]
    return compiled.frame.select(*columns)


def unique_counts(frame: nw.LazyFrame[Any], columns: tuple[str, ...]) -> nw.LazyFrame[Any]:
    """How many rows with a whole key are one too many: count less distinct, NULLs excluded."""
    grouped = whole(frame, columns).group_by(*columns).agg(nw.len().alias("size"))
    return grouped.select((nw.col("size") - 1).sum().alias("f"))


def repeats(frame: nw.LazyFrame[Any], columns: tuple[str, ...], row: str, count: int) -> nw.LazyFrame[Any]:
    """The first keys that occur more than once, each with its first row."""
    grouped = whole(frame, columns).group_by(*columns).agg(nw.len().alias("__size__"), nw.col(row).min())
    return grouped.filter(nw.col("__size__") > 1).sort(row).head(count)


def comparable(logical_type: LogicalType, column: str) -> nw.Expr:
    """Bring a key to the widest type of its logical type: engines join only equal types."""
    widest: dict[LogicalType, nw.dtypes.DType] = {
        LogicalType.INTEGER: nw.Int128(),
        LogicalType.NUMBER: nw.Float64(),
        LogicalType.TIMESTAMP: nw.Datetime("ns", "UTC"),
    }
    expression = nw.col(column)
    return expression.cast(widest[logical_type]) if logical_type in widest else expression


def orphans(
    frame: nw.LazyFrame[Any],
    columns: tuple[str, ...],
    target: nw.LazyFrame[Any],
    keys: tuple[str, ...],
    types: tuple[LogicalType, ...],
) -> nw.LazyFrame[Any]:
    """Rows with a whole foreign key that does not occur in the referenced columns."""
    names = [f"__key{i}__" for i in range(len(columns))]
    sought = [comparable(t, c).alias(n) for t, c, n in zip(types, columns, names, strict=True)]
    offered = [comparable(t, k).alias(n) for t, k, n in zip(types, keys, names, strict=True)]
    known = target.select(*offered).unique()
    return whole(frame, columns).with_columns(*sought).join(known, how="anti", on=names).drop(names)


def whole(frame: nw.LazyFrame[Any], columns: tuple[str, ...]) -> nw.LazyFrame[Any]:
    """Only rows in which no part of the key is NULL."""
    return frame.filter(*[~nw.col(column).is_null() for column in columns])
