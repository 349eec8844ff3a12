"""The life of a delivery plan, and of each of its parts."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class PlanState(StrEnum):
    """Where a plan stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class PlanAction(StrEnum):
    """What happens to a plan."""

    AGREE = "agree"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


_P, _D = PlanState, PlanAction
_SIDES: Final = (Role.BUYER, Role.PROVIDER)

DELIVERY_PLAN: Final = Machine(
    "market.delivery_plan",
    _P.PROPOSED,
    {
        (_P.PROPOSED, _D.AGREE): step(_P.AGREED, *_SIDES),
        (_P.PROPOSED, _D.DECLINE): step(_P.DECLINED, *_SIDES),
        (_P.PROPOSED, _D.WITHDRAW): step(_P.WITHDRAWN, *_SIDES),
        (_P.PROPOSED, _D.LAPSE): step(_P.LAPSED, Role.SYSTEM),
    },
)
"""One side proposes and may withdraw, the other agrees or declines; silence is no consent."""


class PartState(StrEnum):
    """Where a part stands."""

    PLANNED = "planned"
    RELEASED = "released"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUNDED = "refunded"
    ENDED = "ended"


class PartAction(StrEnum):
    """What happens to a part."""

    RELEASE = "release"
    RECEIVE = "receive"
    ACCEPT = "accept"
    REFUND = "refund"
    END = "end"


_S, _A = PartState, PartAction

DELIVERY_PART: Final = Machine(
    "market.delivery_part",
    _S.PLANNED,
    {
        (_S.PLANNED, _A.RELEASE): step(_S.RELEASED, Role.SYSTEM),
        (_S.PLANNED, _A.REFUND): step(_S.REFUNDED, Role.SYSTEM),
        (_S.PLANNED, _A.END): step(_S.ENDED, Role.SYSTEM),
        (_S.RELEASED, _A.RECEIVE): step(_S.RECEIVED, Role.BUYER, Role.SYSTEM),
        (_S.RELEASED, _A.REFUND): step(_S.REFUNDED, Role.SYSTEM),
        (_S.RELEASED, _A.END): step(_S.ENDED, Role.SYSTEM),
        (_S.RECEIVED, _A.ACCEPT): step(_S.ACCEPTED, Role.BUYER, Role.SYSTEM),
        (_S.RECEIVED, _A.REFUND): step(_S.REFUNDED, Role.SYSTEM),
        (_S.RECEIVED, _A.END): step(_S.ENDED, Role.SYSTEM),
    },
)
"""A part is released on its day once the order is paid, then goes the way of a whole delivery; its money is shared out
when it is accepted. What goes back of it as a whole closes it, and what is open when its order ends, ends with it."""

OPEN: Final = (_S.PLANNED, _S.RELEASED, _S.RECEIVED)
"""What is still to come of an order, its money in escrow."""

TO_COME: Final = (_S.PLANNED, _S.RELEASED)
"""What its buyer does not have yet."""

HANDED_OUT: Final = (_S.RELEASED, _S.RECEIVED, _S.ACCEPTED)
"""The states in which the files of a part may be fetched."""
