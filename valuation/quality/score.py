"""Scoring a data set against its contract: read, count, weigh; the same files and moment give the same scorecard."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kernel.text import Text
from valuation.quality import compile as compiler
from valuation.quality import weighing
from valuation.quality.contract import Contract
from valuation.quality.counting import Count, ObjectCount, count
from valuation.quality.indicators import indicator_of
from valuation.quality.policy import QualityRules
from valuation.quality.profile import ColumnProfile, profile
from valuation.quality.reading import Table, guarded, open_tables
from valuation.quality.scorecard import CheckResult, ContractRef, GradeView, Measured, Scorecard, ScoredFile

Progress = Callable[[int, int, str], None]
"""Called with steps done, steps in all, and the name of the step that begins."""

MEASURABLE_ELSEWHERE = frozenset({"0106", "0202", "0401", "0601", "0602"})
"""Indicators that no check of ours counts, so that a measurement from outside may be given."""


def score(
    contract: Contract,
    files: Mapping[str, Path],
    *,
    as_of: datetime,
    policy: QualityRules,
    measured: Mapping[str, Measured] | None = None,
    progress: Progress | None = None,
) -> Scorecard:
    """Score the files of one data set; raises CorruptFile, DataTooLarge, FilesDiffer or NothingToScore."""
    given, moment = dict(measured or {}), as_of.astimezone(UTC)
    if unknown := set(given) - MEASURABLE_ELSEWHERE:
        raise ValueError(f"these indicators come from the data, not from outside: {sorted(unknown)}")
    tell = progress or _silent
    steps = 2 * len(contract.objects) + 1
    tell(0, steps, "open")
    tables = open_tables(contract, files, policy.body.limits)
    plans = {name: _plan(table, moment) for name, table in tables.items()}
    counts: dict[str, ObjectCount] = {}
    profiles: dict[str, tuple[ColumnProfile, ...]] = {}
    rows: dict[str, tuple[dict[str, Any], ...]] = {}
    for index, (name, table) in enumerate(tables.items()):
        tell(2 * index + 1, steps, f"check {name}")
        counts[name] = count(table, plans, moment, policy.body.samples_per_check)
        tell(2 * index + 2, steps, f"profile {name}")
        profiles[name], rows[name] = profile(table, policy.body.sample_rows)
    checks = [check for found in counts.values() for check in found.checks]
    indicators, ratios = weighing.indicators(checks, given)
    dimensions, total = weighing.dimensions(ratios, policy.body)
    points = weighing.points(total)
    grade = policy.body.grade(points)
    tell(steps, steps, "done")
    return Scorecard(
        standard=policy.body.standard,
        contract=ContractRef(contract.id, contract.version, contract.digest),
        policy=policy.ref,
        as_of=moment,
        files=tuple(ScoredFile(t.file, n, t.sha256, t.rows, t.size_bytes) for n, t in tables.items()),
        rows=sum(table.rows for table in tables.values()),
        score=f"{points:.2f}",
        grade=GradeView(grade.code, Text(grade.zh, grade.en)),
        dimensions=dimensions,
        indicators=indicators,
        checks=tuple(_result(check) for check in checks),
        measured=given,
        unmeasured=contract.unmeasured,
        profile=profiles,
        sample_rows=rows,
        freshness={f"{name}.{c}": stamp for name, found in counts.items() for c, stamp in found.latest.items()},
    )


def _silent(_done: int, _steps: int, _step: str) -> None:
    """Nobody asked for progress."""


def _plan(table: Table, as_of: datetime) -> compiler.Plan:
    with guarded(table.file):
        return compiler.plan(table.object, table.frame, as_of)


def _result(check: Count) -> CheckResult:
    rule, indicator = check.rule, indicator_of(check.rule.kind)
    return CheckResult(
        id=rule.id,
        object=rule.object,
        column="+".join(rule.columns) or None,
        kind=rule.kind.value,
        indicator=indicator.code,
        dimension=indicator.dimension.value,
        evaluated=check.evaluated,
        failed=check.failed,
        samples=check.samples,
    )
