"""The life of a negotiation: whose move it is, and how it ends. An agreement has a life of its own after that."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class NegotiationState(StrEnum):
    """Where a negotiation stands."""

    REQUESTED = "requested"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    TERMINATED = "terminated"


class NegotiationAction(StrEnum):
    """What a side, or the clock, does."""

    REQUEST = "request"
    OFFER = "offer"
    ACCEPT = "accept"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class RoundKind(StrEnum):
    """What a round is: terms that the consumer asks for (求购要约), or that the provider offers (要约)."""

    REQUEST = "request"
    OFFER = "offer"


class EndCode(StrEnum):
    """Why a negotiation ended without an agreement.

    An expired one ran past the moment that the last round named; a lapsed one was not answered in the time that
    everybody has where a round names none.
    """

    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    EXPIRED = "expired"
    LAPSED = "lapsed"


_S, _A = NegotiationState, NegotiationAction

NEGOTIATION: Final = Machine(
    "market.negotiation",
    _S.REQUESTED,
    {
        (_S.REQUESTED, _A.OFFER): step(_S.OFFERED, Role.PROVIDER),
        (_S.REQUESTED, _A.ACCEPT): step(_S.ACCEPTED, Role.PROVIDER),
        (_S.REQUESTED, _A.REJECT): step(_S.TERMINATED, Role.PROVIDER),
        (_S.REQUESTED, _A.WITHDRAW): step(_S.TERMINATED, Role.BUYER),
        (_S.REQUESTED, _A.EXPIRE): step(_S.TERMINATED, Role.SYSTEM),
        (_S.OFFERED, _A.REQUEST): step(_S.REQUESTED, Role.BUYER),
        (_S.OFFERED, _A.ACCEPT): step(_S.ACCEPTED, Role.BUYER),
        (_S.OFFERED, _A.REJECT): step(_S.TERMINATED, Role.BUYER),
        (_S.OFFERED, _A.WITHDRAW): step(_S.TERMINATED, Role.PROVIDER),
        (_S.OFFERED, _A.EXPIRE): step(_S.TERMINATED, Role.SYSTEM),
    },
    starts=frozenset({_S.OFFERED}),
)
"""Who opens decides where it begins: a consumer with a request, a provider with an offer."""

OPEN: Final = (_S.REQUESTED, _S.OFFERED)
ANSWERS: Final = {Role.BUYER: (_A.REQUEST, RoundKind.REQUEST), Role.PROVIDER: (_A.OFFER, RoundKind.OFFER)}
"""What a side's own round is called."""
