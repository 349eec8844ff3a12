"""The life of a complaint (电子商务法 arts. 60, 63; 民法典 arts. 582, 620 to 622)."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    FILED = "filed"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    MEDIATING = "mediating"
    PROPOSED = "proposed"
    DECIDING = "deciding"
    AGREED = "agreed"
    DECIDED = "decided"
    APPEALED = "appealed"
    FINAL = "final"
    REDELIVERING = "redelivering"
    REDELIVERED = "redelivered"
    EXECUTED = "executed"
    HANDED_OFF = "handed_off"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"


class ComplaintAction(StrEnum):
    """What moves a complaint."""

    ANSWER = "answer"
    CONCEDE = "concede"
    STAY_SILENT = "stay_silent"
    TAKE = "take"
    PROPOSE = "propose"
    AGREE = "agree"
    REJECT = "reject"
    LET_LAPSE = "let_lapse"
    DECIDE = "decide"
    APPEAL = "appeal"
    RULE = "rule"
    LEAVE = "leave"
    REQUIRE = "require"
    REDELIVER = "redeliver"
    ACCEPT = "accept"
    REFUSE = "refuse"
    EXECUTE = "execute"
    HAND_OFF = "hand_off"
    CONCLUDE = "conclude"
    WITHDRAW = "withdraw"
    OVERTAKE = "overtake"


_S, _A = ComplaintState, ComplaintAction
_SIDES: Final = (Role.BUYER, Role.PROVIDER)

CONTESTED: Final = (
    _S.FILED,
    _S.ANSWERED,
    _S.UNANSWERED,
    _S.MEDIATING,
    _S.PROPOSED,
    _S.DECIDING,
    _S.DECIDED,
    _S.APPEALED,
    _S.FINAL,
)
"""The states in which a side may still take the matter to arbitration or court, and the buyer may give it up."""

OPEN: Final = (*CONTESTED, _S.AGREED, _S.REDELIVERING, _S.REDELIVERED, _S.HANDED_OFF)
"""The states in which the disputed money is held; each has an owner and a clock."""

COMPLAINT: Final = Machine(
    "market.complaint",
    _S.FILED,
    {
        (_S.FILED, _A.ANSWER): step(_S.ANSWERED, Role.PROVIDER),
        (_S.FILED, _A.CONCEDE): step(_S.AGREED, Role.PROVIDER),
        (_S.FILED, _A.STAY_SILENT): step(_S.UNANSWERED, Role.SYSTEM),
        (_S.ANSWERED, _A.TAKE): step(_S.MEDIATING, Role.OPERATOR),
        (_S.UNANSWERED, _A.TAKE): step(_S.MEDIATING, Role.OPERATOR),
        (_S.MEDIATING, _A.PROPOSE): step(_S.PROPOSED, Role.OPERATOR),
        # Mediation that leads to no proposal in its time has failed.
        (_S.MEDIATING, _A.LET_LAPSE): step(_S.DECIDING, Role.OPERATOR, Role.SYSTEM),
        (_S.PROPOSED, _A.AGREE): step(_S.AGREED, *_SIDES),
        (_S.PROPOSED, _A.REJECT): step(_S.DECIDING, *_SIDES),
        (_S.PROPOSED, _A.LET_LAPSE): step(_S.DECIDING, Role.SYSTEM),
        (_S.DECIDING, _A.DECIDE): step(_S.DECIDED, Role.OPERATOR),
        (_S.DECIDED, _A.APPEAL): step(_S.APPEALED, *_SIDES),
        (_S.DECIDED, _A.LEAVE): step(_S.FINAL, Role.SYSTEM),
        (_S.APPEALED, _A.RULE): step(_S.FINAL, Role.OPERATOR),
        (_S.AGREED, _A.EXECUTE): step(_S.EXECUTED, Role.SYSTEM),
        (_S.AGREED, _A.REQUIRE): step(_S.REDELIVERING, Role.SYSTEM),
        (_S.FINAL, _A.EXECUTE): step(_S.EXECUTED, Role.SYSTEM),
        (_S.FINAL, _A.REQUIRE): step(_S.REDELIVERING, Role.SYSTEM),
        (_S.REDELIVERING, _A.REDELIVER): step(_S.REDELIVERED, Role.PROVIDER),
        # What is not delivered again in time is paid back.
        (_S.REDELIVERING, _A.EXECUTE): step(_S.EXECUTED, Role.SYSTEM),
        (_S.REDELIVERED, _A.ACCEPT): step(_S.EXECUTED, Role.BUYER, Role.SYSTEM),
        (_S.REDELIVERED, _A.REFUSE): step(_S.DECIDING, Role.BUYER),
        (_S.HANDED_OFF, _A.CONCLUDE): step(_S.FINAL, Role.OPERATOR),
        (_S.HANDED_OFF, _A.WITHDRAW): step(_S.WITHDRAWN, Role.BUYER),
        **{(state, _A.HAND_OFF): step(_S.HANDED_OFF, *_SIDES) for state in CONTESTED},
        **{(state, _A.WITHDRAW): step(_S.WITHDRAWN, Role.BUYER) for state in CONTESTED},
        **{(state, _A.OVERTAKE): step(_S.OVERTAKEN, Role.SYSTEM) for state in OPEN},
    },
)
"""Silence never decides who is right: a silent provider is mediated without, a proposal that one side does not take is
followed by a decision, and a decision that nobody appeals becomes final. Whatever the centre owes it is reminded of."""
