"""The dated rule set of appraisal: ranges, defaults and formulas' grounds, each with its basis and confidence."""

from decimal import Decimal
from functools import cache

from msgspec import Struct

from kernel import policy
from kernel.policy import Confidence, Policy, PolicySet
from valuation.appraisal.trace import Ground


class Usual(Struct, frozen=True, forbid_unknown_fields=True):
    """The admitted range of a parameter and why."""

    minimum: Decimal
    maximum: Decimal
    basis: str
    confidence: Confidence

    def __post_init__(self) -> None:
        if self.minimum > self.maximum:
            raise ValueError("minimum is above maximum")


class CostRules(Struct, frozen=True, forbid_unknown_fields=True):
    """What the cost approach may be given and what each of its steps rests on."""

    return_on_cost: Usual
    economic_life_years: Usual
    quality_score: Usual
    amount: Usual
    uncertainty: Decimal
    replacement: Ground
    opportunity: Ground
    quality: Ground
    life: Ground
    adjustment: Ground
    value: Ground
    range: Ground


class Use(Struct, frozen=True, forbid_unknown_fields=True):
    """How the result may be used; printed on every report."""

    months_max: int
    basis: str
    confidence: Confidence
    label_zh: str
    label_en: str
    status_zh: str
    status_en: str
    limits_zh: tuple[str, ...]
    limits_en: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.limits_zh) != len(self.limits_en) or not 0 < self.months_max <= 12:
            raise ValueError("limits must come in both languages, and use lasts at most 12 months")


class AppraisalPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """One version of the rule set."""

    use: Use
    cost: CostRules


AppraisalRules = Policy[AppraisalPolicy]


@cache
def policies() -> PolicySet[AppraisalPolicy]:
    """All released versions."""
    return policy.load("appraisal", AppraisalPolicy, "valuation.appraisal")
