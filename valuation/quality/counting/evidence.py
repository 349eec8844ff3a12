"""A few rows that show why a check fails, with Pandera itself naming the failure cases."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import narwhals.stable.v1 as nw
import polars as pl
from msgspec import UNSET, Struct, UnsetType

from valuation.quality.contract.contract import Kind, Rule
from valuation.quality.contract.sql.moments import zoned
from valuation.quality.counting import checks
from valuation.quality.counting import compile as compiler
from valuation.quality.counting.checks import ROW_KINDS
from valuation.quality.counting.compile import Plan
from valuation.quality.profile.masking import plain
from valuation.quality.reading.opening import ROW, Table, collect, guarded
from valuation.quality.reading.staging import UNREAD

FIRST_CELLS = 1 << 20
"""Values among which failing rows are looked for before they are in the whole table: most failures are frequent."""


class Sample(Struct, frozen=True):
    """One element that fails: its row (the first is 1; null when the check is not about rows) and its value.

    `masked` is there where the value may not be shown: what stands in its place is its shape.
    """

    row: int | None
    value: Any
    masked: bool | UnsetType = UNSET


def keys(table: Table, columns: tuple[str, ...], frame: nw.LazyFrame[Any]) -> tuple[Sample, ...]:
    """Show the keys of these rows."""
    return shown(columns, collect(table.file, [frame.to_native()])[0])


def shown(columns: tuple[str, ...], rows: pl.DataFrame) -> tuple[Sample, ...]:
    """Show several values of each row."""
    return tuple(
        Sample(int(row[ROW]) + 1, {c: plain(zoned(row[c])) for c in columns}) for row in rows.iter_rows(named=True)
    )


def value_samples(
    table: Table, own: Plan, failing: Mapping[str, Rule], failures: Mapping[str, int], as_of: datetime, samples: int
) -> dict[str, tuple[Sample, ...]]:
    """Fetch the first failing rows of each failing rule, then let Pandera itself name the failure cases."""
    if not failing or not samples:
        return {}
    dtypes = own.frame.collect_schema()
    wanted = {
        rule.id: (_wanted(table, own, rule, dtypes, as_of), _columns_read(rule, own)) for rule in failing.values()
    }
    with guarded(table.file):
        first = own.frame.head(max(1, FIRST_CELLS // len(dtypes))).to_native().collect(engine="streaming")
    rows = _fetched(table, compiler.lazy(first.lazy()), wanted, samples)
    late = {name: each for name, each in wanted.items() if rows[name].height < min(samples, failures[name])}
    if late:
        rows |= _fetched(table, own.frame, late, samples)
    return {rule.id: _explained(own, rule, wanted[rule.id][1], rows[rule.id]) for rule in failing.values()}


def _fetched(
    table: Table, frame: nw.LazyFrame[Any], wanted: Mapping[str, tuple[nw.Expr, tuple[str, ...]]], samples: int
) -> dict[str, pl.DataFrame]:
    """The first rows for which each expression is true, in one pass."""
    frames = [frame.filter(fails).select(ROW, *read).head(samples).to_native() for fails, read in wanted.values()]
    return dict(zip(wanted, collect(table.file, frames), strict=True))


def _columns_read(rule: Rule, own: Plan) -> tuple[str, ...]:
    if rule.kind is Kind.TYPE and rule.columns[0] in own.unread:
        return (UNREAD + rule.columns[0],)
    return rule.columns


def _wanted(table: Table, own: Plan, rule: Rule, dtypes: Mapping[str, Any], as_of: datetime) -> nw.Expr:
    """TRUE for the rows that fail."""
    if rule.kind in ROW_KINDS:
        broken = bool(own.mistyped & set(rule.columns))
        return nw.lit(True) if broken else checks.matches(rule, table.object, as_of)
    if rule.id in own.listed:
        return own.listed[rule.id]
    if rule.kind is Kind.NOT_NULL:
        return compiler.missing(rule, table.object, dtypes, own.unread)
    if rule.kind is Kind.TYPE and rule.columns[0] in own.unread:
        return ~nw.col(UNREAD + rule.columns[0]).is_null()
    check = _check(own, rule)
    return ~nw.col(rule.columns[0]).is_null() if check is None else checks.fail_expression(check, rule.columns[0])


def _check(own: Plan, rule: Rule) -> Any:
    return next((c for c in own.schema.columns[rule.columns[0]].checks if c.name == rule.id), None)


def _explained(own: Plan, rule: Rule, read: tuple[str, ...], rows: pl.DataFrame) -> tuple[Sample, ...]:
    if rule.kind in ROW_KINDS or rule.id in own.listed:
        return shown(rule.columns, rows)
    (column,) = read
    by_pandera = (rule.kind is not Kind.TYPE and rule.arguments is not None) or rule.kind is Kind.NOT_FUTURE
    places: Sequence[int] = range(rows.height)
    if by_pandera and rule.kind is not Kind.NOT_NULL and column not in own.mistyped:
        places = _failure_cases(own, rule, rows)
    return tuple(Sample(int(rows[ROW][i]) + 1, plain(zoned(rows[column][i]))) for i in places)


def _failure_cases(own: Plan, rule: Rule, rows: pl.DataFrame) -> list[int]:
    """Ask Pandera's check itself which rows of the sample fail; it must find in it what the fused count found."""
    (column,) = rule.columns
    passed = _check(own, rule)(rows.select(column).lazy(), column).check_output.collect().to_series()
    return [place for place, kept in enumerate(passed) if not kept]
