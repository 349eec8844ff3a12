"""What a valuer states for each approach of the guidance: numbers as decimal strings, each with its provenance."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from valuation.appraisal.schemas import CostModel, Currency, Number, Parameter, Prose

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,30}$(?!\n)", max_length=31)]
Trait = Annotated[str, Meta(min_length=1, max_length=100)]
TaxBasis = Literal["pre-tax", "post-tax"]
Approach = Literal["cost", "income", "market"]


class BuildUp(Struct, frozen=True, forbid_unknown_fields=True, tag_field="by", tag="build-up"):
    """r = Rf + premiums (累加法)."""

    risk_free: Parameter
    market: Parameter
    industry: Parameter
    size: Parameter
    data: Parameter


class Capm(Struct, frozen=True, forbid_unknown_fields=True, tag_field="by", tag="capm"):
    """Ke = Rf + β·ERP + ε (资本资产定价模型)."""

    risk_free: Parameter
    beta: Parameter
    equity_premium: Parameter
    specific: Parameter


class Wacc(Struct, frozen=True, forbid_unknown_fields=True, tag_field="by", tag="wacc"):
    """WACC = E/V·Ke + D/V·Kd·(1 − T) (加权平均资本成本)."""

    equity: Capm
    equity_weight: Parameter
    debt_weight: Parameter
    cost_of_debt: Parameter
    tax_rate: Parameter


class WeighedAsset(Struct, frozen=True, forbid_unknown_fields=True):
    """Another asset of the business: its share of the business's value and the return it requires."""

    weight: Parameter
    rate: Parameter


class Wara(Struct, frozen=True, forbid_unknown_fields=True, tag_field="by", tag="wara"):
    """The data's own rate from the weighted average return on assets (加权平均资产回报率): (WACC − Σ w·r)/w_data."""

    wacc: Wacc
    assets: Annotated[dict[Name, WeighedAsset], Meta(min_length=1, max_length=20)]
    data_weight: Parameter


Discount = BuildUp | Capm | Wacc | Wara


class Charge(Struct, frozen=True, forbid_unknown_fields=True):
    """A contributory asset (贡献资产): what it is worth and the return it requires each year."""

    value: Parameter
    rate: Parameter


class Life(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How long the data earns (收益期限); `years` is stated, or it is the shortest of the bounds in whole years."""

    years: Parameter | None = None
    right: Parameter | None = None
    contract: Parameter | None = None
    update: Parameter | None = None
    product: Parameter | None = None


class IncomeModel(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The parameters of the income approach (收益法): `income` is R_t of the first years, later years decay from it."""

    method: Literal["direct", "share", "excess", "incremental"]
    income: Annotated[tuple[Parameter, ...], Meta(min_length=1, max_length=30)]
    tax_basis: TaxBasis
    discount: Discount
    discount_tax_basis: TaxBasis
    life: Life
    currency: Currency | None = None
    tax_rate: Parameter | None = None
    decay: Parameter | None = None
    half_life_years: Parameter | None = None
    perpetual_growth: Parameter | None = None
    share_of: Literal["revenue", "profit"] | None = None
    share_rate: Parameter | None = None
    without: Annotated[tuple[Parameter, ...], Meta(max_length=30)] = ()
    charges: Annotated[dict[Name, Charge], Meta(max_length=20)] = {}


class Comparable(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A comparable deal (可比案例); `kind` keeps a realised price apart from one that is only asked."""

    kind: Literal["realised", "asking"]
    dated: date
    price: Parameter
    currency: Currency
    tax_basis: TaxBasis
    right: Trait
    mode: Trait
    field: Trait
    region: Trait
    scale: Parameter
    remaining_years: Parameter
    quality: Parameter
    price_index: Parameter
    supply_demand: Parameter
    other: Parameter
    weight: Parameter | None = None


class MarketModel(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The parameters of the market approach (市场法): what the asset is like, and what it is compared with.

    Weights are all stated, or none is and they follow from how near each comparable lies.
    """

    right: Trait
    mode: Trait
    field: Trait
    region: Trait
    tax_basis: TaxBasis
    scale: Parameter
    remaining_years: Parameter
    price_index: Parameter
    quality_exponent: Parameter
    capacity_exponent: Parameter
    comparables: Annotated[dict[Name, Comparable], Meta(max_length=50)]
    right_remaining_years: Parameter | None = None


class GuideModel(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The expert guide's form of the cost approach (专家指引第9号): P = TC(1+R)·αβ(1+l)(1−r)."""

    total_cost: Parameter
    return_on_cost: Parameter
    open_data: Parameter
    public_data: Parameter
    shared_data: Parameter
    closed_data: Parameter
    open_spread: Parameter
    public_spread: Parameter
    shared_spread: Parameter
    own_volume: Parameter
    industry_volume: Parameter
    realisation_risk: Parameter


class Judgement(Struct, frozen=True, forbid_unknown_fields=True):
    """One comparison of the analytic hierarchy process: `first` matters `scale` times as much as `second`."""

    first: Approach
    second: Approach
    scale: Literal["1", "2", "3", "4", "5", "6", "7", "8", "9"]
    reason: Prose


class Weighing(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the approaches are weighed: stated weights, or pairwise judgements, and in any case why."""

    reason: Prose
    weights: dict[Approach, Parameter] | None = None
    judgements: Annotated[tuple[Judgement, ...], Meta(max_length=3)] = ()
    gap_reason: Prose | None = None


class Study(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One valuation by one or more approaches and their reconciliation."""

    currency: Currency
    purpose: Prose
    value_type: Literal["market-value", "value-in-use", "investment-value", "liquidation-value"]
    cost: CostModel | None = None
    guide: GuideModel | None = None
    income: IncomeModel | None = None
    market: MarketModel | None = None
    weighing: Weighing | None = None
    single_approach_reason: Prose | None = None
    assumptions: Annotated[tuple[Prose, ...], Meta(max_length=50)] = ()


class CapProduct(Struct, frozen=True, forbid_unknown_fields=True):
    """A public-data product under a price cap: how it is charged, its cap, its price and how much of it is sold."""

    unit: Literal["product", "call", "time", "volume"]
    cap: Parameter
    price: Parameter
    units: Parameter


class PriceCapInputs(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What the price of authorised public data is formed from (发改价格〔2025〕65号)."""

    currency: Currency
    use: Literal["industry", "public-governance"]
    costs: Annotated[dict[Name, Parameter], Meta(min_length=1, max_length=30)]
    subsidies: Parameter
    margin: Parameter
    treasury_yield: Parameter
    taxes: Parameter
    cycle_years: Parameter
    products: Annotated[dict[Name, CapProduct], Meta(max_length=500)] = {}
    actual_income: Parameter | None = None
    excess_of_last_cycle: Parameter | None = None
    smoothing_years: Parameter | None = None


class GartnerInputs(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Gartner's six measures of information; each is computed when all its parameters are given."""

    measure: Literal["ivi", "bvi", "pvi", "cvi", "mvi", "evi"]
    parameters: Annotated[dict[Name, Parameter], Meta(min_length=1, max_length=40)]


class OptionInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A real option on the data (实物期权, Black and Scholes): S·N(d1) − X·e^(−rT)·N(d2)."""

    currency: Currency
    underlying: Parameter
    exercise: Parameter
    rate: Parameter
    volatility: Parameter
    years: Parameter


class ShapleyInputs(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A pooled asset whose value is split among its contributors: what every coalition would be worth alone.

    `coalitions` names each coalition by its members in alphabetical order, joined by `+`.
    """

    currency: Currency
    parties: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=12)]
    coalitions: Annotated[dict[str, Number], Meta(min_length=1, max_length=4095)]
    source: Prose
    evidence: Prose


class PoolInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A pool of many contributors: what each holds of which source, and how much of what several hold counts once.

    The split is estimated from so many sampled orders of joining; the same seed gives the same split.
    """

    currency: Currency
    parties: Annotated[
        dict[Name, Annotated[dict[Name, Parameter], Meta(min_length=1, max_length=20)]],
        Meta(min_length=2, max_length=100),
    ]
    overlap: Parameter
    cost: Parameter
    samples: Literal["500", "1000", "2000"]
    confidence: Literal["0.90", "0.95", "0.99"]
    seed: Prose
