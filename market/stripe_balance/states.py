"""What became of a balance transaction: put to its entry, on its way to the bank, or before the clearing officer."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class StripeMatchState(StrEnum):
    """Where a balance transaction stands."""

    RECEIVED = "received"
    UNEXPLAINED = "unexplained"
    PROPOSED = "proposed"
    IN_TRANSIT = "in-transit"
    MATCHED = "matched"
    EXPLAINED = "explained"
    ARRIVED = "arrived"
    FAILED = "failed"


class StripeMatchAction(StrEnum):
    """What is done with one."""

    MATCH = "match"
    LEAVE = "leave"
    QUESTION = "question"
    EXPLAIN = "explain"
    APPROVE = "approve"
    REFUSE = "refuse"
    LAPSE = "lapse"
    ARRIVE = "arrive"
    FAIL = "fail"


_S, _A = StripeMatchState, StripeMatchAction

STRIPE_MATCH: Final = Machine(
    "market.stripe_transaction",
    _S.RECEIVED,
    {
        (_S.RECEIVED, _A.MATCH): step(_S.MATCHED, Role.SYSTEM),
        (_S.RECEIVED, _A.LEAVE): step(_S.IN_TRANSIT, Role.SYSTEM),
        (_S.RECEIVED, _A.QUESTION): step(_S.UNEXPLAINED, Role.SYSTEM),
        (_S.UNEXPLAINED, _A.MATCH): step(_S.MATCHED, Role.SYSTEM),
        (_S.UNEXPLAINED, _A.EXPLAIN): step(_S.PROPOSED, Role.CLEARING),
        (_S.PROPOSED, _A.APPROVE): step(_S.EXPLAINED, Role.CLEARING),
        (_S.PROPOSED, _A.REFUSE): step(_S.UNEXPLAINED, Role.CLEARING),
        (_S.PROPOSED, _A.LAPSE): step(_S.UNEXPLAINED, Role.SYSTEM),
        (_S.IN_TRANSIT, _A.ARRIVE): step(_S.ARRIVED, Role.SYSTEM, Role.CLEARING),
        (_S.IN_TRANSIT, _A.FAIL): step(_S.FAILED, Role.SYSTEM),
    },
)
"""What is received waits a day for its entry; a payout waits for the line of the bank's statement.

What one officer explains another approves, or it is unexplained again.
"""

ON_THE_DESK: Final = (_S.UNEXPLAINED, _S.PROPOSED, _S.IN_TRANSIT)
NOT_EXPLAINED: Final = (_S.UNEXPLAINED, _S.PROPOSED)
