"""Scoring a data set against its contract: read, count, weigh; the same files and moment give the same scorecard."""

import itertools
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from msgspec import UNSET

from valuation.quality.contract.contract import Contract
from valuation.quality.counting import spark
from valuation.quality.counting.counts import Passes
from valuation.quality.counting.engines import KEYS_IN_MEMORY, DuckDB, Engine, Polars
from valuation.quality.policy import QualityRules
from valuation.quality.reading.opening import Table, open_tables
from valuation.quality.scoring import grading, sampling, weighing
from valuation.quality.scoring.breakdown import finer_indicators
from valuation.quality.scoring.parts import Part, measure
from valuation.quality.scoring.sampling import Draw
from valuation.quality.scoring.scorecard import (
    REPEATED,
    CheckResult,
    ContractRef,
    Measured,
    Sampling,
    Scorecard,
)

Progress = Callable[[int, int, str], None]
"""Called with steps done, steps in all, and the name of the step that begins."""
Keep = Callable[[Part], None]
"""Called with each part that is finished."""

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
    done: Mapping[str, Part] | None = None,
    keep: Keep | None = None,
    draw: Draw | None = None,
) -> Scorecard:
    """Score the files of one data set; raises CorruptFile, DataTooLarge, FilesDiffer or NothingToScore.

    The engine changes the time and the memory that it takes, never a number. Parts that are `done` are not measured
    again, and each new one is given to `keep` as soon as it is there. With a `draw`, rules about single rows are
    counted in a sample.
    """
    with tempfile.TemporaryDirectory(prefix="liutong-quality-") as folder:
        place = Path(folder)
        run = _Run(as_of.astimezone(UTC), policy, progress or _silent, engine, place, done or {}, keep or _forget, draw)
        parts = _parts(contract, files, run)
    return assembled(contract, parts, as_of=as_of, policy=policy, measured=_given(measured), draw=draw)


class _Run(NamedTuple):
    """How one scoring run is done."""

    moment: datetime
    policy: QualityRules
    tell: Progress
    engine: str
    folder: Path
    done: Mapping[str, Part]
    keep: Keep
    draw: Draw | None


def _parts(contract: Contract, files: Mapping[str, Path], run: _Run) -> dict[str, Part]:
    steps = 2 * len(contract.objects) + 1
    run.tell(0, steps, "open")
    opened = open_tables(contract, files, run.policy.body.limits, run.folder)
    drawn = sampling.samples(run.draw, opened, run.folder) if run.draw is not None else {}
    tables = sampling.wholes(opened, drawn)
    passes = passes_of(run.engine, tables, run.moment, run.folder)
    parts: dict[str, Part] = {}
    for index, (name, table) in enumerate(tables.items()):
        if name in run.done:
            parts[name] = run.done[name]
            continue
        tell = _counting(run.tell, 2 * index + 1, steps)
        part = measure(table, tables, passes, run.moment, run.policy, tell)
        parts[name] = sampling.completed(
            part,
            opened[name],
            drawn,
            lambda own: passes_of(run.engine, own, run.moment, run.folder),
            run.moment,
            run.policy,
        )
        run.keep(parts[name])
    run.tell(steps, steps, "done")
    return parts


def assembled(
    contract: Contract,
    parts: Mapping[str, Part],
    *,
    as_of: datetime,
    policy: QualityRules,
    measured: Mapping[str, Measured],
    draw: Draw | None = None,
) -> Scorecard:
    """Weigh the checks of all parts into one scorecard."""
    checks = tuple(check for part in parts.values() for check in part.checks)
    indicators, ratios = weighing.indicators(checks, measured)
    dimensions, total = weighing.dimensions(ratios, policy.body)
    points = weighing.points(total)
    grade, basis = grading.graded(contract, checks, measured, dimensions, points, policy.body)
    return Scorecard(
        standard=policy.body.standard,
        contract=ContractRef(contract.id, contract.version, contract.digest),
        policy=policy.ref,
        as_of=as_of.astimezone(UTC),
        files=tuple(part.file for part in parts.values()),
        rows=sum(part.file.rows for name, part in parts.items() if not contract.object(name).parent),
        score=f"{points:.2f}",
        grade=grade,
        dimensions=dimensions,
        indicators=indicators,
        checks=checks,
        measured=measured,
        unmeasured=contract.unmeasured,
        profile={name: part.columns for name, part in parts.items()},
        sample_rows={name: part.sample_rows for name, part in parts.items()},
        personal_data={name: part.personal for name, part in parts.items()},
        privacy={name: part.privacy for name, part in parts.items() if part.privacy is not None},
        freshness={column: stamp for part in parts.values() for column, stamp in part.freshness.items()},
        finer=finer_indicators(contract, checks, as_of.astimezone(UTC)),
        sampling=_sampling(draw, checks, measured, policy),
        basis=basis if basis is not None else UNSET,
        caution=REPEATED if any(part.file.sha256 in contract.drafted_from for part in parts.values()) else UNSET,
    )


def _sampling(
    draw: Draw | None, checks: tuple[CheckResult, ...], measured: Mapping[str, Measured], policy: QualityRules
) -> Sampling | None:
    """The scores between which the whole lies, or nothing when every row was looked at."""
    if draw is None or not any(check.sampled for check in checks):
        return None
    stated = policy.body.sampling.confidence
    best, worst = sampling.extremes(checks, float(stated))
    low, high = (
        weighing.points(weighing.dimensions(weighing.ratios_of(checks, measured, failures), policy.body)[1])
        for failures in (worst, best)
    )
    return Sampling(draw.rows, draw.seed, str(stated), "Clopper-Pearson, Bonferroni", f"{low:.2f}", f"{high:.2f}")


def _given(measured: Mapping[str, Measured] | None) -> dict[str, Measured]:
    """What was measured elsewhere; raises ValueError for an indicator that only the data can tell."""
    given = dict(measured or {})
    if unknown := set(given) - MEASURABLE_ELSEWHERE:
        raise ValueError(f"these indicators come from the data, not from outside: {sorted(unknown)}")
    return given


def _silent(_done: int, _steps: int, _step: str) -> None:
    """Nobody asked for progress."""


def _counting(tell: Progress, first: int, steps: int) -> Callable[[str], None]:
    """Number the steps of one part from its first."""
    numbers = itertools.count(first)
    return lambda step: tell(next(numbers), steps, step)


def _forget(_part: Part) -> None:
    """Nobody keeps parts."""


def passes_of(engine: str, tables: Mapping[str, Table], as_of: datetime, folder: Path) -> Passes:
    """Choose who does what; `auto` lets Polars pass over rows and DuckDB group more keys than memory should hold."""
    if engine not in ENGINES:
        raise ValueError(f"no such engine: {engine}; there are {', '.join(ENGINES)}")
    rows: Engine = Polars(folder)
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
