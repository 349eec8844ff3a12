"""`make interop`: the log, the credential and the PDF before verifiers that others wrote; each must also refuse.

Tools are installed into a throw-away folder, from PyPI, npm and Debian. One that is absent is named with how to get
it, and makes no check pass: the last line says how many were skipped.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.interop import books, quality
from tests.interop.golang import go_sumdb, go_witness
from tests.interop.packages import node, openvc, pdfsig, tlog_scales
from tests.interop.stand import LARGE, SIZES, Absent, Bench
from tests.kernel.documents import material

VERIFIERS: dict[str, Callable[[Bench], None]] = {
    "Go golang.org/x/mod/sumdb": go_sumdb,
    "a witness over Go golang.org/x/mod/sumdb": go_witness,
    "PyPI tlog-scales": tlog_scales,
    "PyPI openvc-core": openvc,
    "Node crypto, npm canonicalize": node,
    "Debian pdfsig": pdfsig,
    "Debian hledger": books.hledger,
    "PyPI rdflib and pyshacl: scorecards as DQV": quality.dqv,
    "PyPI openlineage-python: scorecards as facets": quality.openlineage,
    "PyPI datacontract-cli: scorecards as ODCS results": quality.odcs,
    "PyPI pycanon: k, l and t": quality.pycanon,
}


def main() -> int:
    """Run every verifier that is here; 1 when any said the wrong thing."""
    folder = Path(tempfile.mkdtemp(prefix="liutong-interop-"))
    try:
        bench = Bench(folder, material.make(folder), (*SIZES, LARGE))
        for name, verifier in VERIFIERS.items():
            print(name)
            try:
                verifier(bench)
            except Absent as problem:
                bench.skipped.append(name)
                print(f"  SKIPPED: {problem}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    wrong = [what for what, right in bench.done if not right]
    print(json.dumps({"checks": len(bench.done), "wrong": wrong, "skipped": bench.skipped}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
