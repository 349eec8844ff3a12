"""The dated rule set of appraisal: ranges, defaults and formulas' grounds, each with its basis and confidence."""

from decimal import Decimal
from functools import cache

from msgspec import Struct

from kernel.rules import policy
from kernel.rules.policy import Confidence, Policy, PolicySet


class Ground(Struct, frozen=True):
    """Why a step is made as it is: the rule of the rulebook, its legal basis, and how sure we are."""

    rule: str
    basis: str
    confidence: Confidence


class Usual(Struct, frozen=True, forbid_unknown_fields=True):
    """The admitted range of a parameter and why; practice may be narrower, which is noted and not refused."""

    minimum: Decimal
    maximum: Decimal
    basis: str
    confidence: Confidence
    usual_minimum: Decimal | None = None
    usual_maximum: Decimal | None = None

    def __post_init__(self) -> None:
        low, high = self.usual_minimum, self.usual_maximum
        if self.minimum > self.maximum or (low is None) != (high is None):
            raise ValueError("minimum is above maximum, or half of a usual range is missing")
        if low is not None and high is not None and not self.minimum <= low <= high <= self.maximum:
            raise ValueError("the usual range does not lie within the admitted one")


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


class GuideRules(Struct, frozen=True, forbid_unknown_fields=True):
    """The expert guide's form of the cost approach."""

    volume: Usual
    spread: Usual
    realisation_risk: Usual
    total: Ground
    circulation: Ground
    usefulness: Ground
    value: Ground


class DiscountRules(Struct, frozen=True, forbid_unknown_fields=True):
    """The discount rate: its components, and what the whole may be."""

    risk_free: Usual
    equity_premium: Usual
    premium: Usual
    data_premium: Usual
    beta: Usual
    cost_of_debt: Usual
    tax_rate: Usual
    asset_rate: Usual
    weight: Usual
    total: Usual
    build_up: Ground
    capm: Ground
    wacc: Ground
    wara: Ground


class IncomeRules(Struct, frozen=True, forbid_unknown_fields=True):
    """What the income approach may be given and what each of its steps rests on."""

    amount: Usual
    years: Usual
    bound_years: Usual
    decay: Usual
    half_life_years: Usual
    growth: Usual
    share_of_revenue: Usual
    share_of_profit: Usual
    charge_rate: Usual
    uncertainty: Decimal
    life: Ground
    decline: Ground
    income: Ground
    share: Ground
    excess: Ground
    incremental: Ground
    tax: Ground
    discounting: Ground
    perpetuity: Ground
    value: Ground
    range: Ground
    discount: DiscountRules


class MarketRules(Struct, frozen=True, forbid_unknown_fields=True):
    """How comparables are chosen, corrected and weighed."""

    comparables_min: int
    age_months_max: int
    scale_ratio: Usual
    life_ratio: Usual
    price: Usual
    score: Usual
    index: Usual
    quality_exponent: Usual
    capacity_exponent: Usual
    quality_factor: Usual
    supply_demand: Usual
    date_factor: Usual
    capacity_factor: Usual
    other: Usual
    band_low: Decimal
    band_high: Decimal
    choice: Ground
    corrections: Ground
    corrected: Ground
    distance: Ground
    weight: Ground
    value: Ground
    range: Ground


class ReconcileRules(Struct, frozen=True, forbid_unknown_fields=True):
    """How approaches are weighed against each other."""

    gap_max: Decimal
    consistency_max: Decimal
    random_index: dict[str, Decimal]
    weights: Ground
    consistency: Ground
    gap: Ground
    value: Ground


class PriceCapRules(Struct, frozen=True, forbid_unknown_fields=True):
    """The price formation of authorised public data."""

    margin_above_treasury: Decimal
    tolerance: Decimal
    treasury_yield: Usual
    cycle_years: Usual
    amount: Usual
    cost: Ground
    cap: Ground
    carried: Ground
    products: Ground
    yearly: Ground
    free: Ground


class AlternativeRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Measures that the guidance does not name; their results are labelled and never enter a reconciliation."""

    amount: Usual
    option_years: Usual
    volatility: Usual
    gartner: Ground
    option: Ground


class ShapleyRules(Struct, frozen=True, forbid_unknown_fields=True):
    """How the value of a pooled asset is split among its contributors."""

    parties_max: int
    sampled_parties_max: int
    overlap: Usual
    amount: Usual
    split: Ground
    sampled: Ground


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
    """One version of the rule set; what a version does not hold cannot be valued by it."""

    use: Use
    cost: CostRules
    guide: GuideRules | None = None
    income: IncomeRules | None = None
    market: MarketRules | None = None
    reconcile: ReconcileRules | None = None
    price_cap: PriceCapRules | None = None
    alternatives: AlternativeRules | None = None
    shapley: ShapleyRules | None = None


AppraisalRules = Policy[AppraisalPolicy]


@cache
def policies() -> PolicySet[AppraisalPolicy]:
    """All released versions."""
    return policy.load("appraisal", AppraisalPolicy, "valuation.appraisal")
