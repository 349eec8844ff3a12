"""The life of a card dispute."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class CardDisputeState(StrEnum):
    """Where a dispute stands; money is taken from `open` on, and never while it is only `warned` of."""

    WARNED = "warned"
    OPEN = "open"
    ANSWERED = "answered"
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"


class CardDisputeAction(StrEnum):
    """What happens to a dispute."""

    ESCALATE = "escalate"
    ANSWER = "answer"
    WIN = "win"
    LOSE = "lose"
    CLOSE = "close"


_S, _A = CardDisputeState, CardDisputeAction

CARD_DISPUTE: Final = Machine(
    "market.card_dispute",
    _S.OPEN,
    {
        (_S.WARNED, _A.ESCALATE): step(_S.OPEN, Role.SYSTEM),
        (_S.WARNED, _A.CLOSE): step(_S.CLOSED, Role.SYSTEM),
        (_S.OPEN, _A.ANSWER): step(_S.ANSWERED, Role.CLEARING, Role.SYSTEM),
        (_S.OPEN, _A.WIN): step(_S.WON, Role.SYSTEM),
        (_S.OPEN, _A.LOSE): step(_S.LOST, Role.SYSTEM),
        (_S.ANSWERED, _A.WIN): step(_S.WON, Role.SYSTEM),
        (_S.ANSWERED, _A.LOSE): step(_S.LOST, Role.SYSTEM),
    },
    starts=frozenset({_S.WARNED}),
)

STANDING: Final = (_S.OPEN, _S.ANSWERED)
"""The gateway has the money, and the payment is not refunded meanwhile."""
