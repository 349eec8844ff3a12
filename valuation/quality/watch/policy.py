"""The limits whose crossing is an event, and the seconds of each promised cycle: a dated file."""

from decimal import Decimal
from typing import Final

from msgspec import Struct

from kernel.rules import policy


class WatchPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything about watching that people may argue about; months and longer are counted at their longest."""

    psi_min: Decimal
    ks_min: Decimal
    score_fall_min: Decimal
    columns_told_max: int
    grace_share: Decimal
    grace_hours_max: int
    cycles: dict[str, int]


POLICY: Final = policy.load("watch", WatchPolicy, "valuation.quality.watch")
