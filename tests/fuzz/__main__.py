"""The whole run: 2,000 mutated contracts and 2,000 mutated files; `python -m tests.fuzz [CASES] [SEED]`."""

import sys

from tests.fuzz import run

CASES, SEED = 2000, 20261123


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(cases: int = CASES, seed: int = SEED) -> int:
    """Tell what became of every kind of case; 1 when any of them did more than score or refuse."""
    failed = 0
    for kind in run.KINDS:
        report = run.run(kind, cases, seed, tell=_tell)
        _tell(str(report))
        failed += len(report.failures)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
