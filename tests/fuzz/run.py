"""One child works through the cases; the parent watches its time and starts it again where it died."""

import contextlib
import json
import os
import random
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

KINDS = ("contract", "file")
SECONDS_MAX = 30
"""A case that takes longer hangs."""
MEMORY_MAX = 4 << 30
"""Of address space, which the native engines reserve generously."""
RESIDENT_MAX_MB = 1500
"""Of memory really used: the cases are small, so none has a reason to come near."""


@dataclass
class Report:
    """What became of the cases of one kind."""

    kind: str
    cases: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0
    resident_mb: int = 0

    def __str__(self) -> str:
        told = ", ".join(f"{name} {count}" for name, count in self.outcomes.most_common())
        head = f"{self.kind}: {self.cases} cases, slowest {self.slowest:.1f} s, at most {self.resident_mb} MB: {told}"
        return "\n".join([head, *self.failures])


def run(kind: str, cases: int, seed: int, tell: Callable[[str], None] | None = None) -> Report:
    """Run the cases seed, seed + 1, …; a case that kills its process or hangs is a failure like any other."""
    report, number = Report(kind), 0
    while number < cases:
        command = [sys.executable, "-m", "tests.fuzz.child", kind, str(seed + number), str(cases - number)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        ) as child:
            number += _follow(child, report, seed + number, tell)
    return report


def _follow(child: subprocess.Popen[bytes], report: Report, first: int, tell: Callable[[str], None] | None) -> int:
    """Read the child's lines until it ends; gives how many cases it used up."""
    assert child.stdout is not None
    done, waiting = 0, b""
    while True:
        patience = SECONDS_MAX * (4 if done == 0 else 1)  # The first case pays for the imports.
        ready, _, _ = select.select([child.stdout], [], [], patience)
        chunk = os.read(child.stdout.fileno(), 1 << 16) if ready else b""
        if not chunk:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            code = child.wait()
            if ready and code == 0:
                return done
            word = f"died with {code}" if ready else f"hung for {patience} s"
            report.failures.append(f"  {report.kind} {first + done}: {word}")
            report.cases += 1
            return done + 1
        waiting += chunk
        *lines, waiting = waiting.split(b"\n")
        for line in lines:
            _note(json.loads(line), report, tell)
            done += 1


def _note(case: dict[str, object], report: Report, tell: Callable[[str], None] | None) -> None:
    report.cases += 1
    report.outcomes[str(case["outcome"])] += 1
    report.slowest = max(report.slowest, float(str(case["seconds"])))
    report.resident_mb = max(report.resident_mb, int(str(case["resident_mb"])))
    if case["outcome"] == "error" or int(str(case["resident_mb"])) > RESIDENT_MAX_MB:
        report.failures.append(f"  {report.kind} {case['seed']}: {case['told']}")
    if tell is not None and report.cases % 100 == 0:
        tell(f"{report.kind}: {report.cases} cases, {len(report.failures)} failures")


def chance(kind: str, seed: int) -> random.Random:
    """The source of a case's mutations, the same whenever it is run."""
    return random.Random(f"{kind}:{seed}")
