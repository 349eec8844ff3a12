"""Running a plan: the numbers of every check of one object, and a few rows that show why it fails."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import narwhals.stable.v1 as nw
import pandera.polars as pa
import polars as pl
from msgspec import Struct

from valuation.quality import compile as compiler
from valuation.quality.compile import Plan
from valuation.quality.contract import Kind, MaximumAge, Reference, Rule
from valuation.quality.masking import masked, plain
from valuation.quality.reading import ROW, Table, collect


class Sample(Struct, frozen=True):
    """One element that fails: its row (the first is 1; null when the check is not about rows) and its value."""

    row: int | None
    value: Any


class Count(Struct, frozen=True):
    """A check and its two numbers."""

    rule: Rule
    evaluated: int
    failed: int
    samples: tuple[Sample, ...]


class ObjectCount(Struct, frozen=True):
    """All checks of one object and the newest stamp of each of its time columns."""

    checks: tuple[Count, ...]
    latest: Mapping[str, str]


def count(table: Table, plans: Mapping[str, Plan], as_of: datetime, samples: int) -> ObjectCount:
    """Count every rule of one object in one pass, keys in a grouped pass each, then fetch samples of failures."""
    own = plans[table.object.name]
    row = collect(table.file, [compiler.aggregate(own).to_native()])[0].row(0, named=True)
    numbers = {rule_id: (row[f"e{i}"], int(row[f"f{i}"] or 0)) for i, rule_id in enumerate(own.counted)}
    latest = {rule_id: row[f"l{i}"] for i, rule_id in enumerate(own.latest)}
    failing: dict[str, tuple[Sample, ...]] = {}
    for rule in own.keyed:
        numbers[rule.id], failing[rule.id] = _keyed(table, plans, rule, samples)
    for rule in table.object.rules:
        if rule.kind in (Kind.COLUMNS, Kind.DOCUMENTED):
            numbers[rule.id], failing[rule.id] = _columns(table, rule, samples)
        elif rule.kind is Kind.FRESHNESS:
            numbers[rule.id], failing[rule.id] = _freshness(rule, latest.get(rule.id), as_of)
    failing |= _value_samples(table, own, {r: n for r, (_, n) in numbers.items() if n and r in own.counted}, samples)
    checks = tuple(Count(r, *numbers[r.id], failing.get(r.id, ())) for r in table.object.rules)
    stamps = {
        key.removeprefix("latest:"): str(plain(stamp))
        for key, stamp in latest.items()
        if key.startswith("latest:") and stamp is not None
    }
    return ObjectCount(checks, stamps)


def _columns(table: Table, rule: Rule, samples: int) -> tuple[tuple[int, int], tuple[Sample, ...]]:
    """The data model: declared columns that are there; the metadata: columns that are declared."""
    declared, present = [p.column for p in table.object.properties], list(table.dtypes)
    wanted, given = (declared, present) if rule.kind is Kind.COLUMNS else (present, declared)
    absent = [column for column in wanted if column not in given]
    return (len(wanted), len(absent)), tuple(Sample(None, plain(column)) for column in absent[:samples])


def _freshness(rule: Rule, newest: Any, as_of: datetime) -> tuple[tuple[int, int], tuple[Sample, ...]]:
    """One promise, kept or not; a column without any stamp up to the moment of scoring does not keep it."""
    assert isinstance(rule.arguments, MaximumAge)
    if newest is None:
        return (1, 1), (Sample(None, None),)
    stamp = newest if isinstance(newest, datetime) else whole_day(newest)
    stale = as_of - stamp > rule.arguments.age
    return (1, int(stale)), ((Sample(None, plain(newest)),) if stale else ())


def _keyed(
    table: Table, plans: Mapping[str, Plan], rule: Rule, samples: int
) -> tuple[tuple[int, int], tuple[Sample, ...]]:
    own = plans[table.object.name]
    broken = set(rule.columns) & own.mistyped
    if isinstance(rule.arguments, Reference):
        broken |= set(rule.arguments.columns) & plans[rule.arguments.object].mistyped
    frame = compiler.whole(own.frame, rule.columns)
    show = _shower(table, rule.columns)
    if broken and isinstance(rule.arguments, Reference):
        found = collect(table.file, [frame.select(nw.len().alias("n")).to_native(), frame.head(samples).to_native()])
        evaluated = int(found[0]["n"][0])
        return (evaluated, evaluated), show(found[1])
    if isinstance(rule.arguments, Reference):
        return _reference(table, plans, rule, frame, samples, show)
    numbers = collect(table.file, [compiler.unique_counts(own.frame, rule.columns).to_native()])[0].row(0)
    evaluated, failed = (int(number or 0) for number in numbers)
    if not failed:
        return (evaluated, 0), ()
    native: pl.LazyFrame = frame.to_native()
    repeats = native.group_by(rule.columns).agg(pl.col(ROW).min(), pl.len().alias("__size__"))
    first = repeats.filter(pl.col("__size__") > 1).bottom_k(samples, by=ROW).sort(ROW)
    return (evaluated, failed), show(collect(table.file, [first])[0])


def _reference(
    table: Table,
    plans: Mapping[str, Plan],
    rule: Rule,
    frame: nw.LazyFrame[Any],
    samples: int,
    show: Callable[[pl.DataFrame], tuple[Sample, ...]],
) -> tuple[tuple[int, int], tuple[Sample, ...]]:
    reference = rule.arguments
    assert isinstance(reference, Reference)
    stated = (table.object.property(column) for column in rule.columns)
    types = tuple(p.logical_type for p in stated if p is not None)
    lost = compiler.orphans(frame, rule.columns, plans[reference.object].frame, reference.columns, types)
    whole, failed, rows = collect(
        table.file,
        [
            frame.select(nw.len().alias("n")).to_native(),
            lost.select(nw.len().alias("n")).to_native(),
            lost.to_native().bottom_k(samples, by=ROW).sort(ROW),
        ],
    )
    return (int(whole["n"][0]), int(failed["n"][0])), show(rows)


def _shower(table: Table, columns: tuple[str, ...]) -> Callable[[pl.DataFrame], tuple[Sample, ...]]:
    """Show keys of failing rows, each part masked unless its column is public."""

    def show(rows: pl.DataFrame) -> tuple[Sample, ...]:
        return tuple(
            Sample(row[ROW] + 1, {c: masked(row[c], table.object.property(c)) for c in columns})
            for row in rows.iter_rows(named=True)
        )

    return show


def _value_samples(table: Table, own: Plan, failing: Mapping[str, int], samples: int) -> dict[str, tuple[Sample, ...]]:
    """Fetch a few failing rows of each failing rule in one pass, then let Pandera itself name the failure cases."""
    rules = [rule for rule in table.object.rules if rule.id in failing]
    if not rules:
        return {}
    frames = []
    for rule in rules:
        column = nw.col(rule.columns[0])
        check = next((c for c in own.schema.columns[rule.columns[0]].checks if c.name == rule.id), None)
        failed = ~column.is_null() if check is None else compiler.fail_expression(check, rule.columns[0])
        wanted = column.is_null() if rule.kind is Kind.NOT_NULL else failed
        frames.append(own.frame.filter(wanted).select(ROW, rule.columns[0]).head(samples).to_native())
    return {
        rule.id: _failure_cases(table, own, rule, rows)
        for rule, rows in zip(rules, collect(table.file, frames), strict=True)
    }


def _failure_cases(table: Table, own: Plan, rule: Rule, rows: pl.DataFrame) -> tuple[Sample, ...]:
    """Run Pandera on the sample; a mistyped column has no value checks, there the rows speak for themselves."""
    (column,) = rule.columns
    places = list(range(rows.height))
    if column not in own.mistyped or rule.kind is Kind.NOT_NULL:
        declared = own.schema.columns[column]
        checks = [check for check in declared.checks if check.name == rule.id]
        tiny = pa.DataFrameSchema({column: pa.Column(None, nullable=rule.kind is not Kind.NOT_NULL, checks=checks)})
        try:
            tiny.validate(rows.select(column), lazy=True)
            places = []
        except pa.errors.SchemaErrors as found:
            places = sorted(found.failure_cases["index"].to_list())
    declaration = table.object.property(column)
    return tuple(Sample(rows[ROW][i] + 1, masked(rows[column][i], declaration)) for i in places)


def whole_day(stamp: date) -> datetime:
    """The last moment of a day, which is as new as a date can be."""
    return datetime.combine(stamp, time.max, UTC)
