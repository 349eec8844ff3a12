"""What a test measures and when a measure is good enough: a dated file."""

from decimal import Decimal
from typing import Final

from msgspec import Struct

from kernel.rules import policy


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """The limit of each measure; `_min` ones must be reached and `_max` ones must not be exceeded."""

    availability_min: Decimal
    digests_equal_min: Decimal
    undeclared_personal_max: Decimal
    group_min: Decimal
    rows_kept_min: Decimal
    score_min: Decimal


class TestingPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything about third-party tests that people may argue about."""

    samples: int
    sample_minutes: int
    samples_max: int
    read_bytes_full_max: int
    valid_days: int
    lookback_months: int
    limits: Limits


POLICY: Final = policy.load("testing", TestingPolicy, "valuation.testing")
