"""Scoring beside a pass written by hand for the same engine, on the coal data; `python -m bench.quality [ROWS]`.

Every measurement is a process of its own, in interleaved rounds; time excludes imports, memory is the peak of the
process. Counts must be equal before a time is worth anything.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "2")

WAYS = ("hand polars", "ours polars", "hand duckdb", "ours duckdb")


def run(rows: int = 2_000_000, rounds: int = 3) -> None:
    """Generate, measure and print."""
    from bench import coal, report

    report.machine()
    with tempfile.TemporaryDirectory(prefix="bench-quality-", dir=_home()) as place:
        folder = Path(place)
        paths = coal.generate(folder, rows)
        size = sum(path.stat().st_size for path in paths.values()) / 1e6
        print(f"quality: coal transactions, {rows:,} rows x 12 columns, {size:,.0f} MB Parquet, 27 checks")
        expected = coal.planted(rows)
        for keys in (False, True):
            told = {way: [_measure(way, folder, keys=keys) for _ in range(1)] for way in WAYS}
            for _ in range(rounds - 1):
                for way in WAYS:
                    told[way].append(_measure(way, folder, keys=keys))
            _tell(told, expected, keys=keys)
        whole = _measure("score", folder, keys=True)
        print(f"  whole scorecard (counts, samples, profile, digests): {whole['seconds']:.2f} s, {whole['mb']:,.0f} MB")


def _tell(told: dict[str, list[dict]], expected: dict[str, int], *, keys: bool) -> None:
    counts = [each["counts"] for measured in told.values() for each in measured]
    assert all(found == counts[0] for found in counts), "the ways differ in their counts"
    assert {name: counts[0][name] for name in expected if name in counts[0]} == {
        name: number for name, number in expected.items() if name in counts[0]
    }, "planted defects were not all found"
    print(
        f"  {'with exact uniqueness of two keys' if keys else 'rules over rows'}: {len(counts[0])} checks, counts equal"
    )
    for engine in ("polars", "duckdb"):
        hand, ours = told[f"hand {engine}"], told[f"ours {engine}"]
        ratios = [mine["seconds"] / limit["seconds"] for mine, limit in zip(ours, hand, strict=True)]
        by_cpu = statistics.median(mine["cpu"] / limit["cpu"] for mine, limit in zip(ours, hand, strict=True))
        found, aim = statistics.median(ratios), 1.3 if keys else 1.15
        seconds = [statistics.median(each["seconds"] for each in way) for way in (hand, ours)]
        memory = [max(each["mb"] for each in way) for way in (hand, ours)]
        print(
            f"    {engine}: by hand {seconds[0]:.2f} s {memory[0]:,.0f} MB, "
            f"ours {seconds[1]:.2f} s {memory[1]:,.0f} MB, "
            f"ratio {found:.2f} (rounds {', '.join(f'{r:.2f}' for r in ratios)}), by CPU {by_cpu:.2f}; "
            f"aim ≤ {aim}: {'reached' if found <= aim else 'NOT reached'}"
        )


def _measure(way: str, folder: Path, *, keys: bool) -> dict:
    command = [sys.executable, "-m", "bench.quality", "--one", way, str(folder), str(int(keys))]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def one(way: str, folder: Path, *, keys: bool) -> dict:
    """Measure one way in this process."""
    from bench import by_hand

    paths = {name: folder / name for name in ("tx.parquet", "regions.parquet")}
    work = {
        "hand polars": lambda: by_hand.with_polars(paths, keys=keys),
        "hand duckdb": lambda: by_hand.with_duckdb(paths, folder, keys=keys),
        "ours polars": _ours("polars", paths, folder, keys=keys),
        "ours duckdb": _ours("duckdb", paths, folder, keys=keys),
        "score": _ours("score", paths, folder, keys=keys),
    }[way]
    began, used = time.perf_counter(), time.process_time()
    counts = work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": cpu, "mb": peak, "counts": counts}


def _ours(engine: str, paths: dict[str, Path], folder: Path, *, keys: bool):
    from bench import coal
    from valuation.quality.contract.reader import read
    from valuation.quality.counting.counts import count
    from valuation.quality.policy import policies
    from valuation.quality.reading.opening import open_tables
    from valuation.quality.scoring.score import passes_of, score

    document = coal.contract()
    if not keys:
        for column in document["schema"][0]["properties"]:
            column.pop("unique", None)
    as_of = datetime.fromisoformat(coal.AS_OF).replace(tzinfo=UTC)
    policy = policies().at(as_of.date())

    def whole() -> dict[str, int]:
        return {check.id: check.failed for check in score(read(document), paths, as_of=as_of, policy=policy).checks}

    def counted() -> dict[str, int]:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            tables = open_tables(read(document), paths, policy.body.limits, Path(place))
            found = count(tables["tx"], tables, passes_of(engine, tables, as_of, Path(place)), as_of, 0)
        ours = {"type", "columns", "documented"}  # Checks that a hand-written pass does not make.
        return {c.rule.id: c.failed for c in found.checks if c.rule.kind not in ours and ":not_future" not in c.rule.id}

    return whole if engine == "score" else counted


def _home() -> Path:
    home = Path("var").absolute()
    home.mkdir(exist_ok=True)
    return home


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(sys.argv[2], Path(sys.argv[3]), keys=sys.argv[4] == "1")))
    else:
        run(*(int(each) for each in sys.argv[1:]))
