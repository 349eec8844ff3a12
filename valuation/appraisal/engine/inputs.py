"""What a valuer states for each approach of the guidance: numbers as decimal strings, each with its provenance."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from kernel.text import Text

Stage = Literal["plan", "collect", "store", "process", "secure", "deliver"]
STAGES: tuple[Stage, ...] = ("plan", "collect", "store", "process", "secure", "deliver")
STAGE_NAMES: dict[Stage, Text] = {
    "plan": Text("规划", "Plan"),
    "collect": Text("采集", "Collect"),
    "store": Text("存储", "Store"),
    "process": Text("加工", "Process"),
    "secure": Text("安全", "Secure"),
    "deliver": Text("交付", "Deliver"),
}

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,30}$(?!\n)", max_length=31)]
Trait = Annotated[str, Meta(min_length=1, max_length=100)]
TaxBasis = Literal["pre-tax", "post-tax"]
Approach = Literal["cost", "income", "market"]

Number = Annotated[
    str, Meta(pattern=r"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?$(?!\n)", max_length=32, examples=["125000.00"])
]
Prose = Annotated[str, Meta(min_length=1, max_length=1000)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)", examples=["CNY"])]


class Parameter(Struct, frozen=True, forbid_unknown_fields=True):
    """A number with its provenance: who says so, what proves it (a file id, digest or reference), how sure it is."""

    value: Number
    source: Prose
    evidence: Prose
    confidence: Literal["high", "medium", "low"]


class StageCost(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one stage would cost to do again, in major units of the currency; what is absent is nothing."""

    early: Parameter | None = None
    direct: Parameter | None = None
    indirect: Parameter | None = None
    taxes: Parameter | None = None


class CostModel(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The parameters of the cost approach (成本法)."""

    stages: Annotated[dict[Stage, StageCost], Meta(min_length=1)]
    return_on_cost: Parameter
    economic_life_years: Parameter
    remaining_life_years: Parameter
    right_remaining_years: Parameter | None = None


class CostInputs(CostModel, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What the valuer states when the cost approach is the only one.

    It is a study written flat, in the form of the first documents, and answers to whatever a Study is asked for.
    """

    currency: Currency
    purpose: Prose
    single_approach_reason: Prose
    assumptions: Annotated[tuple[Prose, ...], Meta(max_length=50)] = ()
    guide: ClassVar[None] = None
    income: ClassVar[None] = None
    market: ClassVar[None] = None
    weighing: ClassVar[None] = None

    @property
    def cost(self) -> CostModel:
        """The one approach, whose parameters stand at the top."""
        return self

    @staticmethod
    def place(approach: str) -> str:  # noqa: ARG004 -- the only approach needs no name
        """Where the parameters of an approach stand in the document."""
        return "/inputs"

    @staticmethod
    def prefix(approach: str) -> str:  # noqa: ARG004 -- the only approach needs no name
        """What the names of an approach's steps begin with."""
        return ""


class QualityBasis(Struct, frozen=True, forbid_unknown_fields=True):
    """The scorecard that the quality coefficient comes from, as it was issued."""

    scorecard: str
    document_sha256: str
    score: Number
    revision: str
    content_sha256: str


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

    @staticmethod
    def place(approach: str) -> str:
        """Where the parameters of an approach stand in the document."""
        return f"/inputs/{approach}"

    @staticmethod
    def prefix(approach: str) -> str:
        """What the names of an approach's steps begin with, so that two approaches may both have a step P."""
        return f"{approach}."


Stated = Study | CostInputs
"""A study in either of its written forms; its class is the only mark of the form."""
