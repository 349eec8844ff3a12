"""The clocks of destructions and holds."""

from typing import Final

import msgspec

from kernel.rules import policy


class DestructionPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a request waits, and how long a hold lasts."""

    approve_days: int
    hold_days_max: int


POLICY: Final = policy.load("destruction", DestructionPolicy, "market.destructions")
