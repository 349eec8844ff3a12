"""The first result of a template on a table of millions of rows, its process begun anew for it, beside DuckDB alone.

As a worker does it: the file is compared with its registered digest, read, and only then may the template's text run.
"""

import asyncio
import hashlib
import tempfile
import time
from pathlib import Path
from typing import Final

import duckdb

from bench import report
from channels.computing.engine.answers import from_template
from channels.computing.engine.locked import LIMITS, NotComputed, Part, Source
from channels.computing.rules import RULES
from kernel.jobs.processes import ProcessDied, called
from kernel.time.clock import SystemClock, day_in_china

ROUNDS: Final = 5
GOAL_ROWS: Final = 10_000_000
GOAL_MS: Final = 500.0
SQL: Final = (
    "select region, count(*) as n, sum(amount) as total from data where month >= $least group by region order by region"
)


def run() -> None:
    """Milliseconds at the most rows that a run may have here, and at those of the aim."""
    most = RULES.at(day_in_china(SystemClock().now())).body.table_rows_max
    print(f"\ntemplates: the first result, {ROUNDS} of each size; a run has {most:,} rows at the most")
    with tempfile.TemporaryDirectory() as folder:
        for rows in sorted({most, GOAL_ROWS}):
            _measure(_table(Path(folder) / f"{rows}.parquet", rows), rows)


def _table(path: Path, rows: int) -> Path:
    """Orders of thirty-one regions and twelve months."""
    columns = "i AS id, 'r' || i % 31 AS region, 1 + i % 12 AS month, (i * 7919) % 100000 AS amount"
    made = f"COPY (SELECT {columns} FROM range({rows}) t(i)) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
    duckdb.connect().execute(made)
    return path


def _measure(path: Path, rows: int) -> None:
    with path.open("rb") as file:
        source = Source(path.name, (Part(str(path), hashlib.file_digest(file, "sha256").hexdigest()),))
    ours = [_timed(source) for _ in range(ROUNDS)]
    bare = duckdb.connect(config={"threads": 1})
    theirs = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        bare.execute(SQL.replace("data", f"read_parquet('{path}')"), {"least": 3}).fetchall()
        theirs.append((time.perf_counter() - began) * 1000)
    told = [each for each in ours if each is not None]
    first = f"p50 {report.quantile(told, 0.5):.0f} ms, worst {max(told):.0f} ms" if told else "no answer"
    print(f"  {rows:,} rows: {first}, {ROUNDS - len(told)} without an answer; DuckDB alone {min(theirs):.0f} ms")
    if rows == GOAL_ROWS:
        met = "reached" if len(told) == ROUNDS and report.quantile(told, 0.5) <= GOAL_MS else "NOT reached"
        print(f"  aim ≤ {GOAL_MS:.0f} ms: {met}")


def _timed(source: Source) -> float | None:
    """Milliseconds to the answer; None where the process came to its limits."""
    began = time.perf_counter()
    asked = called(from_template, source, SQL, {"least": 3}, None, 0, 100, seconds=60, limits=LIMITS, fresh=True)
    try:
        asyncio.run(asked)
    except (NotComputed, ProcessDied, MemoryError, TimeoutError):
        return None
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    run()
