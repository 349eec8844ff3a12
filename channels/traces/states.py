"""The life of a trace (溯源检验)."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class TraceState(StrEnum):
    """Where a trace stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TraceAction(StrEnum):
    """What happens to it."""

    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"


class Verdict(StrEnum):
    """What a trace found: deliveries that it names, nobody, or too few marks to name anybody."""

    NAMED = "named"
    NOBODY = "nobody"
    NOT_ENOUGH = "not-enough"


_S, _A = TraceState, TraceAction
OFFICES: Final = (Role.OPERATOR, Role.REGULATOR, Role.AUDITOR)
"""Who sees every trace, besides whoever asked for one."""
ASKING: Final = (Role.PROVIDER, Role.OPERATOR, Role.REGULATOR)
"""Who asks for traces, and calls them off."""

TRACE: Final = Machine(
    "channels.trace",
    _S.QUEUED,
    {
        (_S.QUEUED, _A.START): step(_S.RUNNING, Role.SYSTEM),
        (_S.QUEUED, _A.FAIL): step(_S.FAILED, Role.SYSTEM),
        (_S.QUEUED, _A.CANCEL): step(_S.CANCELLED, *ASKING),
        (_S.RUNNING, _A.FINISH): step(_S.DONE, Role.SYSTEM),
        (_S.RUNNING, _A.FAIL): step(_S.FAILED, Role.SYSTEM),
        (_S.RUNNING, _A.CANCEL): step(_S.CANCELLED, *ASKING),
    },
)
OPEN: Final = (_S.QUEUED, _S.RUNNING)
