"""The life of a window in which an objective is measured."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class WindowState(StrEnum):
    """Where a window stands."""

    OPEN = "open"
    MET = "met"
    BREACHED = "breached"
    NOT_ASSESSED = "not_assessed"
    CREDITED = "credited"


class WindowAction(StrEnum):
    """What becomes of a window."""

    MEET = "meet"
    BREACH = "breach"
    LEAVE = "leave"
    CREDIT = "credit"


MISSED: Final = (WindowState.BREACHED, WindowState.CREDITED)
"""An objective was missed, whether or not anything could be taken for it."""

_S, _A = WindowState, WindowAction

SERVICE_WINDOW: Final = Machine(
    "market.service_window",
    _S.OPEN,
    {
        (_S.OPEN, _A.MEET): step(_S.MET, Role.SYSTEM),
        (_S.OPEN, _A.BREACH): step(_S.BREACHED, Role.SYSTEM),
        (_S.OPEN, _A.LEAVE): step(_S.NOT_ASSESSED, Role.SYSTEM),
        (_S.BREACHED, _A.CREDIT): step(_S.CREDITED, Role.SYSTEM),
        (_S.CREDITED, _A.CREDIT): step(_S.CREDITED, Role.SYSTEM),
    },
)
"""What could not be assessed is no breach. A breach that nothing can be taken for stays a breach; what could be taken
only in part is taken further from what the agreement brings later."""
