"""The lives of a party's bank details, of a payout, and of the batch in which payouts leave."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class PayeeState(StrEnum):
    """Where bank details stand; only what is active is paid to."""

    DECLARED = "declared"
    CONFIRMED = "confirmed"
    ACTIVE = "active"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    CLOSED = "closed"


class PayeeAction(StrEnum):
    """What can be done with bank details."""

    CONFIRM = "confirm"
    ACTIVATE = "activate"
    REPLACE = "replace"
    WITHDRAW = "withdraw"
    REJECT = "reject"
    LAPSE = "lapse"
    CLOSE = "close"


_P, _Q = PayeeState, PayeeAction
OWNER: Final = Role.PROVIDER
"""The party itself, whatever else it is: whoever is owed money is a provider of something."""

PAYEE_ACCOUNT: Final = Machine(
    "market.payee_account",
    _P.DECLARED,
    {
        (_P.DECLARED, _Q.CONFIRM): step(_P.CONFIRMED, OWNER),
        (_P.DECLARED, _Q.WITHDRAW): step(_P.WITHDRAWN, OWNER),
        (_P.CONFIRMED, _Q.WITHDRAW): step(_P.WITHDRAWN, OWNER),
        (_P.DECLARED, _Q.REJECT): step(_P.REJECTED, Role.CLEARING),
        (_P.CONFIRMED, _Q.REJECT): step(_P.REJECTED, Role.CLEARING),
        (_P.DECLARED, _Q.LAPSE): step(_P.LAPSED, Role.SYSTEM),
        (_P.CONFIRMED, _Q.ACTIVATE): step(_P.ACTIVE, Role.SYSTEM),
        (_P.ACTIVE, _Q.REPLACE): step(_P.REPLACED, Role.SYSTEM),
        (_P.ACTIVE, _Q.CLOSE): step(_P.CLOSED, OWNER, Role.CLEARING, Role.SYSTEM),
    },
)
PENDING: Final = (_P.DECLARED, _P.CONFIRMED)


class PayoutState(StrEnum):
    """Where a payout stands."""

    DUE = "due"
    BATCHED = "batched"
    SENT = "sent"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class PayoutAction(StrEnum):
    """What can happen to a payout."""

    BATCH = "batch"
    SEND = "send"
    CONFIRM = "confirm"
    RETURN = "return"
    CANCEL = "cancel"


_S, _A = PayoutState, PayoutAction

PAYOUT: Final = Machine(
    "market.payout",
    _S.DUE,
    {
        (_S.DUE, _A.BATCH): step(_S.BATCHED, Role.CLEARING),
        (_S.DUE, _A.CANCEL): step(_S.CANCELLED, Role.SYSTEM, Role.CLEARING),
        (_S.BATCHED, _A.SEND): step(_S.SENT, Role.SYSTEM),
        (_S.BATCHED, _A.CANCEL): step(_S.CANCELLED, Role.SYSTEM, Role.CLEARING),
        (_S.SENT, _A.CONFIRM): step(_S.CONFIRMED, Role.SYSTEM),
        (_S.SENT, _A.RETURN): step(_S.RETURNED, Role.SYSTEM),
        (_S.CONFIRMED, _A.RETURN): step(_S.RETURNED, Role.SYSTEM),
    },
)
"""A bank returns what it had paid, days later too; what was returned is owed again, and a new payout follows it."""


class BatchState(StrEnum):
    """Where a batch stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"


class BatchAction(StrEnum):
    """What is done with a batch."""

    APPROVE = "approve"
    REFUSE = "refuse"
    LAPSE = "lapse"


_B, _C = BatchState, BatchAction

BATCH: Final = Machine(
    "market.payout_batch",
    _B.PROPOSED,
    {
        (_B.PROPOSED, _C.APPROVE): step(_B.APPROVED, Role.CLEARING),
        (_B.PROPOSED, _C.REFUSE): step(_B.REFUSED, Role.CLEARING),
        (_B.PROPOSED, _C.LAPSE): step(_B.LAPSED, Role.SYSTEM),
    },
)
"""Approved is what two officers have approved; the file exists from then on."""
