"""The life of a subscription."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class SubscriptionState(StrEnum):
    """Where a subscription stands."""

    ACTIVE = "active"
    TRIALING = "trialing"
    PAST_DUE = "past_due"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    ENDED = "ended"


class SubscriptionAction(StrEnum):
    """What happens to a subscription."""

    CONVERT = "convert"
    TRY = "try"
    FALL_BEHIND = "fall_behind"
    CATCH_UP = "catch_up"
    SUSPEND = "suspend"
    CANCEL = "cancel"
    END = "end"


_S, _A = SubscriptionState, SubscriptionAction

SUBSCRIPTION: Final = Machine(
    "market.subscription",
    _S.ACTIVE,
    {
        (_S.ACTIVE, _A.TRY): step(_S.TRIALING, Role.SYSTEM),
        (_S.TRIALING, _A.CONVERT): step(_S.ACTIVE, Role.BUYER),
        (_S.ACTIVE, _A.FALL_BEHIND): step(_S.PAST_DUE, Role.SYSTEM),
        (_S.PAST_DUE, _A.CATCH_UP): step(_S.ACTIVE, Role.SYSTEM),
        (_S.PAST_DUE, _A.SUSPEND): step(_S.SUSPENDED, Role.SYSTEM),
        (_S.SUSPENDED, _A.CATCH_UP): step(_S.ACTIVE, Role.SYSTEM),
        **{
            (state, action): step(to, Role.SYSTEM)
            for state in (_S.ACTIVE, _S.TRIALING, _S.PAST_DUE, _S.SUSPENDED)
            for action, to in ((_A.CANCEL, _S.CANCELLED), (_A.END, _S.ENDED))
        },
    },
)
"""A trial becomes a subscription by the buyer's explicit act and by nothing else. `cancelled` is what a party asked
for, at the end of a period; `ended` is what the agreement's end or a trial's brought about."""

RUNNING: Final = (_S.ACTIVE, _S.TRIALING, _S.PAST_DUE, _S.SUSPENDED)
"""The states in which periods go by."""
