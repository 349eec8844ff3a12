"""The life of a request for quotation, and of a quote."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class QuotationState(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    AWARDED = "awarded"
    NONE = "none"
    CANCELLED = "cancelled"


class QuotationAction(StrEnum):
    """What the buyer, or the clock, does to a request."""

    OPEN = "open"
    CLOSE = "close"
    AWARD = "award"
    DECLINE = "decline"
    CANCEL = "cancel"


class QuoteState(StrEnum):
    """Where a quote stands."""

    SUBMITTED = "submitted"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    AWARDED = "awarded"
    LOST = "lost"


class QuoteAction(StrEnum):
    """What a provider does to its quote, and what becomes of it."""

    REVISE = "revise"
    WITHDRAW = "withdraw"
    AWARD = "award"
    LOSE = "lose"


_S, _A = QuotationState, QuotationAction

REQUEST: Final = Machine(
    "market.quotation_request",
    _S.DRAFT,
    {
        (_S.DRAFT, _A.OPEN): step(_S.OPEN, Role.BUYER),
        (_S.DRAFT, _A.CANCEL): step(_S.CANCELLED, Role.BUYER, Role.SYSTEM),
        (_S.OPEN, _A.CLOSE): step(_S.CLOSED, Role.SYSTEM),
        (_S.OPEN, _A.CANCEL): step(_S.CANCELLED, Role.BUYER),
        (_S.CLOSED, _A.AWARD): step(_S.AWARDED, Role.BUYER),
        (_S.CLOSED, _A.DECLINE): step(_S.NONE, Role.BUYER, Role.SYSTEM),
    },
)
"""The clock gives up a draft that nobody opens, closes what is open, and ends what nobody awards."""

_Q, _D = QuoteState, QuoteAction

QUOTE: Final = Machine(
    "market.quote",
    _Q.SUBMITTED,
    {
        (state, action): step(to, role)
        for state in (_Q.SUBMITTED, _Q.REVISED)
        for action, to, role in (
            (_D.REVISE, _Q.REVISED, Role.PROVIDER),
            (_D.WITHDRAW, _Q.WITHDRAWN, Role.PROVIDER),
            (_D.AWARD, _Q.AWARDED, Role.BUYER),
            (_D.LOSE, _Q.LOST, Role.SYSTEM),
        )
    },
)

STANDING: Final = (_Q.SUBMITTED, _Q.REVISED)
"""The states in which a quote can be awarded."""
