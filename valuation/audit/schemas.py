"""What the auditor's desk answers."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from kernel.text import Text

Format = Literal["csv", "parquet", "xlsx"]


class AuditedAppraisal(Struct, frozen=True):
    """An appraisal in one line."""

    id: str
    asset_id: str
    valuer: str
    approach: str
    standing: str
    base_date: date
    use_until: date
    currency: str
    value: str
    low: str
    high: str
    created_at: datetime


class Outlier(Struct, frozen=True):
    """A parameter far from its peers: by how many robust standard deviations, and what the peers are like."""

    appraisal_id: str
    valuer: str
    path: str
    peer: str
    value: str
    median: str
    robust_z: str
    peers: int
    confidence: str
    source: str


class Outliers(Struct, frozen=True):
    """A page of outliers with the method by which they are found; `not_looked_into` appraisals are not yet indexed."""

    items: list[Outlier]
    next: str | None
    method: Text
    not_looked_into: int


class Unsupported(Struct, frozen=True):
    """A parameter that little stands behind, and why: `low-confidence`, `no-evidence`, `evidence-not-found`."""

    appraisal_id: str
    valuer: str
    standing: str
    path: str
    value: str
    why: str
    confidence: str
    source: str
    evidence: str


class UnsupportedInputs(Struct, frozen=True):
    """A page of unsupported inputs; `not_looked_into` appraisals are not yet indexed."""

    items: list[Unsupported]
    next: str | None
    not_looked_into: int


class Segment(Struct, frozen=True):
    """How far values were from deals in one segment, beside two naive guesses; each with its 90 % interval.

    Errors are |ln(value / price)|: 0.69 is a factor of two. `covered` is the share of prices within the stated range.
    """

    segment: str
    deals: int
    error: float
    error_low: float
    error_high: float
    field_median_error: float | None
    global_median_error: float | None
    compared: int
    bias: float
    covered: float


class BackTest(Struct, frozen=True):
    """Past values beside later deals of the same assets."""

    deals: int
    segments: list[Segment]
    better_than_both: bool | None
    method: Text
