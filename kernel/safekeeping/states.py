"""The life of what the nightly reading finds."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class FindingState(StrEnum):
    """Where a finding stands: open, read again after a restore, as it was again, or lost."""

    OPEN = "open"
    CHECKING = "checking"
    RESTORED = "restored"
    LOST = "lost"


class FindingAction(StrEnum):
    """What happens to it."""

    CHECK = "check"
    RESTORE = "restore"
    REOPEN = "reopen"
    LOSE = "lose"


_S, _A = FindingState, FindingAction

FINDING: Final = Machine(
    "kernel.integrity_finding",
    _S.OPEN,
    {
        (_S.OPEN, _A.CHECK): step(_S.CHECKING, Role.OPERATOR),
        (_S.OPEN, _A.LOSE): step(_S.LOST, Role.OPERATOR),
        (_S.CHECKING, _A.RESTORE): step(_S.RESTORED, Role.SYSTEM),
        (_S.CHECKING, _A.REOPEN): step(_S.OPEN, Role.SYSTEM),
    },
)
WAITING: Final = (_S.OPEN, _S.CHECKING)
"""In which the file is kept from being read, and the operator is reminded."""
