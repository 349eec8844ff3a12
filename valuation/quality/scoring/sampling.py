"""A score from some of the rows: rules about single rows are counted in a sample, all others in the whole.

Keys, references, freshness, row counts and numbers of whole columns cannot be told from a sample and never are. Rows
are drawn without replacement by a seed that is stated, so that anybody can draw them again.
"""

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import msgspec
import polars as pl
from msgspec import Struct

from valuation.quality.contract.contract import Kind, Rule
from valuation.quality.counting.checks import ROW_KINDS, VALUE_KINDS
from valuation.quality.counting.counts import Passes, count
from valuation.quality.policy import QualityRules
from valuation.quality.reading.damage import guarded
from valuation.quality.reading.opening import Table
from valuation.quality.scoring import intervals
from valuation.quality.scoring.parts import Part, result_of
from valuation.quality.scoring.scorecard import CheckResult, Sampled

Tables = Mapping[str, Table]
_OF_ROWS = VALUE_KINDS | ROW_KINDS | {Kind.NOT_NULL, Kind.TYPE}
_PLACE = "__place__"


class Draw(Struct, frozen=True):
    """How many rows of each object are drawn, and the seed that decides which."""

    rows: int
    seed: int

    def of(self, table: Table) -> list[int]:
        """The places of the rows that are drawn, in order."""
        chance = random.Random(f"{self.seed}:{table.object.name}")  # noqa: S311 -- it must be repeatable.
        return sorted(chance.sample(range(table.rows), self.rows))


def samples(draw: Draw, tables: Tables, folder: Path) -> dict[str, Table]:
    """Draw rows of every table that has more; items of arrays are looked at whole."""
    found: dict[str, Table] = {}
    for number, (name, table) in enumerate(tables.items()):
        if table.object.parent or table.rows <= draw.rows:
            continue
        target = folder / f"sample-{number}.parquet"
        wanted = pl.col(_PLACE).is_in(draw.of(table))
        with guarded(table.file):
            table.frame.with_row_index(_PLACE).filter(wanted).drop(_PLACE).sink_parquet(target)
            frame = pl.scan_parquet(target, glob=False, hive_partitioning=False)
            physical = frozenset(frame.collect_schema().names())
        rules = tuple(rule for rule in table.object.rules if _of_rows(rule))
        found[name] = msgspec.structs.replace(
            table,
            object=msgspec.structs.replace(table.object, rules=rules),
            path=target,
            rows=draw.rows,
            malformed=None,
            physical=physical,
            frame=frame,
        )
    return found


def wholes(tables: Tables, drawn: Tables) -> dict[str, Table]:
    """Give every table with the rules that are counted in the whole."""
    found = dict(tables)
    for name in drawn:
        own = tables[name].object
        rules = tuple(rule for rule in own.rules if not _of_rows(rule))
        found[name] = msgspec.structs.replace(tables[name], object=msgspec.structs.replace(own, rules=rules))
    return found


def _of_rows(rule: Rule) -> bool:
    return rule.kind in _OF_ROWS and not rule.promise


def completed(
    part: Part,
    whole: Table,
    drawn: Tables,
    passes: Callable[[Tables], Passes],
    as_of: datetime,
    policy: QualityRules,
) -> Part:
    """Add to a part the checks that were counted in the sample, each with its interval, in the contract's order."""
    name = whole.object.name
    if name not in drawn:
        return part
    table, doubt = drawn[name], 1 - float(policy.body.sampling.confidence)
    own = {name: table}
    counted = count(table, own, passes(own), as_of, policy.body.samples_per_check)
    found = {check.rule.id: _with_interval(result_of(check), table.rows, whole.rows, doubt) for check in counted.checks}
    found |= {check.id: check for check in part.checks}
    order = [rule.id for rule in whole.object.rules]
    checks = [found.pop(rule_id) for rule_id in order if rule_id in found]
    return msgspec.structs.replace(part, checks=(*checks, *found.values()))


def _with_interval(check: CheckResult, rows: int, of: int, doubt: float) -> CheckResult:
    low, high = intervals.exact(check.failed, check.evaluated, doubt)
    share = Sampled(rows, of, f"{float(low):.6f}", f"{float(high):.6f}")
    return msgspec.structs.replace(check, sampled=share)


def extremes(checks: tuple[CheckResult, ...], confidence: float) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """The failures that each sampled check may have at best and at worst, all of them at once with this confidence.

    The doubt is shared among the checks (Bonferroni), so that no independence between them is assumed.
    """
    sampled = [check for check in checks if check.sampled is not None]
    doubt = (1 - confidence) / max(len(sampled), 1)
    best: dict[str, Fraction] = {}
    worst: dict[str, Fraction] = {}
    for check in sampled:
        low, high = intervals.exact(check.failed, check.evaluated, doubt)
        best[check.id], worst[check.id] = low * check.evaluated, high * check.evaluated
    return best, worst
