"""The life of a check of the books."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class BookCheckState(StrEnum):
    """Where a check stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class BookCheckAction(StrEnum):
    """What happens to a check."""

    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"


_S, _A = BookCheckState, BookCheckAction
OFFICES: Final = (Role.CLEARING, Role.REGULATOR, Role.AUDITOR, Role.OPERATOR)
"""Who asks for checks, reads them and cancels them."""

BOOK_CHECK: Final = Machine(
    "market.book_check",
    _S.WAITING,
    {
        (_S.WAITING, _A.START): step(_S.RUNNING, Role.SYSTEM),
        (_S.WAITING, _A.CANCEL): step(_S.CANCELLED, *OFFICES),
        (_S.RUNNING, _A.FINISH): step(_S.DONE, Role.SYSTEM),
        (_S.RUNNING, _A.FAIL): step(_S.FAILED, Role.SYSTEM),
        (_S.RUNNING, _A.CANCEL): step(_S.CANCELLED, *OFFICES),
    },
)

OPEN: Final = (_S.WAITING, _S.RUNNING)
