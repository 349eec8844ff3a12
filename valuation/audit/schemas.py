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
    """How far values were from deals in one segment, beside two naive guesses.

    `deals` is n, each deal once, of `assets` different assets. Errors are |ln(value of what was sold / price)|: 0.69 is
    a factor of two; `error_low` and `error_high` are a 90 % interval, null where n is below `deals_min`. `covered` is
    the share of prices within the stated range. `compared` deals have both naive guesses.
    """

    segment: str
    deals: int
    assets: int
    error: float
    error_low: float | None
    error_high: float | None
    field_median_error: float | None
    global_median_error: float | None
    compared: int
    bias: float
    covered: float


class DealsLeftOut(Struct, frozen=True):
    """Deals that no value says anything of, and why."""

    why: Text
    deals: int


class BackTest(Struct, frozen=True):
    """Past values beside later deals of the same assets: each deal once, against the newest value before it.

    `deals` is n, of `assets` different assets, with `values` different values; `left_out` says what could not be held
    against anything. `better_than_both` is null where fewer than `deals_min` deals can be compared.
    """

    deals: int
    assets: int
    values: int
    left_out: list[DealsLeftOut]
    segments: list[Segment]
    better_than_both: bool | None
    deals_min: int
    method: Text
