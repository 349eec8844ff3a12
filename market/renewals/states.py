"""The life of an offer to renew."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class RenewalState(StrEnum):
    """Where an offer to renew stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class RenewalAction(StrEnum):
    """What can be done with an offer to renew."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


_S, _A = RenewalState, RenewalAction

RENEWAL: Final = Machine(
    "market.renewal",
    _S.OFFERED,
    {
        (_S.OFFERED, _A.ACCEPT): step(_S.ACCEPTED, Role.BUYER),
        (_S.OFFERED, _A.DECLINE): step(_S.DECLINED, Role.BUYER),
        (_S.OFFERED, _A.WITHDRAW): step(_S.WITHDRAWN, Role.PROVIDER),
        (_S.OFFERED, _A.EXPIRE): step(_S.EXPIRED, Role.SYSTEM),
    },
)
"""Without the consumer's acceptance it expires, and the agreement ends as it would: silence renews nothing."""
