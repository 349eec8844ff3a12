"""The life of a transfer reversal."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class TransferReversalState(StrEnum):
    """Where a reversal stands; what has failed stays owed by the party, and later payouts are set off against it."""

    BEGUN = "begun"
    REFERRED = "referred"
    REVERSED = "reversed"
    FAILED = "failed"


class TransferReversalAction(StrEnum):
    """What happens to a reversal."""

    REVERSE = "reverse"
    REFER = "refer"
    RETRY = "retry"
    FAIL = "fail"


_S, _A = TransferReversalState, TransferReversalAction

TRANSFER_REVERSAL: Final = Machine(
    "market.transfer_reversal",
    _S.BEGUN,
    {
        (_S.BEGUN, _A.REVERSE): step(_S.REVERSED, Role.SYSTEM),
        (_S.BEGUN, _A.FAIL): step(_S.FAILED, Role.SYSTEM),
        (_S.BEGUN, _A.REFER): step(_S.REFERRED, Role.SYSTEM),
        (_S.REFERRED, _A.REVERSE): step(_S.REVERSED, Role.SYSTEM),
        (_S.REFERRED, _A.RETRY): step(_S.BEGUN, Role.CLEARING),
        (_S.REFERRED, _A.FAIL): step(_S.FAILED, Role.CLEARING),
    },
)
"""What Stripe was asked for often enough waits for the clearing officer, who has it asked again or leaves the debt."""

UNDER_WAY: Final = (_S.BEGUN, _S.REFERRED)
"""What may yet pay a debt, which nothing else pays meanwhile."""
