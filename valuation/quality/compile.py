"""Contract object → Pandera DataFrameSchema → failure counts of every check in one pass over any lazy frame.

Pandera's checks are the source: each is asked for its expression over a narwhals column, and all expressions become
one aggregate. One meaning of missing holds everywhere: NaN is NULL, a declared column that the data lacks is a
column of NULLs, and NULL fails nothing but not_null. The private `_check_fn` of Pandera is why its version is pinned
and why tests/valuation/quality/test_parity.py compares these counts with Pandera's own `validate`.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import narwhals.stable.v1 as nw
import pandera.backends.narwhals.builtin_checks  # noqa: F401 -- registers the checks for narwhals expressions
import pandera.polars as pa
from msgspec import Struct
from pandera.api.checks import Check

from valuation.quality.contract import (
    ContractObject,
    Kind,
    Length,
    LogicalType,
    Pattern,
    Property,
    Range,
    Rule,
    ValueSet,
)

VALUE_KINDS = frozenset({Kind.PATTERN, Kind.RANGE, Kind.PERIOD, Kind.LENGTH, Kind.SET, Kind.NOT_FUTURE})
"""Kinds that look at one value at a time; Pandera has a built-in check for each."""

_EMPTY: dict[LogicalType, nw.dtypes.DType] = {
    LogicalType.STRING: nw.String(),
    LogicalType.INTEGER: nw.Int64(),
    LogicalType.NUMBER: nw.Float64(),
    LogicalType.BOOLEAN: nw.Boolean(),
    LogicalType.DATE: nw.Date(),
    LogicalType.TIMESTAMP: nw.Datetime("us", "UTC"),
    LogicalType.TIME: nw.Time(),
}
_EAST = timedelta(hours=14)
"""A date is not in the future while it has begun somewhere on Earth (UTC+14)."""


class Counted(Struct, frozen=True):
    """How two numbers of a check come out of the pass: elements evaluated and elements failed."""

    evaluated: nw.Expr
    failed: nw.Expr


class Plan(Struct, frozen=True):
    """What one pass must compute for one object; rules over keys need their own grouped pass."""

    schema: pa.DataFrameSchema
    frame: nw.LazyFrame[Any]
    counted: Mapping[str, Counted]
    latest: Mapping[str, nw.Expr]
    keyed: tuple[Rule, ...]
    mistyped: frozenset[str]


def fits(dtype: Any, logical_type: LogicalType) -> bool:
    """Say whether a column of this type holds values of the logical type."""
    if logical_type is LogicalType.INTEGER:
        return bool(dtype.is_integer())
    if logical_type is LogicalType.NUMBER:
        return bool(dtype.is_numeric())
    if logical_type is LogicalType.STRING:
        return isinstance(dtype, nw.String | nw.Categorical | nw.Enum)
    accepted = {
        LogicalType.BOOLEAN: nw.Boolean,
        LogicalType.DATE: nw.Date,
        LogicalType.TIMESTAMP: nw.Datetime,
        LogicalType.TIME: nw.Time,
    }
    return isinstance(dtype, accepted[logical_type])


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


def schema_of(declared: ContractObject, dtypes: Mapping[str, Any], as_of: datetime) -> pa.DataFrameSchema:
    """Compile an object of the contract, for columns of these types, into the Pandera schema that checks it.

    Column types stay open here because the type rule itself is counted; columns of another type than declared
    carry no value checks, since every value of theirs fails already.
    """
    checks: dict[str, list[Check]] = {p.column: [] for p in declared.properties}
    missing: set[str] = set()
    for rule in declared.rules:
        if rule.kind is Kind.NOT_NULL:
            missing.add(rule.columns[0])
        elif rule.kind in VALUE_KINDS:
            (column,) = rule.columns
            stated = declared.property(column)
            if stated is not None and fits(dtypes[column], stated.logical_type):
                checks[column].append(_check(rule, dtypes[column], as_of))
    columns = {
        name: pa.Column(None, nullable=name not in missing, checks=found, required=True)
        for name, found in checks.items()
    }
    return pa.DataFrameSchema(columns, name=declared.name)


def _check(rule: Rule, dtype: Any, as_of: datetime) -> Check:
    """Give Pandera's own check for one rule, under the rule's id."""
    match rule.arguments:
        case Pattern(regex):
            return Check.str_contains(regex, name=rule.id)
        case Length(low, high):
            return Check.str_length(low, high, name=rule.id)
        case ValueSet(values):
            return Check.isin([_typed(v, dtype) for v in values], name=rule.id)
        case Range() as bounds:
            return _range(rule.id, bounds)
        case _:
            return Check.le(newest_allowed(dtype, as_of), name=rule.id)


def _range(name: str, bounds: Range) -> Check:
    low, high = bounds.minimum, bounds.maximum
    if low is not None and high is not None:
        include = {"include_min": bounds.include_minimum, "include_max": bounds.include_maximum}
        return Check.in_range(low, high, name=name, **include)
    if low is not None:
        return (Check.ge if bounds.include_minimum else Check.gt)(low, name=name)
    return (Check.le if bounds.include_maximum else Check.lt)(high, name=name)


def _typed(value: Any, dtype: Any) -> Any:
    """Engines compare a set with a column only within one type."""
    if dtype.is_float():
        return float(value)
    return Decimal(str(value)) if dtype.is_decimal() else value


def newest_allowed(dtype: Any, as_of: datetime) -> date:
    """Give the latest value of a time column that is not in the future."""
    return (as_of + _EAST).date() if isinstance(dtype, nw.Date) else as_of


def fail_expression(check: Check, column: str) -> nw.Expr:
    """TRUE where the row fails; a NULL passes. The expression is Pandera's own function of the check."""
    passed: nw.Expr = check._check_fn(nw.col(column), **check._check_kwargs)  # noqa: SLF001 -- pinned, see module
    return ~passed


def plan(declared: ContractObject, frame: Any, as_of: datetime) -> Plan:
    """Compile what one pass over a native lazy frame must count for one object."""
    present = nw.from_native(frame).collect_schema()
    data = normalised(declared, nw.from_native(frame))
    dtypes = data.collect_schema()
    schema = schema_of(declared, dtypes, as_of)
    mistyped = frozenset(p.column for p in declared.properties if not fits(dtypes[p.column], p.logical_type))
    checks = {check.name: check for column in schema.columns.values() for check in column.checks}
    counted: dict[str, Counted] = {}
    latest: dict[str, nw.Expr] = {}
    for rule in declared.rules:
        if rule.kind in VALUE_KINDS or rule.kind in (Kind.NOT_NULL, Kind.TYPE):
            counted[rule.id] = _counted(rule, checks.get(rule.id), rule.columns[0] in mistyped)
        elif rule.kind is Kind.FRESHNESS and rule.columns[0] not in mistyped:
            latest[rule.id] = _latest(rule.columns[0], dtypes[rule.columns[0]], as_of)
    latest |= _latest_anywhere(declared.properties, present, mistyped, dtypes, as_of)
    keyed = tuple(rule for rule in declared.rules if rule.kind in (Kind.UNIQUE, Kind.REFERENCE))
    return Plan(schema, data, counted, latest, keyed, mistyped)


def _counted(rule: Rule, check: Check | None, mistyped: bool) -> Counted:
    """NOT NULL is asked of every row; every other rule only of values that are there."""
    column = nw.col(rule.columns[0])
    if rule.kind is Kind.NOT_NULL:
        return Counted(nw.len(), _ones(column.is_null()))
    if check is not None:
        return Counted(column.count(), _ones(fail_expression(check, rule.columns[0])))
    return Counted(column.count(), column.count() if mistyped else column.count() * 0)


def _ones(failed: nw.Expr) -> nw.Expr:
    return nw.when(failed).then(nw.lit(1)).otherwise(nw.lit(0)).sum()


def _latest(column: str, dtype: Any, as_of: datetime) -> nw.Expr:
    """Stamps in the future must not make stale data look fresh."""
    stamp = nw.col(column)
    return nw.when(stamp <= newest_allowed(dtype, as_of)).then(stamp).max()


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
    """The one pass: a single row with `e<i>`, `f<i>` per counted rule and `l<i>` per latest stamp."""
    columns = [nw.len().alias("n")]
    for index, counted in enumerate(compiled.counted.values()):
        columns += [counted.evaluated.alias(f"e{index}"), counted.failed.alias(f"f{index}")]
    columns += [expression.alias(f"l{index}") for index, expression in enumerate(compiled.latest.values())]
    return compiled.frame.select(*columns)


def unique_counts(frame: nw.LazyFrame[Any], columns: tuple[str, ...]) -> nw.LazyFrame[Any]:
    """Rows with a whole key, and how many of them are one too many: count less distinct, NULLs excluded."""
    grouped = whole(frame, columns).group_by(*columns).agg(nw.len().alias("size"))
    return grouped.select(nw.col("size").sum().alias("e"), (nw.col("size") - 1).sum().alias("f"))


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
