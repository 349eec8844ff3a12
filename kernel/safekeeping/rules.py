"""How many files a night reads back, and how surely it finds what was altered; pure."""

import math
from decimal import Decimal
from typing import Final

import msgspec

from kernel.rules import policy
from kernel.safekeeping.schemas import Detection


class Integrity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The size of a night's sample, the longest time between two readings of a file, and the operator's time."""

    sample_min: int
    within_days: int
    decide_days: int


POLICY: Final = policy.load("integrity", Integrity, "kernel.safekeeping")
SHARES: Final = (Decimal("0.001"), Decimal("0.01"), Decimal("0.05"))
RESERVE_DAYS: Final = 2
"""Nights that may fail before a file is later than it may be."""


def sample(stored: int, rule: Integrity) -> int:
    """How many files a night draws: at least the least, and so many that all have their turn in time."""
    return min(stored, max(rule.sample_min, math.ceil(stored / (rule.within_days - RESERVE_DAYS))))


def detection(drawn: int) -> list[Detection]:
    """1 - (1 - f)^n for some shares f of altered files, in six decimals."""
    return [Detection(str(share), str(round(1 - (1 - share) ** drawn, 6))) for share in SHARES]
