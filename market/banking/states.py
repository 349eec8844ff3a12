"""What became of a line of a statement: booked at once, or waiting for somebody with a day by which it is settled."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class MatchState(StrEnum):
    """Where a line stands. All but the first and the last four are on the clearing officer's desk."""

    RECEIVED = "received"
    UNKNOWN = "unknown"
    PARTIAL = "partial"
    PROPOSED = "proposed"
    RETURNING = "returning"
    UNEXPLAINED = "unexplained"
    MATCHED = "matched"
    PREPAID = "prepaid"
    RETURNED = "returned"
    EXPLAINED = "explained"


class MatchAction(StrEnum):
    """What is done with a line."""

    HOLD = "hold"
    WAIT = "wait"
    PROPOSE = "propose"
    REPEAT = "repeat"
    QUESTION = "question"
    MATCH = "match"
    RECOGNISE = "recognise"
    ASSIGN = "assign"
    COMPLETE = "complete"
    PREPAY = "prepay"
    SEND_BACK = "send-back"
    FINISH = "finish"
    EXPLAIN = "explain"


_S, _A = MatchState, MatchAction
WAITING: Final = (_S.UNKNOWN, _S.PARTIAL, _S.PROPOSED)
"""Money that came in and belongs to nobody yet."""

ON_THE_DESK: Final = (*WAITING, _S.RETURNING, _S.UNEXPLAINED)

FIRST: Final = {
    _S.UNKNOWN: _A.HOLD,
    _S.PARTIAL: _A.WAIT,
    _S.PROPOSED: _A.PROPOSE,
    _S.RETURNING: _A.REPEAT,
    _S.UNEXPLAINED: _A.QUESTION,
    _S.MATCHED: _A.MATCH,
    _S.EXPLAINED: _A.RECOGNISE,
}
"""What booking makes of a line in the unit in which it first looks at it."""

BANK_MATCH: Final = Machine(
    "market.bank_entry",
    _S.RECEIVED,
    {
        **{(_S.RECEIVED, action): step(state, Role.SYSTEM) for state, action in FIRST.items()},
        **{(state, _A.ASSIGN): step(_S.MATCHED, Role.CLEARING) for state in WAITING},
        (_S.PARTIAL, _A.COMPLETE): step(_S.MATCHED, Role.SYSTEM, Role.CLEARING),
        # Its money had come before what it is was told of: a payout of the gateway's.
        **{(state, _A.MATCH): step(_S.MATCHED, Role.SYSTEM) for state in WAITING},
        **{(state, _A.PREPAY): step(_S.PREPAID, Role.CLEARING) for state in WAITING},
        **{(state, _A.SEND_BACK): step(_S.RETURNING, Role.CLEARING, Role.SYSTEM) for state in WAITING},
        (_S.RETURNING, _A.FINISH): step(_S.RETURNED, Role.SYSTEM),
        (_S.UNEXPLAINED, _A.EXPLAIN): step(_S.EXPLAINED, Role.CLEARING),
    },
)
