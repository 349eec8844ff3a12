"""The policy of duplicate detection: when two tables are taken for copies of one another."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from kernel.rules import policy
from rights.duplicates.sketching.tables import Limits

Share = Annotated[str, Meta(pattern=r"^(0\.[0-9]{1,4}|1)$(?!\n)")]
"""A share between 0 and 1, written as a decimal."""


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which shares on two tables are near-duplicates."""

    columns_shared: Share
    rows_of_earlier: Share
    rows_of_either: Share
    column_values: Share
    row_agreement: Share
    rows_found_min: Annotated[int, Meta(ge=2)]
    shape_rows: Share
    shape_distance: Share
    shape_columns_min: Annotated[int, Meta(ge=1)]
    shape_values_min: Annotated[int, Meta(ge=2)]


class Duplicates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits of reading and thresholds of the decision."""

    limits: Limits
    near: Thresholds


POLICY: Final = policy.load("duplicates", Duplicates, "rights.duplicates")
