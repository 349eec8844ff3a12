"""The life of a desensitisation: it waits, the worker treats the files, and it ends in a revision or a reason."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class TreatmentState(StrEnum):
    """Where a desensitisation stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class TreatmentAction(StrEnum):
    """What moves a desensitisation."""

    START = "start"
    FINISH = "finish"
    FAIL = "fail"


_S, _A = TreatmentState, TreatmentAction

DESENSITISATION: Final = Machine(
    "valuation.desensitisation",
    _S.QUEUED,
    {
        (_S.QUEUED, _A.START): step(_S.RUNNING, Role.SYSTEM),
        (_S.RUNNING, _A.FINISH): step(_S.SUCCEEDED, Role.SYSTEM),
        (_S.RUNNING, _A.FAIL): step(_S.FAILED, Role.SYSTEM),
    },
)
