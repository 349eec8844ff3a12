"""One way to count, measured in this process; the result is the last line of output."""

import importlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from bench.quality import by_hand, coal
from bench.quality.peers.common import peak_mb
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.counting.counts import count
from valuation.quality.policy import policies
from valuation.quality.reading.opening import open_tables
from valuation.quality.scoring.score import passes_of, score

Counts = dict[str, int]
OURS_ALONE = frozenset({"type", "columns", "documented", "not_future"})
"""Kinds of checks that our engine makes beside, and nobody else is asked for."""


def measured(way: str, data: ModuleType, folder: Path, *, keys: bool) -> dict[str, object]:
    """Run one way and tell its time, its peak memory, and its counts."""
    paths = {f"{table}.parquet": folder / f"{table}.parquet" for table in data.TABLES}
    with tempfile.TemporaryDirectory(dir=folder) as place:
        work = _work(way, data, paths, Path(place), keys=keys)
        began, used = time.perf_counter(), time.process_time()
        counts = work()
        seconds, cpu = time.perf_counter() - began, time.process_time() - used
    return {"seconds": seconds, "cpu": cpu, "mb": peak_mb(), "counts": counts}


def _work(way: str, data: ModuleType, paths: dict[str, Path], place: Path, *, keys: bool) -> Callable[[], Counts]:
    if way == "hand polars":
        return lambda: by_hand.with_polars(paths, keys=keys) if data is coal else data.by_hand(paths)
    if way == "hand duckdb":
        return lambda: by_hand.with_duckdb(paths, place, keys=keys)
    document = data.contract()
    if not keys:
        for column in document["schema"][0]["properties"]:
            column.pop("unique", None)
    as_of = datetime.fromisoformat(data.AS_OF).replace(tzinfo=UTC)
    policy = policies().at(datetime.fromisoformat(coal.AS_OF).date())

    def whole() -> Counts:
        return {check.id: check.failed for check in score(understood(), paths, as_of=as_of, policy=policy).checks}

    def understood() -> Contract:
        found = read(document)
        assert isinstance(found, Contract), found
        return found

    def counted() -> Counts:
        tables = open_tables(understood(), paths, policy.body.limits, place)
        passes = passes_of(engine, tables, as_of, place)
        found = count(tables[data.TABLES[0]], tables, passes, as_of, 0)
        return {c.rule.id: c.failed for c in found.checks if c.rule.kind not in OURS_ALONE}

    understood()  # What reading a contract imports late is imported here.
    engine = "auto" if way == "ours" else way.removeprefix("ours ")
    return whole if way == "scorecard" else counted


if __name__ == "__main__":
    _, way, module, folder, keys = sys.argv
    print(json.dumps(measured(way, importlib.import_module(f"bench.quality.{module}"), Path(folder), keys=keys == "1")))
