"""The lives of a target (推送目的地) that a buyer names, and of a push (推送) to it."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class PushTargetState(StrEnum):
    """Where a target stands."""

    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"
    REMOVED = "removed"


class PushTargetAction(StrEnum):
    """What happens to a target."""

    PASS = "pass"  # noqa: S105 - the check is passed
    REFUSE = "refuse"
    REMOVE = "remove"


_T, _A = PushTargetState, PushTargetAction
_OWNERS: Final = (Role.BUYER, Role.SYSTEM)

PUSH_TARGET: Final = Machine(
    "channels.push_target",
    _T.CHECKING,
    {
        (_T.CHECKING, _A.PASS): step(_T.READY, Role.SYSTEM),
        (_T.CHECKING, _A.REFUSE): step(_T.REFUSED, Role.SYSTEM),
        (_T.CHECKING, _A.REMOVE): step(_T.REMOVED, *_OWNERS),
        (_T.READY, _A.REMOVE): step(_T.REMOVED, *_OWNERS),
    },
)
"""One that is refused or removed keeps no credential; the system removes what belongs to an agreement that is over."""


class PushState(StrEnum):
    """Where a push stands."""

    PLANNED = "planned"
    UPLOADING = "uploading"
    VERIFYING = "verifying"
    DONE = "done"
    FAILED = "failed"
    REVOKED = "revoked"
    CANCELLED = "cancelled"


class PushAction(StrEnum):
    """What happens to a push."""

    START = "start"
    VERIFY = "verify"
    FINISH = "finish"
    FAIL = "fail"
    REVOKE = "revoke"
    CANCEL = "cancel"


_S, _D = PushState, PushAction
UNDER_WAY: Final = (_S.PLANNED, _S.UPLOADING, _S.VERIFYING)
"""What a worker has in hand or will take up."""

PUSH: Final = Machine(
    "channels.push",
    _S.PLANNED,
    {
        (_S.PLANNED, _D.START): step(_S.UPLOADING, Role.SYSTEM),
        (_S.UPLOADING, _D.VERIFY): step(_S.VERIFYING, Role.SYSTEM),
        (_S.VERIFYING, _D.FINISH): step(_S.DONE, Role.SYSTEM),
        **{(state, _D.FAIL): step(_S.FAILED, Role.SYSTEM) for state in UNDER_WAY},
        **{(state, _D.REVOKE): step(_S.REVOKED, Role.SYSTEM) for state in UNDER_WAY},
        **{(state, _D.CANCEL): step(_S.CANCELLED, Role.BUYER, Role.SYSTEM) for state in UNDER_WAY},
    },
    starts=frozenset({_S.FAILED}),
)
"""One that the buyer's standing order could not begin is failed from the start, and says why."""
