"""A portfolio through the command that users run: time, throughput, and peak memory at two sizes."""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from bench import report
from bench.valuation.appraisal import QUALITY, cost_parts, income_parts, said

SIZES = SMALL, LARGE = 10_000, 100_000
AIM_SECONDS = 60
AIM_GROWTH = 1.25
"""The peak at ten times the assets may be a quarter above that at one."""

PROVENANCE = 'source = "house study"\nevidence = "fil_9"\nconfidence = "medium"\n'


def asset(i: int, rng: random.Random) -> dict[str, Any]:
    """Half by the cost approach alone, half by two approaches; every third rests partly on an earlier one."""
    parts = cost_parts(str(rng.randrange(10_000, 10_000_000)))
    head = {"currency": "CNY", "purpose": "price"}
    inputs: dict[str, Any] = {**head, "single_approach_reason": "no deals", **parts}
    if i % 2:
        weights = {"cost": said("0.4"), "income": said("0.6")}
        inputs = {
            **head,
            "value_type": "market-value",
            "cost": parts,
            "income": income_parts(str(rng.randrange(10**6, 10**8))),
            "weighing": {"reason": "both known", "weights": weights, "gap_reason": "demand"},
        }
    line = {"asset": f"ast_{i:06}", "quality": QUALITY, "inputs": inputs, "group": f"sector {i % 20}"}
    if i % 3 == 0 and i:
        line["upstream"] = {f"ast_{i // 3:06}": "0.3", "ast_open": "0.1"}
    return line


def written(folder: Path, count: int) -> Path:
    """The files of a run."""
    rng = random.Random(20261123)
    with (folder / "assets.jsonl").open("wb") as file:
        for i in range(count):
            file.write(msgspec.json.encode(asset(i, rng)) + b"\n")
    path = folder / "RUN.toml"
    path.write_text(
        'name = "bench"\nbase_date = 2026-11-23\ncurrency = "CNY"\nassets = "assets.jsonl"\n'
        f'[overlap]\nvalue = "0.8"\n{PROVENANCE}'
        f'[correlation.within]\nvalue = "0.5"\n{PROVENANCE}[correlation.between]\nvalue = "0.2"\n{PROVENANCE}'
    )
    return path


def performed(count: int) -> tuple[float, float, float]:
    """Seconds, seconds of CPU time of all processes, and peak memory in MB of the largest one."""
    with tempfile.TemporaryDirectory(prefix="bench-portfolio-") as name:
        path = written(Path(name), count)
        command = [sys.executable, "-c", "from centre.cli import main; main()", "portfolio", str(path), "--plain"]
        started = time.perf_counter()
        process = subprocess.Popen([*command, "--lang", "en"], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        said_ = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, said_
        return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def run() -> None:
    """Both sizes."""
    found = {count: performed(count) for count in SIZES}
    print("portfolio by `liutong portfolio`: read, valued with trace, kept, sources traced, totals; one process a core")
    for count, (seconds, cpu, peak) in found.items():
        print(f"  {count:>9,} assets: {seconds:6.1f} s, {cpu:6.1f} s of CPU, peak {peak:.0f} MB in any process")
    seconds, growth = found[LARGE][0], found[LARGE][2] / found[SMALL][2]
    print(f"  aim < {AIM_SECONDS} s for {LARGE:,}: {'reached' if seconds < AIM_SECONDS else 'NOT reached'}")
    verdict = "reached" if growth <= AIM_GROWTH else "NOT reached"
    print(f"  peak at {LARGE:,} / peak at {SMALL:,}: {growth:.2f}; aim ≤ {AIM_GROWTH}: {verdict}\n")


if __name__ == "__main__":
    report.machine()
    run()
