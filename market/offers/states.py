"""The life of a public offer."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class OfferState(StrEnum):
    """Where a public offer stands."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    TAKEN = "taken"
    EXPIRED = "expired"


class OfferAction(StrEnum):
    """What happens to a public offer."""

    WITHDRAW = "withdraw"
    FILL = "fill"
    EXPIRE = "expire"


OFFER: Final = Machine(
    "market.offer",
    OfferState.OPEN,
    {
        (OfferState.OPEN, OfferAction.WITHDRAW): step(OfferState.WITHDRAWN, Role.PROVIDER, Role.SYSTEM),
        (OfferState.OPEN, OfferAction.FILL): step(OfferState.TAKEN, Role.SYSTEM),
        (OfferState.OPEN, OfferAction.EXPIRE): step(OfferState.EXPIRED, Role.SYSTEM),
    },
)
"""Whatever ends an offer ends it for good: other terms are another offer."""
