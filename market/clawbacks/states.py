"""The life of a proposal to write a clawback off."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class WriteOffState(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    WRITTEN_OFF = "written_off"
    REFUSED = "refused"
    LAPSED = "lapsed"


class WriteOffAction(StrEnum):
    """What is done with it."""

    APPROVE = "approve"
    REFUSE = "refuse"
    LAPSE = "lapse"


_S, _A = WriteOffState, WriteOffAction

WRITE_OFF: Final = Machine(
    "market.clawback_write_off",
    _S.PROPOSED,
    {
        (_S.PROPOSED, _A.APPROVE): step(_S.WRITTEN_OFF, Role.CLEARING),
        (_S.PROPOSED, _A.REFUSE): step(_S.REFUSED, Role.CLEARING),
        (_S.PROPOSED, _A.LAPSE): step(_S.LAPSED, Role.SYSTEM),
    },
)
