"""Pandera's own checks for the rules of a contract: the source of every expression that is counted.

The private `_check_fn` of Pandera is why its version is pinned and why tests/valuation/quality/test_parity.py compares
the fused counts with Pandera's own `validate`.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import narwhals.stable.v1 as nw
import pandera.backends.narwhals.builtin_checks  # noqa: F401 -- registers the checks for narwhals expressions
import pandera.polars as pa
from pandera.api.checks import Check

from valuation.quality.contract.contract import (
    ContractObject,
    Expression,
    Kind,
    Length,
    LogicalType,
    MaximumAge,
    Missing,
    Pattern,
    Range,
    Rule,
    ValueSet,
)
from valuation.quality.contract.sql import predicate
from valuation.quality.contract.sql.moments import bare
from valuation.quality.contract.sql.patterns import for_java

VALUE_KINDS = frozenset({Kind.PATTERN, Kind.RANGE, Kind.PERIOD, Kind.LENGTH, Kind.SET, Kind.NOT_FUTURE, Kind.RETENTION})
"""Kinds that look at one value at a time; Pandera has a built-in check for each."""

ROW_KINDS = frozenset({Kind.EXPRESSION, Kind.ORDER})
"""Kinds that look at several values of one row."""

_EAST = timedelta(hours=14)
"""A date is not in the future while it has begun somewhere on Earth (UTC+14)."""


def fits(dtype: Any, logical_type: LogicalType) -> bool:
    """Say whether a column of this type holds values of the logical type."""
    if logical_type in (LogicalType.INTEGER, LogicalType.ARRAY):
        return bool(dtype.is_integer())
    if logical_type is LogicalType.NUMBER:
        return bool(dtype.is_numeric())
    if logical_type is LogicalType.STRING:
        return isinstance(dtype, nw.String | nw.Categorical | nw.Enum)
    accepted = {
        LogicalType.BOOLEAN: nw.Boolean,
        LogicalType.OBJECT: nw.Boolean,
        LogicalType.DATE: nw.Date,
        LogicalType.TIMESTAMP: nw.Datetime,
        LogicalType.TIME: nw.Time,
    }
    return isinstance(dtype, accepted[logical_type])


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
    rows = [_row_check(rule, declared, as_of) for rule in declared.rules if whole_row(rule, declared, dtypes)]
    return pa.DataFrameSchema(columns, checks=rows, name=declared.name)


def whole_row(rule: Rule, declared: ContractObject, dtypes: Mapping[str, Any]) -> bool:
    """Say whether a rule looks at several values of a row, all of the types that were declared."""
    stated = [declared.property(column) for column in rule.columns]
    return rule.kind in ROW_KINDS and all(p is not None and fits(dtypes[p.column], p.logical_type) for p in stated)


def matches(rule: Rule, declared: ContractObject, as_of: datetime, *, java: bool = False) -> nw.Expr:
    """TRUE for the rows that a predicate counts."""
    assert isinstance(rule.arguments, Expression)
    types = {p.column: p.logical_type for p in declared.properties}
    return predicate.expression(rule.arguments.where, types, as_of, java=java)


def _row_check(rule: Rule, declared: ContractObject, as_of: datetime) -> Check:
    """Pandera's frame-level check of a predicate; unknown passes, as it does when the predicate is counted."""
    counted = matches(rule, declared, as_of)

    def passed(data: Any) -> Any:
        frame = nw.from_native(data.lazyframe)
        return frame.select((~counted).fill_null(True).alias("passed")).to_native()

    return Check(passed, name=rule.id)


def absent(rule: Rule, dtype: Any) -> nw.Expr:
    """TRUE where a value is not there: NULL, or one of the values that the contract reads as missing."""
    column = nw.col(rule.columns[0])
    if not isinstance(rule.arguments, Missing) or not rule.arguments.values:
        return column.is_null()
    return column.is_null() | column.is_in([_typed(v, dtype) for v in rule.arguments.values]).fill_null(False)


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
        case MaximumAge(age):
            oldest = as_of - age
            return Check.ge(oldest.date() if isinstance(dtype, nw.Date) else bare(oldest), name=rule.id)
        case _:
            return Check.le(newest_allowed(dtype, as_of), name=rule.id)


def _range(name: str, bounds: Range) -> Check:
    low, high = bare(bounds.minimum), bare(bounds.maximum)
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
    return (as_of + _EAST).date() if isinstance(dtype, nw.Date) else bare(as_of)


def fail_expression(check: Check, column: str, *, java: bool = False) -> nw.Expr:
    """TRUE where the row fails; a NULL passes. The expression is Pandera's own function of the check."""
    given = dict(check._check_kwargs)  # noqa: SLF001 -- pinned, see module
    if java and "pattern" in given:
        given["pattern"] = for_java(getattr(given["pattern"], "pattern", given["pattern"]))
    passed: nw.Expr = check._check_fn(nw.col(column), **given)  # noqa: SLF001
    return ~passed
