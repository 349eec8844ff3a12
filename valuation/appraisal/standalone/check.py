"""Recomputing report files from the command line, without a database, a network or anything but this engine."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from valuation.appraisal.document import appraisal_in
from valuation.appraisal.recompute import recompute

BYTES_MAX: Final = 64 * 1024 * 1024


def main(arguments: Sequence[str]) -> int:
    """Recompute each file; gives 0 when all are the same, 1 when one differs, 2 when one cannot be read."""
    if not arguments:
        say("usage: verifier REPORT.json ...")
        return 2
    return max(_one(Path(argument)) for argument in arguments)


def _one(path: Path) -> int:
    try:
        if path.stat().st_size > BYTES_MAX:
            raise ValueError("it is too large")
        stated = appraisal_in(json.loads(path.read_bytes()))
        compared = recompute(stated)
    except (OSError, ValueError, RecursionError) as problem:
        say(f"✗ {path}: 无法读取 · cannot be read ({problem})")
        return 2
    if compared.same:
        steps = len(stated["trace"])
        say(f"✓ {path}: {steps} 个步骤逐一重算相同 · all {steps} steps recomputed are the same")
        return 0
    place, was, now = compared.place, compared.stated, compared.computed
    say(f"✗ {path}: 首个不同之处 · first difference {place}: 文书 stated {was}, 重算 computed {now}")
    return 1


def say(line: str) -> None:
    """Print a line whatever the terminal's encoding is."""
    sys.stdout.buffer.write(line.encode() + b"\n")
    sys.stdout.buffer.flush()
