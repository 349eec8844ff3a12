"""The verifiers of `make interop` that are here or install in seconds, in the suite; the others say why not."""

from pathlib import Path

import pytest

from tests.interop.run import VERIFIERS
from tests.interop.stand import Absent, Bench
from tests.kernel.documents import material


@pytest.mark.slow
@pytest.mark.xdist_group("interop")
@pytest.mark.parametrize("name", VERIFIERS)
def test_an_outside_verifier_agrees_and_refuses_what_was_altered(name: str, tmp_path: Path) -> None:
    bench = Bench(tmp_path, material.make(tmp_path))
    try:
        VERIFIERS[name](bench)
    except Absent as problem:
        pytest.skip(str(problem))
    assert [what for what, right in bench.done if not right] == []
    assert len(bench.done) > 1
