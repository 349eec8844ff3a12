"""A few mutated cases in every run of the suite; `python -m tests.fuzz` runs them all."""

import pytest

from tests.fuzz import run


@pytest.mark.parametrize("kind", run.KINDS)
@pytest.mark.slow
@pytest.mark.parametrize("cases", [40, 400])
def test_mutations_do_no_more_than_score_or_refuse(kind, cases):
    report = run.run(kind, cases, seed=cases)
    assert report.failures == [], str(report)
    assert report.cases == cases
    assert report.outcomes["scored"] > 0
    assert len(report.outcomes) > 2


def test_what_goes_wrong_is_found():
    """A child that dies is told, and the run goes on with the next case."""
    report = run.run("no such kind", 2, 1)
    assert [line.strip() for line in report.failures] == [
        "no such kind 1: died with 1",
        "no such kind 2: died with 1",
    ]
