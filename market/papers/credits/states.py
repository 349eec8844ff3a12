"""The lives of a credit note and of the confirmation slip of its red invoice."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step
from market.papers.invoices.states import SELLERS


class CreditState(StrEnum):
    """Where a credit note stands; it has a number from the beginning."""

    PENDING_RED = "pending_red"
    ISSUED = "issued"
    REGISTERED = "registered"
    VOID = "void"


class CreditAction(StrEnum):
    """What is done with a credit note."""

    REGISTER = "register"
    VOID = "void"


CREDIT_NOTE: Final = Machine(
    "market.credit_note",
    CreditState.PENDING_RED,
    {
        (CreditState.PENDING_RED, CreditAction.REGISTER): step(CreditState.REGISTERED, *SELLERS),
        (CreditState.PENDING_RED, CreditAction.VOID): step(CreditState.VOID, *SELLERS),
    },
    starts=frozenset({CreditState.ISSUED}),
)
"""One of a commercial invoice is issued and waits for nothing; any other waits for its slip and its red number."""


class SlipState(StrEnum):
    """Where a confirmation slip stands; CODES has the tax system's word for it."""

    UNNEEDED = "unneeded"
    AWAITS_BUYER = "awaits_buyer"
    AWAITS_SELLER = "awaits_seller"
    CONFIRMED = "confirmed"
    DENIED_BY_BUYER = "denied_by_buyer"
    DENIED_BY_SELLER = "denied_by_seller"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    WITHDRAWN_CONFIRMED = "withdrawn_confirmed"
    VOID = "void"


class SlipAction(StrEnum):
    """What is done with a confirmation slip."""

    CONFIRM = "confirm"
    DENY = "deny"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    VOID = "void"


_S, _A = SlipState, SlipAction

RED_SLIP: Final = Machine(
    "market.red_slip",
    _S.AWAITS_BUYER,
    {
        (_S.AWAITS_BUYER, _A.CONFIRM): step(_S.CONFIRMED, Role.BUYER),
        (_S.AWAITS_BUYER, _A.DENY): step(_S.DENIED_BY_BUYER, Role.BUYER),
        (_S.AWAITS_BUYER, _A.WITHDRAW): step(_S.WITHDRAWN, *SELLERS),
        (_S.AWAITS_BUYER, _A.LAPSE): step(_S.LAPSED, Role.SYSTEM),
        (_S.AWAITS_BUYER, _A.VOID): step(_S.VOID, *SELLERS),
        (_S.AWAITS_SELLER, _A.CONFIRM): step(_S.CONFIRMED, *SELLERS),
        (_S.AWAITS_SELLER, _A.DENY): step(_S.DENIED_BY_SELLER, *SELLERS),
        (_S.AWAITS_SELLER, _A.WITHDRAW): step(_S.WITHDRAWN, Role.BUYER),
        (_S.AWAITS_SELLER, _A.LAPSE): step(_S.LAPSED, Role.SYSTEM),
        (_S.AWAITS_SELLER, _A.VOID): step(_S.VOID, *SELLERS),
        (_S.CONFIRMED, _A.WITHDRAW): step(_S.WITHDRAWN_CONFIRMED, Role.BUYER, *SELLERS),
        (_S.CONFIRMED, _A.VOID): step(_S.VOID, *SELLERS),
        (_S.UNNEEDED, _A.WITHDRAW): step(_S.WITHDRAWN, *SELLERS),
        (_S.UNNEEDED, _A.VOID): step(_S.VOID, *SELLERS),
    },
    starts=frozenset({_S.UNNEEDED, _S.AWAITS_SELLER}),
)
"""Void is what the tax system itself has made void, for a reason that the seller enters by its code."""

CODES: Final = {
    _S.UNNEEDED: "01",
    _S.AWAITS_BUYER: "02",
    _S.AWAITS_SELLER: "03",
    _S.CONFIRMED: "04",
    _S.DENIED_BY_BUYER: "05",
    _S.DENIED_BY_SELLER: "06",
    _S.LAPSED: "07",
    _S.WITHDRAWN: "08",
    _S.WITHDRAWN_CONFIRMED: "09",
}
"""What the tax system calls the states; those that are void there have 10 to 13, kept with the slip."""

ALIVE: Final = (_S.UNNEEDED, _S.AWAITS_BUYER, _S.AWAITS_SELLER, _S.CONFIRMED)
"""The states of a slip that may still lead to a red invoice; a credit note has one such at a time."""

GOOD: Final = (_S.UNNEEDED, _S.CONFIRMED)
"""The states in which the red invoice may be issued."""
