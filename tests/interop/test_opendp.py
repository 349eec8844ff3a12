"""Our noise beside OpenDP's, whose program shares nothing with ours: the same draws, costs and sensitivities."""

import json
import math
import subprocess
from collections import Counter
from random import Random

import pytest

from channels.computing.privacy.noise import laplace
from channels.computing.privacy.releases import Bounds, Figure, Kind, sensitivity
from tests.interop.stand import HERE, interpreter

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("interop")]

SCALES = [(2, 1, 100_000), (1, 1, 20_000), (10, 1, 20_000), (7, 3, 20_000)]
"""A scale of t/s, and how many draws: OpenDP takes a tenth of a millisecond for one, and more on a busy machine."""
SUMS = [(0, 20_000, 1), (-30, 10, 2), (5, 9, 3)]


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """What OpenDP says; skips where it cannot be had."""
    python = interpreter("LIUTONG_OPENDP", tmp_path_factory.mktemp("opendp"), "opendp==0.16.0")
    asked = {"scales": [(t / s, draws) for t, s, draws in SCALES], "sums": SUMS, "rows": 3}
    command = [python, HERE / "opendp_check.py", json.dumps(asked)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def _statistic(one: Counter, other: Counter) -> tuple[float, int]:
    """The chi-square of two samples of one size, and its degrees of freedom; rare values are one bin."""
    common = {z for z in one | other if one[z] + other[z] >= 20}
    bins = [(one[z], other[z]) for z in common]
    bins.append((one.total() - sum(one[z] for z in common), other.total() - sum(other[z] for z in common)))
    filled = [(a, b) for a, b in bins if a + b]
    return sum((a - b) ** 2 / (a + b) for a, b in filled), len(filled) - 1


def _bound(degrees: int) -> float:
    """Above the 1 - 1e-6 quantile of chi-square (Laurent and Massart 2000, lemma 1, x = ln 1e6)."""
    x = math.log(1e6)
    return degrees + 2 * math.sqrt(degrees * x) + 2 * x


@pytest.mark.parametrize("at", range(len(SCALES)))
def test_draws_are_of_one_distribution(theirs, at):
    t, s, draws = SCALES[at]
    source = Random(at)
    ours = Counter(laplace(t, s, source) for _ in range(draws))
    drawn = theirs["drawn"][at]
    statistic, degrees = _statistic(ours, Counter({int(z): count for z, count in drawn["hits"].items()}))
    assert statistic < _bound(degrees)
    assert drawn["epsilon"] == pytest.approx(s / t)
    # OpenDP's distance for one in twenty lies between whole numbers: no more than that are beyond the next one.
    beyond = [sum(count for z, count in ours.items() if abs(z) >= reach) / draws for reach in _around(drawn["within"])]
    assert beyond[0] > 0.05 - 0.008
    assert beyond[1] < 0.05 + 0.008


def _around(distance: float) -> tuple[int, int]:
    return math.floor(distance), math.ceil(distance)


def test_other_noise_would_be_seen(theirs):
    """Draws with nought once for each sign, or a scale a twentieth larger, are not of that distribution."""
    drawn = Counter({int(z): count for z, count in theirs["drawn"][0]["hits"].items()})
    source = Random(9)
    wider = Counter(laplace(21, 10, source) for _ in range(SCALES[0][2]))
    doubled = Counter(
        z if z or source.randrange(2) else 1 for z in (laplace(2, 1, source) for _ in range(SCALES[0][2]))
    )
    for wrong in (wider, doubled):
        statistic, degrees = _statistic(wrong, drawn)
        assert statistic > _bound(degrees)


def test_one_unit_changes_as_much_as_opendp_says(theirs):
    ours = [sensitivity(Figure(Kind.SUM, Bounds(lower, upper)), rows) for lower, upper, rows in SUMS]
    assert theirs["changes"] == ours
    assert theirs["count"] == sensitivity(Figure(Kind.COUNT), 3)
