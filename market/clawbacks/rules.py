"""Pure rules of clawbacks: how much of a payout is set off."""

from decimal import Decimal
from typing import Annotated, Final

import msgspec

from kernel.rules import policy

SET_OFF: Final = "LT-CLB-01"
"""The rule of setting off; entries cite it."""


class ClawbackPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The part of each payout that may be set off at most, below the whole; days in calendar days."""

    set_off_rate: Annotated[str, msgspec.Meta(pattern=r"^0\.[0-9]{1,4}$(?!\n)")]
    approve_days: Annotated[int, msgspec.Meta(ge=1, le=90)]


POLICY: Final = policy.load("clawback", ClawbackPolicy, "market.clawbacks")


def set_off(owed_minor: int, due_minor: int, policy_: ClawbackPolicy) -> int:
    """What of a payout that is due pays what its party owes: at most the rate of it, rounded down."""
    return min(owed_minor, int(due_minor * Decimal(policy_.set_off_rate)))
