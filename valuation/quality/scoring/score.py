"""Scoring a data set against its contract: read, count, weigh; the same files and moment give the same scorecard."""

import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from kernel.text import Text
from valuation.quality.contract.contract import Contract
from valuation.quality.counting import spark
from valuation.quality.counting.counts import Count, ObjectCount, Passes, count
from valuation.quality.counting.engines import KEYS_IN_MEMORY, DuckDB, Engine, Polars
from valuation.quality.policy import QualityRules
from valuation.quality.profile.columns import Profiled, profile
from valuation.quality.profile.privacy import privacy
from valuation.quality.reading.opening import Table, open_tables
from valuation.quality.scoring import weighing
from valuation.quality.scoring.indicators import indicator_of
from valuation.quality.scoring.scorecard import CheckResult, ContractRef, GradeView, Measured, Scorecard, ScoredFile

Progress = Callable[[int, int, str], None]
"""Called with steps done, steps in all, and the name of the step that begins."""

ENGINES = ("auto", "polars", "duckdb", "spark")

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
    engine: str = "auto",
) -> Scorecard:
    """Score the files of one data set; raises CorruptFile, DataTooLarge, FilesDiffer or NothingToScore.

    The engine changes the time and the memory that it takes, never a number.
    """
    with tempfile.TemporaryDirectory(prefix="liutong-quality-") as folder:
        return _score(contract, files, as_of, policy, measured, progress, engine, Path(folder))


def _score(
    contract: Contract,
    files: Mapping[str, Path],
    as_of: datetime,
    policy: QualityRules,
    measured: Mapping[str, Measured] | None,
    progress: Progress | None,
    engine: str,
    folder: Path,
) -> Scorecard:
    given, moment = _given(measured), as_of.astimezone(UTC)
    tell = progress or _silent
    steps = 2 * len(contract.objects) + 1
    tell(0, steps, "open")
    tables = open_tables(contract, files, policy.body.limits, folder)
    passes = passes_of(engine, tables, moment, folder)
    counts: dict[str, ObjectCount] = {}
    profiles: dict[str, Profiled] = {}
    for index, (name, table) in enumerate(tables.items()):
        tell(2 * index + 1, steps, f"check {name}")
        counts[name] = count(table, tables, passes, moment, policy.body.samples_per_check)
        tell(2 * index + 2, steps, f"profile {name}")
        profiles[name] = profile(table, policy.body.sample_rows)
    hidden = {name: measure for name, table in tables.items() if (measure := privacy(table)) is not None}
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
        files=tuple(_file(n, t) for n, t in tables.items()),
        rows=sum(table.rows for table in tables.values()),
        score=f"{points:.2f}",
        grade=GradeView(grade.code, Text(grade.zh, grade.en)),
        dimensions=dimensions,
        indicators=indicators,
        checks=tuple(_result(check) for check in checks),
        measured=given,
        unmeasured=contract.unmeasured,
        profile={name: found.columns for name, found in profiles.items()},
        sample_rows={name: found.rows for name, found in profiles.items()},
        personal_data={name: found.personal for name, found in profiles.items()},
        privacy=hidden,
        freshness={f"{name}.{c}": stamp for name, found in counts.items() for c, stamp in found.latest.items()},
    )


def _given(measured: Mapping[str, Measured] | None) -> dict[str, Measured]:
    """What was measured elsewhere; raises ValueError for an indicator that only the data can tell."""
    given = dict(measured or {})
    if unknown := set(given) - MEASURABLE_ELSEWHERE:
        raise ValueError(f"these indicators come from the data, not from outside: {sorted(unknown)}")
    return given


def _silent(_done: int, _steps: int, _step: str) -> None:
    """Nobody asked for progress."""


def passes_of(engine: str, tables: Mapping[str, Table], as_of: datetime, folder: Path) -> Passes:
    """Choose who does what; `auto` lets Polars pass over rows and DuckDB group more keys than memory should hold."""
    if engine not in ENGINES:
        raise ValueError(f"no such engine: {engine}; there are {', '.join(ENGINES)}")
    rows: Engine = Polars()
    evidence = rows.plans(tables, as_of)
    if engine == "spark":
        rows = spark.local(tables)
    if engine == "duckdb":
        rows = DuckDB(tables, folder)
    plans = evidence if engine in ("auto", "polars") else rows.plans(tables, as_of)
    large = (
        DuckDB(tables, folder) if engine == "auto" and any(t.rows > KEYS_IN_MEMORY for t in tables.values()) else rows
    )

    def keys(table: Table) -> Engine:
        return large if table.rows > KEYS_IN_MEMORY else rows

    return Passes(rows, keys, plans, evidence)


def _file(name: str, table: Table) -> ScoredFile:
    lost = table.malformed.count if table.malformed is not None else 0
    return ScoredFile(
        file=table.file,
        source=table.source,
        object=name,
        sha256=table.sha256(),
        rows=table.rows,
        size_bytes=table.size_bytes,
        format=table.format,
        encoding=table.encoding,
        malformed=lost,
    )


def _result(check: Count) -> CheckResult:
    rule, indicator = check.rule, indicator_of(check.rule)
    return CheckResult(
        id=rule.id,
        object=rule.object,
        column="+".join(rule.columns) or None,
        kind=rule.kind.value,
        indicator=indicator.code,
        dimension=indicator.dimension.value,
        evaluated=check.evaluated,
        failed=check.failed,
        met=check.met,
        threshold=rule.threshold.words if rule.threshold is not None else None,
        value=check.value,
        samples=check.samples,
    )
