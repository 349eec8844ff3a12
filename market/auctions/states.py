"""The life of an auction, and of a bidder with its deposit."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class AuctionFormat(StrEnum):
    """How the winner and its price are found."""

    ENGLISH = "english"
    SEALED = "sealed"
    VICKREY = "vickrey"


class AuctionState(StrEnum):
    """Where an auction stands; `closing` is the extension of an open one, and the time to reveal of a sealed one."""

    DRAFT = "draft"
    NOTICED = "noticed"
    DISPLAYED = "displayed"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    ANNULLED = "annulled"
    DEFAULTED = "defaulted"


class AuctionAction(StrEnum):
    """What the seller, an officer, or the clock does."""

    NOTICE = "notice"
    DISPLAY = "display"
    OPEN = "open"
    EXTEND = "extend"
    REVEAL = "reveal"
    CLOSE = "close"
    FAIL = "fail"
    CONFIRM = "confirm"
    SUCCEED = "succeed"
    DEFAULT = "default"
    ANNUL = "annul"


class BidderState(StrEnum):
    """Where a bidder and its deposit stand."""

    REGISTERED = "registered"
    HELD = "held"
    RELEASING = "releasing"
    RETURNED = "returned"
    SET_OFF = "set_off"
    FORFEITED = "forfeited"
    LAPSED = "lapsed"


class BidderAction(StrEnum):
    """What becomes of a bidder's deposit."""

    DEPOSIT = "deposit"
    RELEASE = "release"
    RETURN = "return"
    SET_OFF = "set_off"
    FORFEIT = "forfeit"
    LAPSE = "lapse"


_S, _A = AuctionState, AuctionAction
_CLOCK: Final = Role.SYSTEM
_OFFICERS: Final = (Role.OPERATOR, Role.REGULATOR)

AUCTION: Final = Machine(
    "market.auction",
    _S.DRAFT,
    {
        (_S.DRAFT, _A.NOTICE): step(_S.NOTICED, Role.PROVIDER),
        (_S.DRAFT, _A.ANNUL): step(_S.ANNULLED, Role.PROVIDER, _CLOCK),
        (_S.NOTICED, _A.DISPLAY): step(_S.DISPLAYED, _CLOCK),
        (_S.NOTICED, _A.ANNUL): step(_S.ANNULLED, Role.PROVIDER, *_OFFICERS),
        (_S.DISPLAYED, _A.OPEN): step(_S.OPEN, _CLOCK),
        (_S.DISPLAYED, _A.ANNUL): step(_S.ANNULLED, Role.PROVIDER, *_OFFICERS),
        (_S.OPEN, _A.EXTEND): step(_S.CLOSING, _CLOCK),
        (_S.OPEN, _A.REVEAL): step(_S.CLOSING, _CLOCK),
        (_S.CLOSED, _A.SUCCEED): step(_S.CLOSED, _CLOCK),
        (_S.CLOSED, _A.CONFIRM): step(_S.CONFIRMED, Role.PROVIDER, Role.BUYER),
        (_S.CLOSED, _A.DEFAULT): step(_S.DEFAULTED, _CLOCK),
        (_S.CLOSED, _A.ANNUL): step(_S.ANNULLED, *_OFFICERS),
        **{
            (state, action): step(to, *by)
            for state in (_S.OPEN, _S.CLOSING)
            for action, to, by in (
                (_A.CLOSE, _S.CLOSED, (_CLOCK,)),
                (_A.FAIL, _S.FAILED, (_CLOCK,)),
                (_A.ANNUL, _S.ANNULLED, _OFFICERS),
            )
        },
    },
)
"""The seller may give its auction up until it opens; from there only an officer voids it."""

_B, _D = BidderState, BidderAction

BIDDER: Final = Machine(
    "market.auction_bidder",
    _B.REGISTERED,
    {
        (_B.REGISTERED, _D.DEPOSIT): step(_B.HELD, Role.CLEARING, Role.SYSTEM),
        (_B.REGISTERED, _D.LAPSE): step(_B.LAPSED, _CLOCK),
        # What arrives late is money all the same: it is booked, and goes back.
        (_B.LAPSED, _D.DEPOSIT): step(_B.HELD, Role.CLEARING, Role.SYSTEM),
        (_B.HELD, _D.RELEASE): step(_B.RELEASING, _CLOCK),
        (_B.HELD, _D.SET_OFF): step(_B.SET_OFF, _CLOCK),
        (_B.HELD, _D.FORFEIT): step(_B.FORFEITED, _CLOCK),
        (_B.RELEASING, _D.RETURN): step(_B.RETURNED, Role.CLEARING, Role.SYSTEM),
    },
)

BIDDING: Final = (_S.OPEN, _S.CLOSING)
ENDED: Final = (_S.CONFIRMED, _S.FAILED, _S.ANNULLED, _S.DEFAULTED)
"""The states that nothing leaves."""
