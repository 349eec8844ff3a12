"""Running the plans: the two numbers of every check of one object."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any

import narwhals.stable.v1 as nw
from msgspec import Struct

from valuation.quality.contract.contract import Aggregate, Kind, MaximumAge, Reference, Rule
from valuation.quality.contract.sql.moments import zoned
from valuation.quality.counting import aggregates, evidence, grouping
from valuation.quality.counting import compile as compiler
from valuation.quality.counting.compile import Plan
from valuation.quality.counting.engines import Engine, Tables
from valuation.quality.counting.evidence import Sample
from valuation.quality.profile.masking import plain
from valuation.quality.reading.opening import ROW, Table

Numbers = tuple[int, int]


class Count(Struct, frozen=True):
    """A check and its two numbers; `value` is what was measured where the check is one promise about a number."""

    rule: Rule
    evaluated: int
    failed: int
    samples: tuple[Sample, ...]
    value: Any = None

    @property
    def met(self) -> bool:
        """Say whether the promise is kept, by the threshold that the contract tolerates, else without any failure."""
        threshold = self.rule.threshold
        if threshold is None or self.rule.promise or self.rule.kind is Kind.ROW_COUNT:
            return self.failed == 0
        share = Fraction(100 * self.failed, self.evaluated) if self.evaluated else Fraction(0)
        return threshold.admits(share if threshold.percent else self.failed)


class ObjectCount(Struct, frozen=True):
    """All checks of one object and the newest stamp of each of its time columns."""

    checks: tuple[Count, ...]
    latest: Mapping[str, str]


class Passes(Struct, frozen=True):
    """Which engine does what: rows and unique keys, references, and evidence, which always is by Polars' plans."""

    rows: Engine
    keys: Callable[[Table], Engine]
    plans: Mapping[str, Plan]
    evidence: Mapping[str, Plan]


def count(table: Table, tables: Tables, passes: Passes, as_of: datetime, samples: int) -> ObjectCount:
    """Count every rule of one object in one pass, keys in a grouped pass each, then fetch samples of failures."""
    own = passes.plans[table.object.name]
    row = passes.rows.run(table.file, [compiler.aggregate(own)])[0].row(0, named=True)
    totals = {name: int(row[f"t{i}"] or 0) for i, name in enumerate(own.totals)}
    numbers = {
        rule_id: (
            totals[each.total],
            totals[each.total] - totals[each.less] if each.less else int(row.get(f"f{i}") or 0),
        )
        for i, (rule_id, each) in enumerate(own.counted.items())
    }
    figures = {rule_id: row[f"l{i}"] for i, rule_id in enumerate(own.figures)}
    figures |= _elsewhere(table, tables, passes, as_of)
    shown: dict[str, tuple[Sample, ...]] = {}
    for rule in own.keyed:
        numbers[rule.id], shown[rule.id] = _keyed(table, tables, passes, rule, numbers[rule.id][0], samples)
    failing = {r.id: r for r in table.object.rules if r.id in own.counted and r not in own.keyed and numbers[r.id][1]}
    failures = {rule_id: failed for rule_id, (_, failed) in numbers.items()}
    shown |= evidence.value_samples(table, passes.evidence[table.object.name], failing, failures, as_of, samples)
    for rule in table.object.rules:
        if isinstance(rule.arguments, Aggregate):
            figures[rule.id] = aggregates.value(rule, rule.arguments, figures)
    checks = [
        _judged(table, rule, numbers.get(rule.id), shown.get(rule.id, ()), figures.get(rule.id), as_of, samples)
        for rule in table.object.rules
    ]
    if table.malformed is not None:
        rule = Rule(f"{table.object.name}:malformed", table.object.name, (), Kind.MALFORMED, "")
        lost = tuple(Sample(line, plain(reason)) for line, reason in table.malformed.samples[:samples])
        checks.append(Count(rule, table.rows + table.malformed.count, table.malformed.count, lost))
    stamps = {
        key.removeprefix("latest:"): str(plain(zoned(stamp)))
        for key, stamp in figures.items()
        if key.startswith("latest:") and stamp is not None
    }
    return ObjectCount(tuple(checks), stamps)


def _elsewhere(table: Table, tables: Tables, passes: Passes, as_of: datetime) -> dict[str, Any]:
    """Numbers that aggregates of this object need of other objects: one pass over each of these."""
    wanted: dict[str, dict[str, nw.Expr]] = {}
    for rule in table.object.rules:
        if isinstance(rule.arguments, Aggregate):
            for other in {term.object for term in rule.arguments.terms} - {table.object.name}:
                there = passes.plans[other]
                java = compiler.on_java(there.frame)
                found = aggregates.terms(rule, rule.arguments, tables[other].object, there.mistyped, as_of, java=java)
                wanted.setdefault(other, {}).update(found)
    figures: dict[str, Any] = {}
    for other, expressions in wanted.items():
        if expressions:
            shown = [expression.alias(f"a{i}") for i, expression in enumerate(expressions.values())]
            frame = passes.rows.run(tables[other].file, [passes.plans[other].frame.select(*shown)])[0]
            figures |= dict(zip(expressions, frame.row(0), strict=True))
    return figures


def _judged(
    table: Table,
    rule: Rule,
    numbers: Numbers | None,
    shown: tuple[Sample, ...],
    figure: Any,
    as_of: datetime,
    samples: int,
) -> Count:
    """Bring what was measured into the two numbers of a check, by its kind."""
    if rule.kind in (Kind.COLUMNS, Kind.DOCUMENTED):
        return Count(rule, *_columns(table, rule, samples))
    if rule.kind is Kind.FRESHNESS:
        return Count(rule, *_freshness(rule, zoned(figure), as_of))
    if rule.kind is Kind.ROW_COUNT:
        return Count(rule, *_row_count(rule, table.rows), (), table.rows)
    if rule.kind in (Kind.DISTRIBUTION, Kind.AGGREGATE):
        kept = figure is not None and figure == figure and abs(figure) != float("inf") and _admits(rule, figure)
        return Count(rule, 1, int(not kept), () if kept else (Sample(None, plain(figure)),), plain(figure))
    assert numbers is not None
    if rule.promise and rule.threshold is not None:
        evaluated, value = numbers
        share = Fraction(100 * value, evaluated) if evaluated else Fraction(0)
        kept = rule.threshold.admits(share if rule.threshold.percent else value)
        return Count(rule, 1, int(not kept), (), value)
    return Count(rule, *numbers, shown)


def _admits(rule: Rule, figure: float) -> bool:
    assert rule.threshold is not None
    return rule.threshold.admits(Fraction(figure))


def _row_count(rule: Rule, rows: int) -> Numbers:
    """GB/T 36344 0202: records that are there, of those that were expected; a surplus is not expected either."""
    threshold = rule.threshold
    assert threshold is not None
    if threshold.percent or threshold.outside:
        return 1, int(not threshold.admits(rows))
    low = 0 if threshold.low is None else int(threshold.low) + (0 if threshold.include_low else 1)
    high = None if threshold.high is None else int(threshold.high) - (0 if threshold.include_high else 1)
    if high is not None and rows > high:
        return rows, rows - high
    return max(low, 1), max(low - rows, 0)


def _columns(table: Table, rule: Rule, samples: int) -> tuple[int, int, tuple[Sample, ...]]:
    """The data model: declared columns that are there; the metadata: columns that are declared."""
    declared, present = [p.column for p in table.object.properties], list(table.dtypes)
    wanted, given = (declared, present) if rule.kind is Kind.COLUMNS else (present, declared)
    absent = [column for column in wanted if column not in given]
    return len(wanted), len(absent), tuple(Sample(None, plain(column)) for column in absent[:samples])


def _freshness(rule: Rule, newest: Any, as_of: datetime) -> tuple[int, int, tuple[Sample, ...]]:
    """One promise, kept or not; a column without any stamp up to the moment of scoring does not keep it."""
    assert isinstance(rule.arguments, MaximumAge)
    if newest is None:
        return 1, 1, (Sample(None, None),)
    stamp = newest if isinstance(newest, datetime) else whole_day(newest)
    stale = as_of - stamp > rule.arguments.age
    return 1, int(stale), ((Sample(None, plain(newest)),) if stale else ())


def _keyed(
    table: Table, tables: Tables, passes: Passes, rule: Rule, evaluated: int, samples: int
) -> tuple[Numbers, tuple[Sample, ...]]:
    """Keys need passes of their own; rows that show a failure are fetched only when there is one."""
    if isinstance(rule.arguments, Reference):
        return _referring(table, tables, passes, rule, rule.arguments, evaluated, samples)
    found = passes.rows.repeats(tables, rule, samples)
    shown = () if found.first is None else evidence.shown(rule.columns, found.first)
    return (evaluated, found.surplus), shown


def _referring(
    table: Table,
    tables: Tables,
    passes: Passes,
    rule: Rule,
    reference: Reference,
    evaluated: int,
    samples: int,
) -> tuple[Numbers, tuple[Sample, ...]]:
    """Keys that do not occur in the table they refer to; between columns of another type than declared, all."""
    broken = set(rule.columns) & passes.plans[rule.object].mistyped
    broken |= set(reference.columns) & passes.plans[reference.object].mistyped
    if broken:
        frame = grouping.without_null_keys(passes.evidence[rule.object].frame, rule.columns)
        return (evaluated, evaluated), evidence.keys(table, rule.columns, frame.head(samples))
    engine = passes.keys(table)
    frames = engine.key_frames(tables, rule)
    stated = [table.object.property(column) for column in rule.columns]
    types = tuple(p.logical_type for p in stated if p is not None)
    whole = grouping.without_null_keys(frames[rule.object], rule.columns)
    found = grouping.orphans(whole, rule.columns, frames[reference.object], reference.columns, types)
    failed = int(engine.run(table.file, [found.select(nw.len().alias("f"))])[0]["f"][0] or 0)
    if not failed or not samples:
        return (evaluated, failed), ()
    shown = engine.run(table.file, [found.sort(ROW).head(samples)])[0]
    return (evaluated, failed), evidence.shown(rule.columns, shown)


def whole_day(stamp: date) -> datetime:
    """The last moment of a day, which is as new as a date can be."""
    return datetime.combine(stamp, time.max, UTC)
