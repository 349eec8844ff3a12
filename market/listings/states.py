"""The life of a listing (商品挂牌)."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class ListingState(StrEnum):
    """Where a listing stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    LISTED = "listed"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    DELISTED = "delisted"


class ListingAction(StrEnum):
    """What can be done with a listing."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    SUSPEND = "suspend"
    RESUME = "resume"
    DELIST = "delist"
    WITHDRAW = "withdraw"


_S, _A = ListingState, ListingAction
_WATCH: Final = (Role.OPERATOR, Role.REGULATOR)


class PriceKind(StrEnum):
    """What a listing shows as its price."""

    ONE_OFF = "one-off"
    FREE = "free"
    ON_REQUEST = "on-request"
    PLAN = "plan"


LISTING: Final = Machine(
    "market.listing",
    _S.DRAFT,
    {
        (_S.DRAFT, _A.SUBMIT): step(_S.SUBMITTED, Role.PROVIDER),
        (_S.SUBMITTED, _A.APPROVE): step(_S.LISTED, Role.REVIEWER),
        (_S.SUBMITTED, _A.REJECT): step(_S.REJECTED, Role.REVIEWER),
        # The system holds what the rights no longer carry, lets it back, and takes off what has passed to others.
        (_S.LISTED, _A.SUSPEND): step(_S.SUSPENDED, *_WATCH, Role.SYSTEM),
        (_S.SUSPENDED, _A.RESUME): step(_S.LISTED, *_WATCH, Role.SYSTEM),
        (_S.LISTED, _A.DELIST): step(_S.DELISTED, Role.PROVIDER, *_WATCH, Role.SYSTEM),
        (_S.SUSPENDED, _A.DELIST): step(_S.DELISTED, Role.PROVIDER, *_WATCH, Role.SYSTEM),
        (_S.SUBMITTED, _A.WITHDRAW): step(_S.REJECTED, Role.SYSTEM),
    },
)
"""Rejected and delisted are ends: a corrected product is a new listing, so that what was judged stays as it was."""
