"""The life of a portfolio run: it waits, assets are valued, and it ends in a result, a reason, or a cancellation."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class PortfolioState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PortfolioAction(StrEnum):
    """What moves a run."""

    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"


_S, _A = PortfolioState, PortfolioAction

PORTFOLIO_RUN: Final = Machine(
    "valuation.portfolio-run",
    _S.QUEUED,
    {
        (_S.QUEUED, _A.START): step(_S.RUNNING, Role.SYSTEM),
        (_S.QUEUED, _A.CANCEL): step(_S.CANCELLED, Role.VALUER),
        (_S.RUNNING, _A.CANCEL): step(_S.CANCELLED, Role.VALUER),
        (_S.RUNNING, _A.FINISH): step(_S.SUCCEEDED, Role.SYSTEM),
        (_S.RUNNING, _A.FAIL): step(_S.FAILED, Role.SYSTEM),
    },
)
