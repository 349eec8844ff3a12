"""The life of a share that is kept back."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class WithheldState(StrEnum):
    """Where a share stands: ordered to be kept back when its order is settled, kept back, or decided upon."""

    ORDERED = "ordered"
    HELD = "held"
    LIFTED = "lifted"
    RELEASED = "released"
    REDIRECTED = "redirected"
    REFUNDED = "refunded"


class WithheldAction(StrEnum):
    """What happens to it."""

    HOLD = "hold"
    LIFT = "lift"
    RELEASE = "release"
    REDIRECT = "redirect"
    REFUND = "refund"


_S, _A = WithheldState, WithheldAction

WITHHELD: Final = Machine(
    "market.withheld_share",
    _S.ORDERED,
    {
        (_S.ORDERED, _A.HOLD): step(_S.HELD, Role.SYSTEM),
        (_S.ORDERED, _A.LIFT): step(_S.LIFTED, Role.CLEARING, Role.SYSTEM),
        (_S.HELD, _A.RELEASE): step(_S.RELEASED, Role.CLEARING, Role.SYSTEM),
        (_S.HELD, _A.REDIRECT): step(_S.REDIRECTED, Role.CLEARING),
        # The whole of it went back to the buyer.
        (_S.HELD, _A.REFUND): step(_S.REFUNDED, Role.SYSTEM),
    },
    starts=frozenset({_S.HELD}),
)

WAITING: Final = (_S.ORDERED, _S.HELD)
"""States in which the clearing officer owes a decision."""
