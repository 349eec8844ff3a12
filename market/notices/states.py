"""The life of an infringement notice (民法典 arts. 1195 to 1197; 电子商务法 arts. 42, 43)."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class NoticeState(StrEnum):
    """Where a notice stands."""

    NOTIFIED = "notified"
    REJECTED = "rejected"
    MEASURE = "measure"
    COUNTERED = "countered"
    WAITING = "waiting"
    SUIT_NOTED = "suit_noted"
    LIFTED = "lifted"
    UPHELD = "upheld"
    WITHDRAWN = "withdrawn"


class NoticeAction(StrEnum):
    """What moves a notice."""

    REJECT = "reject"
    MEASURE = "measure"
    COUNTER = "counter"
    FORWARD = "forward"
    NOTE_SUIT = "note_suit"
    LIFT = "lift"
    UPHOLD = "uphold"
    WITHDRAW = "withdraw"


_S, _A = NoticeState, NoticeAction

NOTIFIER: Final = Role.BUYER
"""The role in which anybody notifies; that it is the notifier itself is checked against its party."""

HOLDING: Final = (_S.MEASURE, _S.COUNTERED, _S.WAITING, _S.SUIT_NOTED)
"""While a notice is in one of these the listing is off sale."""

OPEN: Final = (_S.NOTIFIED, *HOLDING)

NOTICE: Final = Machine(
    "market.notice",
    _S.NOTIFIED,
    {
        (_S.NOTIFIED, _A.REJECT): step(_S.REJECTED, Role.OPERATOR),
        (_S.NOTIFIED, _A.MEASURE): step(_S.MEASURE, Role.OPERATOR),
        (_S.MEASURE, _A.COUNTER): step(_S.COUNTERED, Role.PROVIDER),
        # Nobody says that nothing is infringed: the listing is taken off the shelf.
        (_S.MEASURE, _A.UPHOLD): step(_S.UPHELD, Role.SYSTEM),
        (_S.COUNTERED, _A.FORWARD): step(_S.WAITING, Role.OPERATOR, Role.SYSTEM),
        (_S.WAITING, _A.NOTE_SUIT): step(_S.SUIT_NOTED, NOTIFIER, Role.OPERATOR),
        (_S.WAITING, _A.LIFT): step(_S.LIFTED, Role.SYSTEM),
        (_S.SUIT_NOTED, _A.LIFT): step(_S.LIFTED, Role.OPERATOR),
        (_S.SUIT_NOTED, _A.UPHOLD): step(_S.UPHELD, Role.OPERATOR),
        **{(state, _A.WITHDRAW): step(_S.WITHDRAWN, NOTIFIER, Role.OPERATOR) for state in OPEN},
    },
)
"""A complaint or suit that is noted in time keeps the measure until an authority or a court has decided."""
