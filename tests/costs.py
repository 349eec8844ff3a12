"""A test of the suite may cost so much processor time and no more: what is long by nature is marked slow.

Counted is the processor's time and not the clock's, so that a busy machine turns nothing red; only the test process's
own, since the processes beside it are shared by many tests.
"""

import time
from collections.abc import Callable, Generator
from typing import Any, Final

import pytest

from tests.examples import PROFILE

SECONDS_MAX: Final = 40.0
"""Far more than anything in the suite costs, of which the longest take some four seconds of an idle processor."""


LAW_SECONDS_MAX: Final = 120.0
"""A law asks the whole repository, which grows: its few tests may cost more."""


class Costs:
    """Fails a test that is not marked slow and costs too much, set-up included."""

    def __init__(self, processor_seconds: Callable[[], float] = time.process_time) -> None:
        self._now = processor_seconds
        self._began = 0.0

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self) -> Generator[None, Any, Any]:
        """Begin to count before anything of the test is set up."""
        self._began = self._now()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, Any]:
        """Turn what was passed at too great a cost into a failure with its cure."""
        report = yield
        cost = self._now() - self._began
        if call.when == "call" and report.passed and cost > (most := _most(item)) and not _long(item):
            report.outcome = "failed"
            report.longrepr = (
                f"{item.nodeid} took {cost:.1f} s of processor time, and the suite allows {most:.0f}:"
                " give it less to do, or mark it slow and keep a short proof beside it"
            )
        return report


def _most(item: pytest.Item) -> float:
    """What a test may cost, in seconds of the processor."""
    return LAW_SECONDS_MAX if item.nodeid.startswith("tests/laws/") else SECONDS_MAX


def _long(item: pytest.Item) -> bool:
    """Whether a test may take its time: it is marked slow, or tries more examples than the suite does."""
    return PROFILE != "fixed" or item.get_closest_marker("slow") is not None
