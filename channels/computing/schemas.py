"""What controlled computing says on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from channels.computing.grammar.query import DimensionKind, Value
from channels.computing.states import ComputingRunState, TemplateState
from kernel.text import Text

SQL_LENGTH_MAX = 4_000

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Sql = Annotated[str, Meta(min_length=1, max_length=SQL_LENGTH_MAX)]
Number = Annotated[int, Meta(ge=-(10**15), le=10**15)]
DomainValue = Annotated[str, Meta(max_length=200)] | Annotated[int, Meta(ge=-(2**53) + 1, le=2**53 - 1)] | bool
MicroEpsilon = Annotated[int, Meta(ge=1, le=10**9, description="百万分之一 ε · millionths of epsilon")]
Rows = Annotated[int, Meta(ge=1, le=10**6)]
Reason = Annotated[str, Meta(min_length=1, max_length=400)]


class OfferedDimension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column by which rows are grouped and filtered; `domain` are all its values where everybody may know them."""

    column: Annotated[Name, Meta(examples=["region"])]
    kind: DimensionKind
    domain: Annotated[list[DomainValue], Meta(min_length=1, max_length=1000)] | None = None


class OfferedMeasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column that is summed and averaged, clipped to its bounds, in units of 10 to the minus `decimals`.

    What is empty or no number counts as `missing`.
    """

    column: Annotated[Name, Meta(examples=["pay"])]
    lower: Number
    upper: Number
    missing: Number
    decimals: Annotated[int, Meta(ge=0, le=6)] = 0


class SetOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be asked of an asset's data without its leaving, and how much its units may become known by it."""

    file: Annotated[str, Meta(min_length=1, max_length=255, description="表所在文件 · the file of the table")]
    unit: Annotated[Name, Meta(description="隐私单元列 · the column that names whom a row is about")]
    dimensions: Annotated[list[OfferedDimension], Meta(max_length=30)]
    measures: Annotated[list[OfferedMeasure], Meta(max_length=30)]
    micro_epsilon_per_query: MicroEpsilon
    micro_epsilon_per_agreement: MicroEpsilon
    micro_epsilon_per_product: MicroEpsilon
    pico_delta_per_query: Annotated[int, Meta(ge=1, le=10**9, description="万亿分之一 δ · trillionths of delta")]
    rows_per_unit: Rows
    groups_per_unit: Annotated[int, Meta(ge=1, le=1000)]
    units_min: Annotated[int, Meta(ge=1, le=10**6, description="最小分组 · the least units of a group")]
    rows_max: Rows


class ComputingOfferView(msgspec.Struct, frozen=True):
    """A version of a computing offer, as everybody sees it who sees the product."""

    id: str
    asset_id: str
    n: int
    terms: SetOffer
    sha256: str
    queries_per_agreement: Annotated[
        int, Meta(description="预算可支付的查询次数 · how many queries the budget pays for")
    ]
    pico_delta_per_agreement: Annotated[int, Meta(description="全部查询的 δ 之和 · delta of all of them together")]
    caution: Annotated[Text, Meta(description="最小分组不保护什么 · what a least group alone does not protect")]
    created_at: datetime


class AllowanceView(msgspec.Struct, frozen=True):
    """What an agreement may compute now."""

    order_id: str
    agreement_id: str
    offer: ComputingOfferView | None
    micro_epsilon_spent: int
    micro_epsilon_left: Annotated[int, Meta(description="协议与产品剩余中较小者 · the lesser of agreement and product")]
    templates: list["TemplateView"]


class AskAggregates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A query on the table `data`; it costs the offer's budget of a query before it runs."""

    sql: Annotated[Sql, Meta(examples=["select region, count(*) as n from data group by region"])]
    revision_id: Annotated[str, Meta(max_length=40)] | None = None
    place: Annotated[str, Meta(min_length=1, max_length=60)] | None = None


class TemplateParameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A typed value that a buyer gives: a number within bounds, or one of some texts; dates are written as texts."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$(?!\n)", examples=["least_age"])]
    kind: DimensionKind
    least: Number | None = None
    most: Number | None = None
    choices: Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=200)] | None = None


class WriteTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A computation that its provider writes once: SQL over the table `data` with parameters as `$name`.

    `release` says who lets results go: the provider by review, or the rule, by which rows of fewer units than
    `units_min` in `units_column` are left out. `runs_max` is how often one agreement may run it.
    """

    name_zh: Annotated[str, Meta(min_length=1, max_length=100)]
    name_en: Annotated[str, Meta(min_length=1, max_length=100)]
    file: Annotated[str, Meta(min_length=1, max_length=255)]
    sql: Sql
    parameters: Annotated[list[TemplateParameter], Meta(max_length=20)]
    release: Literal["review", "rule"]
    rows_max: Rows
    runs_max: Annotated[int, Meta(ge=1, le=10_000)]
    units_column: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    units_min: Annotated[int, Meta(ge=1, le=10**6)] | None = None


class TemplateView(msgspec.Struct, frozen=True):
    """A template; its text and digest are what runs, and never change."""

    id: str
    asset_id: str
    content: WriteTemplate
    sha256: str
    caution: Text | None
    status: TemplateState
    approved_at: datetime | None
    withdrawn_at: datetime | None
    due_at: datetime | None
    created_at: datetime
    allowed_actions: list[str]


class RunTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Run a template with values for its parameters, by name."""

    template_id: Annotated[str, Meta(pattern="^ctp_", max_length=40)]
    parameters: Annotated[dict[str, DomainValue], Meta(max_length=20)]
    revision_id: Annotated[str, Meta(max_length=40)] | None = None
    place: Annotated[str, Meta(min_length=1, max_length=60)] | None = None


class ReviewRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a result is released or not."""

    reason: Reason


class RunView(msgspec.Struct, frozen=True):
    """A run with what was asked, what it cost and who reviewed it; its buyer has the answer once it is released."""

    id: str
    order_id: str
    agreement_id: str
    asset_id: str
    revision_id: str
    kind: str
    offer_id: str | None
    template_id: str | None
    sql: str | None
    parameters: dict[str, Value] | None
    micro_epsilon: int
    pico_delta: int
    status: ComputingRunState
    allowed_actions: list[str]
    answer: dict[str, Any] | None
    answer_sha256: Annotated[
        str | None, Meta(description="结果（RFC 8785）的 SHA-256 · of the answer as RFC 8785 JSON")
    ]
    use_id: Annotated[str | None, Meta(description="据以确认收货的计算 · the use by which it is confirmed")]
    review_reason: str | None
    reviewed_by: str | None
    due_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
