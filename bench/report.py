"""How measurements are told."""

import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path


def machine() -> None:
    """What it ran on; absolute rates mean little elsewhere, ratios more."""
    model = next(
        (line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.machine()
    )
    print(f"machine: {os.cpu_count()} cores, {model}; Python {platform.python_version()}\n")


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def ratio(title: str, limit: str, theirs: Sequence[float], ours: Sequence[float], aim: float) -> None:
    """Rates of limit and ours, round by round, with the median of the rounds' ratios."""
    pairs = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    found = statistics.median(pairs)
    verdict = "reached" if found >= aim else "NOT reached"
    print(f"{title}")
    print(f"  limit: {limit}: median {statistics.median(theirs):,.0f}/s   ours: {statistics.median(ours):,.0f}/s")
    print(f"  ratio {found:.2f} (rounds {', '.join(f'{pair:.2f}' for pair in pairs)}); aim ≥ {aim}: {verdict}")


def share(name: str, microseconds: float) -> None:
    """A part of the cost of one operation."""
    print(f"    {microseconds:7.0f} µs  {name}")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, from /proc."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def quantile(values: Sequence[float], q: float) -> float:
    """The q-quantile by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def rows(title: str, found: Sequence[Mapping[str, object]]) -> None:
    """Rows of figures, one a line."""
    print(f"\n{title}")
    for row in found:
        print("  " + ", ".join(f"{name} {_shown(value)}" for name, value in row.items()))


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
