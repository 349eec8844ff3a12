"""The life of a quality run: it waits, the worker scores, and it ends in a scorecard, a reason, or a cancellation."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RunAction(StrEnum):
    """What moves a run."""

    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"


_S, _A = RunState, RunAction

UNDER_WAY: Final = (_S.QUEUED, _S.RUNNING)
"""States in which a run still has work before it."""

ASKERS: Final = (Role.PROVIDER, Role.VALUER, Role.TESTER)
"""Who may start a run and cancel it."""

QUALITY_RUN: Final = Machine(
    "valuation.quality-run",
    _S.QUEUED,
    {
        (_S.QUEUED, _A.START): step(_S.RUNNING, Role.SYSTEM),
        (_S.QUEUED, _A.CANCEL): step(_S.CANCELLED, *ASKERS),
        (_S.RUNNING, _A.CANCEL): step(_S.CANCELLED, *ASKERS),
        (_S.RUNNING, _A.FINISH): step(_S.SUCCEEDED, Role.SYSTEM),
        (_S.RUNNING, _A.FAIL): step(_S.FAILED, Role.SYSTEM),
    },
)
