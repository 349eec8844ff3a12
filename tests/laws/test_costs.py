"""Every test runs under the law of costs: what costs too much and is not marked slow fails, with its cure."""

from types import SimpleNamespace

import pytest

from tests import costs


def reported(slow, seconds, nodeid="tests/x.py::y"):
    moments = iter([0.0, seconds])
    law = costs.Costs(lambda: next(moments))
    marked = SimpleNamespace(nodeid=nodeid, get_closest_marker=lambda name: name if slow else None)
    began = law.pytest_runtest_protocol()
    next(began)
    report = SimpleNamespace(passed=True, outcome="passed", longrepr=None)
    making = law.pytest_runtest_makereport(marked, SimpleNamespace(when="call"))
    next(making)
    with pytest.raises(StopIteration):
        making.send(report)
    return report.outcome, report.longrepr


@pytest.mark.skipif(costs.PROFILE != "fixed", reason="other profiles try more examples")
def test_what_costs_too_much_fails_unless_it_is_slow():
    outcome, told = reported(False, costs.SECONDS_MAX + 1)
    assert (outcome, "mark it slow" in told) == ("failed", True)
    assert reported(True, costs.SECONDS_MAX + 1) == ("passed", None)
    assert reported(False, costs.SECONDS_MAX - 1) == ("passed", None)


@pytest.mark.skipif(costs.PROFILE != "fixed", reason="other profiles try more examples")
def test_a_law_may_cost_more():
    assert reported(False, costs.LAW_SECONDS_MAX - 1, "tests/laws/test_x.py::y") == ("passed", None)
    assert reported(False, costs.LAW_SECONDS_MAX + 1, "tests/laws/test_x.py::y")[0] == "failed"


def test_the_law_is_in_force(pytestconfig):
    assert any(isinstance(each, costs.Costs) for each in pytestconfig.pluginmanager.get_plugins())
