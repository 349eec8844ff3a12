"""The life of a transfer reversal."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class TransferReversalState(StrEnum):
    """Where a reversal stands; what has failed stays owed by the party, and later payouts are set off against it."""

    BEGUN = "begun"
    REVERSED = "reversed"
    FAILED = "failed"


class TransferReversalAction(StrEnum):
    """What happens to a reversal."""

    REVERSE = "reverse"
    FAIL = "fail"


_S, _A = TransferReversalState, TransferReversalAction

TRANSFER_REVERSAL: Final = Machine(
    "market.transfer_reversal",
    _S.BEGUN,
    {
        (_S.BEGUN, _A.REVERSE): step(_S.REVERSED, Role.SYSTEM),
        (_S.BEGUN, _A.FAIL): step(_S.FAILED, Role.SYSTEM),
    },
)
