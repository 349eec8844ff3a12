"""What the benchmark's scripts for peers share; they run in environments of their own, so only the standard library."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Counts = dict[str, int]


def main(work: Callable[[dict[str, Any]], Counts]) -> None:
    """Measure the work on the specification that the first argument names; the result is the last line of output."""
    spec = json.loads(Path(sys.argv[1]).read_text())
    began, used = time.perf_counter(), time.process_time()
    counts = work(spec)
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    peak = peak_mb()
    sys.stdout.flush()
    print("\n" + json.dumps({"seconds": seconds, "cpu": cpu, "mb": peak, "counts": counts}))
    sys.stdout.flush()
    os._exit(0)  # Threads that report to somebody else's server are not waited for.


def peak_mb() -> float:
    """The most memory that this process held; what getrusage tells of it includes that of whoever started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def bounds(check: dict[str, Any]) -> dict[str, Any]:
    """The bounds of a range, by their ODCS names."""
    return {name: check["bounds"].get(name) for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")}


def failing(check: dict[str, Any]) -> str:
    """SQL that is true where a value is out of its range."""
    signs = {"minimum": "<", "maximum": ">", "exclusiveMinimum": "<=", "exclusiveMaximum": ">="}
    column = check["column"]
    value = "TIMESTAMP '{}'" if check["timestamp"] else "{}"
    return " OR ".join(f"{column} {signs[name]} {value.format(bound)}" for name, bound in check["bounds"].items())
