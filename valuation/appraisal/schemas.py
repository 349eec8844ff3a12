"""The canonical inputs and the result of an appraisal; numbers are decimal strings, each with where it comes from."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from kernel.money import MoneyView
from kernel.rules.policy import PolicyRef
from kernel.text import Text
from valuation.appraisal.engine.trace import Step

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
    """What the valuer states when the cost approach is the only one."""

    currency: Currency
    purpose: Prose
    single_approach_reason: Prose
    assumptions: Annotated[tuple[Prose, ...], Meta(max_length=50)] = ()


class QualityBasis(Struct, frozen=True, forbid_unknown_fields=True):
    """The scorecard that the quality coefficient comes from, as it was issued."""

    scorecard: str
    document_sha256: str
    score: Number
    revision: str
    content_sha256: str


class Appraisal(Struct, frozen=True):
    """The result; `trace` is the computation itself, and recomputing the document gives the same bytes.

    `inputs_sha256` binds what no step computes with: the asset, the dates, the provenance of every parameter.
    """

    approach: str
    asset: str
    base_date: date
    use_until: date
    inputs: Struct
    quality: QualityBasis
    inputs_sha256: str
    rule_set: PolicyRef
    value: MoneyView
    low: MoneyView
    high: MoneyView
    trace: tuple[Step, ...]
    notes: tuple[Text, ...]
    label: Text
    status: Text
    limits: tuple[Text, ...]


class AppraisalView(Struct, frozen=True):
    """An appraisal with the document that proves it; `appraisal` holds inputs, trace, notes and limits.

    `standing` is `study`, `issued` (the report of an engagement) or `automatic`; only a report is signed by valuers.
    """

    id: str
    asset_id: str
    revision_id: str
    scorecard_id: str
    valuer: str
    approach: str
    standing: str
    standing_text: Text
    engagement_id: str | None
    base_date: date
    use_until: date
    value: MoneyView
    low: MoneyView
    high: MoneyView
    document_id: str
    created_at: datetime
    appraisal: dict[str, Any]
