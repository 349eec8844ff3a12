"""The life of a destruction."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class DestructionState(StrEnum):
    """Where a destruction stands: asked for, approved by another, done, and final once no copy of a key is left."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DESTROYED = "destroyed"
    FINAL = "final"
    REFUSED = "refused"
    LAPSED = "lapsed"


class DestructionAction(StrEnum):
    """What happens to it."""

    APPROVE = "approve"
    DESTROY = "destroy"
    FINALISE = "finalise"
    REFUSE = "refuse"
    LAPSE = "lapse"


_S, _A = DestructionState, DestructionAction

DESTRUCTION: Final = Machine(
    "market.destruction",
    _S.REQUESTED,
    {
        (_S.REQUESTED, _A.APPROVE): step(_S.APPROVED, Role.OPERATOR),
        (_S.REQUESTED, _A.REFUSE): step(_S.REFUSED, Role.OPERATOR),
        (_S.REQUESTED, _A.LAPSE): step(_S.LAPSED, Role.SYSTEM),
        # A hold that was set since the approval.
        (_S.APPROVED, _A.REFUSE): step(_S.REFUSED, Role.SYSTEM),
        (_S.APPROVED, _A.DESTROY): step(_S.DESTROYED, Role.SYSTEM),
        (_S.DESTROYED, _A.FINALISE): step(_S.FINAL, Role.SYSTEM),
    },
)
OPEN: Final = (_S.REQUESTED, _S.APPROVED)
"""In which no second destruction of the same asset is asked for."""
