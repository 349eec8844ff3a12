"""The life of a redelivery."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class RedeliveryState(StrEnum):
    """Where a redelivery stands."""

    ASKED = "asked"
    REQUIRED = "required"
    DELIVERED = "delivered"
    DECLINED = "declined"
    UNANSWERED = "unanswered"
    MISSED = "missed"
    CALLED_OFF = "called_off"


class RedeliveryAction(StrEnum):
    """What happens to a redelivery."""

    AGREE = "agree"
    DECLINE = "decline"
    STAY_SILENT = "stay_silent"
    DELIVER = "deliver"
    MISS = "miss"
    CALL_OFF = "call_off"


_S, _A = RedeliveryState, RedeliveryAction

REDELIVERY: Final = Machine(
    "market.redelivery",
    _S.ASKED,
    {
        (_S.ASKED, _A.AGREE): step(_S.REQUIRED, Role.PROVIDER),
        (_S.ASKED, _A.DECLINE): step(_S.DECLINED, Role.PROVIDER),
        (_S.ASKED, _A.STAY_SILENT): step(_S.UNANSWERED, Role.SYSTEM),
        (_S.ASKED, _A.CALL_OFF): step(_S.CALLED_OFF, Role.SYSTEM),
        (_S.REQUIRED, _A.DELIVER): step(_S.DELIVERED, Role.PROVIDER),
        (_S.REQUIRED, _A.MISS): step(_S.MISSED, Role.SYSTEM),
        (_S.REQUIRED, _A.CALL_OFF): step(_S.CALLED_OFF, Role.SYSTEM),
    },
    starts=frozenset({_S.REQUIRED}),
)
"""A buyer asks and the provider agrees, or a complaint's outcome requires it at once. What was delivered again is taken
or not by the order's own inspection, or by the complaint that led to it."""

OPEN: Final = (_S.ASKED, _S.REQUIRED)
"""Both have a clock: the answer, and the delivery."""
