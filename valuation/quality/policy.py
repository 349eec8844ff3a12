"""Weights, grades and limits of scoring: dated, published, and part of every scorecard."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Literal

from msgspec import Struct

from kernel.rules import policy
from kernel.rules.policy import Confidence, Policy, PolicySet
from valuation.quality.contract.indicators import Dimension


class Weights(Struct, frozen=True, forbid_unknown_fields=True):
    """The share of each dimension in the score; together they are 1."""

    basis: str
    confidence: Confidence
    normativity: Decimal
    completeness: Decimal
    accuracy: Decimal
    consistency: Decimal
    timeliness: Decimal
    accessibility: Decimal

    def __post_init__(self) -> None:
        if sum(self.of(d) for d in Dimension) != 1 or min(self.of(d) for d in Dimension) < 0:
            raise ValueError("the weights of the dimensions must be at least 0 and sum to 1")

    def of(self, dimension: Dimension) -> Decimal:
        """Give the weight of one dimension."""
        weight: Decimal = getattr(self, dimension.value)
        return weight


class Grade(Struct, frozen=True, forbid_unknown_fields=True):
    """One band of the score, from `at_least` up to the next higher band."""

    code: str
    zh: str
    en: str
    at_least: Decimal
    basis: str
    confidence: Confidence


class Cap(Struct, frozen=True, forbid_unknown_fields=True):
    """What a grade cannot be: above `share_above` failures of a mandatory check, or without one thing that is named."""

    cause: Literal["check-failed", "promise-not-made", "dimension-not-assessed"]
    grade_max: str
    zh: str
    en: str
    basis: str
    confidence: Confidence
    of: tuple[str, ...] = ()
    share_above: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.cause == "check-failed") != (self.share_above is not None) or (self.cause != "check-failed") != bool(
            self.of
        ):
            raise ValueError("a cap of failures names a share, any other names what it is about")


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """What one scoring run may read; checked from footers before any data is touched."""

    basis: str
    confidence: Confidence
    files_max: int
    file_size_bytes_max: int
    expanded_size_bytes_max: int
    columns_max: int
    cells_max: int
    cells_unchecked: int
    cells_per_byte_max: int


class SamplingPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How sure an interval must be that is told of a sample."""

    basis: str
    confidence: Decimal

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1:
            raise ValueError("the confidence lies between 0 and 1")


class QualityPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything about scoring that people may argue about."""

    standard: str
    samples_per_check: int
    sample_rows: int
    weights: Weights
    grades: tuple[Grade, ...]
    limits: Limits
    sampling: SamplingPolicy
    caps: tuple[Cap, ...] = ()
    static_frequencies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        codes = {grade.code for grade in self.grades}
        if any(cap.grade_max not in codes for cap in self.caps):
            raise ValueError("a cap names one of the grades")
        bounds = [grade.at_least for grade in self.grades]
        if not bounds or bounds != sorted(bounds, reverse=True) or bounds[-1] != 0:
            raise ValueError("grades must fall from the highest to one that starts at 0")

    def grade(self, score: Decimal) -> Grade:
        """Give the band that a score falls into."""
        return next(grade for grade in self.grades if score >= grade.at_least)

    def lowest(self, codes: Iterable[str]) -> Grade:
        """Give the lowest of some grades, which are named from the highest down; raises ValueError for none."""
        wanted = set(codes)
        named = [grade for grade in self.grades if grade.code in wanted]
        if not named:
            raise ValueError("no grade is named")
        return named[-1]


@cache
def policies() -> PolicySet[QualityPolicy]:
    """All released versions."""
    return policy.load("quality", QualityPolicy, "valuation.quality")


QualityRules = Policy[QualityPolicy]


class RunPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How long a run may take, how often it goes on after its process died, and when it steps aside; 0 is never."""

    run_seconds_max: int
    restarts_max: int
    aside_after_seconds: int = 0


@cache
def run_policies() -> PolicySet[RunPolicy]:
    """All released versions."""
    return policy.load("runs", RunPolicy, "valuation.quality")
