"""How long channel keys serve, and how many at one time; pure."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from kernel.rules import policy

KIND: Final = "ltc"
"""What a channel key begins with."""


class ChannelKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long channel keys serve, and how many at one time."""

    days_default: int
    days_max: int
    at_once_max: int
    overlap_hours: int

    def __post_init__(self) -> None:
        if not 0 < self.days_default <= self.days_max or self.at_once_max < 1 or self.overlap_hours < 0:
            raise ValueError("a key serves some days, and at least one may be in force")

    def end(self, at: datetime, days: int | None) -> datetime:
        """When a key made at a moment expires; never later than the policy lets it."""
        return at + timedelta(days=min(days or self.days_default, self.days_max))

    def end_again(self, at: datetime, before: timedelta) -> datetime:
        """When a key expires that takes the place of one which served for so long: it serves as long, from a moment."""
        return at + min(before, timedelta(days=self.days_max))

    def overlap_end(self, at: datetime, expires_at: datetime) -> datetime:
        """Until when a key that is replaced at a moment still serves; replacing never lengthens its life."""
        return min(expires_at, at + timedelta(hours=self.overlap_hours))


KEYS: Final = policy.load("channel-keys", ChannelKeys, "channels.keys")
