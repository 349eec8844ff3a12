"""The life of a program's run (程序运行): asked for by a buyer, run here, reviewed by the provider."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class ProgramRunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    IN_REVIEW = "in_review"
    RELEASED = "released"
    REFUSED = "refused"
    LAPSED = "lapsed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ProgramAction(StrEnum):
    """What happens to a run."""

    START = "start"
    HOLD = "hold"
    RELEASE = "release"
    REFUSE = "refuse"
    LAPSE = "lapse"
    FAIL = "fail"
    CANCEL = "cancel"


_R, _D = ProgramRunState, ProgramAction

PROGRAM_RUN: Final = Machine(
    "channels.program_run",
    _R.QUEUED,
    {
        (_R.QUEUED, _D.START): step(_R.RUNNING, Role.SYSTEM),
        (_R.QUEUED, _D.FAIL): step(_R.FAILED, Role.SYSTEM),
        (_R.QUEUED, _D.CANCEL): step(_R.CANCELLED, Role.BUYER),
        (_R.RUNNING, _D.HOLD): step(_R.IN_REVIEW, Role.SYSTEM),
        (_R.RUNNING, _D.FAIL): step(_R.FAILED, Role.SYSTEM),
        (_R.RUNNING, _D.CANCEL): step(_R.CANCELLED, Role.BUYER),
        (_R.IN_REVIEW, _D.RELEASE): step(_R.RELEASED, Role.PROVIDER),
        (_R.IN_REVIEW, _D.REFUSE): step(_R.REFUSED, Role.PROVIDER),
        (_R.IN_REVIEW, _D.LAPSE): step(_R.LAPSED, Role.SYSTEM),
        (_R.IN_REVIEW, _D.CANCEL): step(_R.CANCELLED, Role.BUYER),
    },
)
UNDER_WAY: Final = (_R.QUEUED, _R.RUNNING)
"""What waits for its process or has one."""
UNCOUNTED: Final = (_R.FAILED,)
"""What came to nothing by a fault here is not one of the runs that an agreement has."""
DROPPED: Final = (_R.REFUSED, _R.LAPSED, _R.FAILED, _R.CANCELLED)
"""Over, and nothing of it leaves: its results are removed."""
