"""The scorecard: a score that leads back to dimension, indicator, check, count and failing row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from kernel.rules.policy import PolicyRef
from kernel.text import Text
from valuation.quality.counting.evidence import Sample
from valuation.quality.profile.columns import ColumnProfile
from valuation.quality.profile.personal import Finding
from valuation.quality.profile.privacy import Privacy


class ContractRef(Struct, frozen=True):
    """Which contract the data was scored against."""

    id: str
    version: str
    sha256: str


class ScoredFile(Struct, frozen=True):
    """One file as it was read; `source` is the file as it was given, whose digest this is: an archive perhaps."""

    file: str
    source: str
    object: str
    sha256: str
    rows: int
    size_bytes: int
    format: str
    encoding: str | None
    malformed: int


class Sampled(Struct, frozen=True):
    """A check that was counted in `rows` of `of` rows; the share that fails lies between `low` and `high`."""

    rows: int
    of: int
    low: str
    high: str


class CheckResult(Struct, frozen=True):
    """One check; `column` joins several columns with `+` and is null for the whole object.

    `threshold` is what the contract tolerates and `met` whether that was kept; the score counts `failed` of
    `evaluated` in any case. `value` is the number itself where a check is one promise about a number.
    """

    id: str
    object: str
    column: str | None
    kind: str
    indicator: str
    dimension: str
    evaluated: int
    failed: int
    met: bool
    threshold: str | None
    value: Any
    samples: tuple[Sample, ...]
    sampled: Sampled | None = None


class FinerScore(Struct, frozen=True):
    """One of the finer indicators that are told beside the twenty, or what is missing to assess it."""

    name: Text
    score: str | None
    evaluated: int
    failed: int
    reason: Text | None


class Sampling(Struct, frozen=True):
    """How rows were drawn, and between which scores the score lies with this confidence."""

    rows: int
    seed: int
    confidence: str
    method: str
    score_low: str
    score_high: str


class IndicatorScore(Struct, frozen=True):
    """One of the twenty indicators: 100·A/B over its checks, or null and what is missing to assess it."""

    name: Text
    dimension: str
    score: str | None
    evaluated: int
    failed: int
    reason: Text | None


class DimensionScore(Struct, frozen=True):
    """One of the six dimensions: the mean of its assessed indicators, or null and what is missing."""

    name: Text
    score: str | None
    weight: str
    reason: Text | None


class GradeView(Struct, frozen=True):
    """The band that the score falls into."""

    code: str
    name: Text


class Failure(Struct, frozen=True):
    """A check whose promise was not kept, worst first; `share` is that of its elements that failed, as a fraction."""

    check: str
    mandatory: bool
    evaluated: int
    failed: int
    share: str


class Capped(Struct, frozen=True):
    """A published cap that applied: what for (a check, a promise, a dimension), and the best grade that it leaves."""

    cause: str
    of: tuple[str, ...]
    grade_max: GradeView
    reason: Text
    basis: str


class Promises(Struct, frozen=True):
    """The promises of service that the contract makes, and the score with and without what was measured of them."""

    made: tuple[str, ...]
    broken: tuple[str, ...]
    not_made: tuple[str, ...]
    score_with: str
    score_without: str


class GradeBasis(Struct, frozen=True):
    """Why the grade is what it is: what failed first, the caps that applied, and the grade of the score alone."""

    failures: tuple[Failure, ...]
    caps: tuple[Capped, ...]
    by_score_alone: GradeView
    promises: Promises


class Measured(Struct, frozen=True, forbid_unknown_fields=True):
    """An indicator that the data cannot tell, measured elsewhere: elements evaluated, failed, and by whom."""

    evaluated: int
    failed: int
    source: str

    def __post_init__(self) -> None:
        if not 0 <= self.failed <= self.evaluated or not self.source:
            raise ValueError("failed must lie between 0 and evaluated, and the source must be named")


class Scorecard(Struct, frozen=True):
    """The whole result; scores are decimal strings from 0 to 100 with two places.

    `basis` is missing where the policy has no caps, so that what was scored before caps has its bytes still.
    `caution`, where there is one, is what a reader must know before the score: that the contract was inferred from one
    of these files, which cannot but keep it. `masked_columns` are those whose values are masked in the sample rows, by
    object; it is missing where none is.
    """

    standard: str
    contract: ContractRef
    policy: PolicyRef
    as_of: datetime
    files: tuple[ScoredFile, ...]
    rows: int
    score: str
    grade: GradeView
    dimensions: Mapping[str, DimensionScore]
    indicators: Mapping[str, IndicatorScore]
    checks: tuple[CheckResult, ...]
    measured: Mapping[str, Measured]
    unmeasured: tuple[str, ...]
    profile: Mapping[str, tuple[ColumnProfile, ...]]
    sample_rows: Mapping[str, tuple[dict[str, Any], ...]]
    personal_data: Mapping[str, tuple[Finding, ...]]
    privacy: Mapping[str, Privacy]
    freshness: Mapping[str, str]
    finer: Mapping[str, FinerScore] = {}
    sampling: Sampling | None = None
    basis: GradeBasis | UnsetType = UNSET
    caution: Text | UnsetType = UNSET
    masked_columns: Mapping[str, tuple[str, ...]] | UnsetType = UNSET


REPEATED = Text(
    "数据合同由同一数据推断而来：得分只说明数据与自身一致，不说明数据正确。请逐条更正合同，并删去 draftedFrom。",
    "The contract was inferred from this very data: the score says that the data agrees with itself, not that it is "
    "right. Correct the contract line by line and remove draftedFrom.",
)
"""What a scorecard says first where its contract promises what the data was seen to be."""
