"""The first result of a template on a table of millions of rows out of encrypted storage, beside DuckDB alone.

As a worker does it: a fresh process, the columns that the text names deciphered and handed to it, the text run in a
locked engine, and the answer let go once the whole file has proved to be the registered one. At the first run of a file
that means to read it whole, beside the work; after that its key proves it. Each process had got ready before it was
wanted, as those of a worker have; what one takes that had not is told apart.
"""

import asyncio
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from bench import report
from channels.computing.engine.answers import from_template
from channels.computing.engine.files import NotComputed
from channels.computing.engine.locked import LIMITS
from channels.computing.loading import Loading, computed
from channels.computing.rules import RULES
from kernel.jobs.processes import ProcessDied
from kernel.settings import Settings
from kernel.storage.scratch import parts_of
from kernel.storage.store import Storage, new_key
from kernel.time.clock import SystemClock, day_in_china
from rights.assets.queries import RevisionFile

ROUNDS: Final = 5
GOAL_ROWS: Final = 10_000_000
GOAL_MS: Final = 500.0
IDLE_SECONDS: Final = 2.0
"""Between runs, so that the next process has got ready."""
SQL: Final = (
    "select region, count(*) as n, sum(amount) as total from data where month >= $least group by region order by region"
)


def run() -> None:
    """Milliseconds at the most rows that a run may have here, and at those of the aim."""
    most = RULES.at(_today()).body.template_rows_max
    print(f"\ntemplates: the first result, {ROUNDS} of each size; a run has {most:,} rows at the most")
    with tempfile.TemporaryDirectory() as folder:
        for at, rows in enumerate(sorted({GOAL_ROWS, most})):
            asyncio.run(_measure(Path(folder), rows, is_first=at == 0))


def _today() -> date:
    return day_in_china(SystemClock().now())


def _table(path: Path, rows: int) -> Path:
    """Orders of thirty-one regions and twelve months."""
    columns = "i AS id, 'r' || i % 31 AS region, 1 + i % 12 AS month, (i * 7919) % 100000 AS amount"
    made = f"COPY (SELECT {columns} FROM range({rows}) t(i)) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
    duckdb.connect().execute(made)
    return path


async def _measure(folder: Path, rows: int, *, is_first: bool) -> None:
    path = _table(folder / f"{rows}.parquet", rows)
    storage = Storage.open(Settings(data_dir=folder / "data"))
    key = new_key("bench")
    stored = await storage.put_stream(key, parts_of(path), path.stat().st_size)
    file = RevisionFile(path.name, stored.sha256, stored.size_bytes, key)
    unready = await _timed(storage, file) if is_first else None
    storage.keys.proof_path(key).unlink(missing_ok=True)
    unproved, *warm = [await _timed(storage, file, after=IDLE_SECONDS) for _ in range(1 + ROUNDS)]
    told = [each for each in warm if each is not None]
    p50 = f"p50 {report.quantile(told, 0.5):.0f} ms, worst {max(told):.0f} ms" if told else "no answer"
    print(f"  {rows:,} rows, {path.stat().st_size / 1e6:.0f} MB: {p50}, {ROUNDS - len(told)} without an answer")
    print(f"    the first of the file {_ms(unproved)}{f', in a process not ready {_ms(unready)}' if is_first else ''}")
    print(f"    DuckDB alone on the plain file {_bare(path):.0f} ms")
    if rows == GOAL_ROWS:
        met = "reached" if len(told) == ROUNDS and report.quantile(told, 0.5) <= GOAL_MS else "NOT reached"
        print(f"    aim ≤ {GOAL_MS:.0f} ms: {met}")


def _ms(taken: float | None) -> str:
    return "no answer" if taken is None else f"{taken:.0f} ms"


def _bare(path: Path) -> float:
    alone = duckdb.connect(config={"threads": 1})
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        alone.execute(SQL.replace("data", f"read_parquet('{path}')"), {"least": 3}).fetchall()
        taken.append((time.perf_counter() - began) * 1000)
    return min(taken)


async def _timed(storage: Storage, file: RevisionFile, after: float = 0) -> float | None:
    """Milliseconds to the answer, after so many idle seconds; None where the process came to its limits."""
    await asyncio.sleep(after)
    began = time.perf_counter()
    try:
        with Loading(storage, RULES.at(_today()).body.loaded_mib_max << 20) as loading:
            source = await loading.table([file])
            arguments = (source, SQL, {"least": 3}, None, 0, 100)
            await computed(loading, from_template, *arguments, seconds=60, limits=LIMITS)
    except (NotComputed, ProcessDied, MemoryError, TimeoutError):
        return None
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    run()
