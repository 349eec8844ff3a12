"""What classification says on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from kernel.rules.policy import PolicyRef
from rights.classification.gates import Answer
from rights.classification.policy import Degree, Harmed, Personal
from rights.registrations.schemas import PieceOfEvidence

Count = Annotated[int, Meta(ge=0, le=10_000_000_000)]


class DataItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item of the data (数据项) and how gravely its leak, change or loss would harm whom."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    impacts: Annotated[dict[Harmed, Degree], Meta(min_length=1)]


class DeclareClassification(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Declare what an asset holds; the level follows from its gravest item.

    `people` counts those of whom there is no sensitive information, `sensitive_people` the others, both since
    1 January; `sources` are assets that an aggregate was made of.
    """

    items: Annotated[list[DataItem], Meta(min_length=1, max_length=500)]
    personal: Personal
    state_secret: bool = False
    sensitive: bool = False
    minors: Annotated[bool, Meta(description="含不满十四周岁未成年人 · of children under 14")] = False
    people: Count = 0
    sensitive_people: Count = 0
    identified_important: Annotated[
        bool, Meta(description="已被告知或公布为重要数据 · notified or published as important")
    ] = False
    critical_infrastructure: bool = False
    export_exempt: Annotated[
        bool, Meta(description="出境豁免情形：合同必需、人力资源、紧急或过境 · contract, staff, emergency or transit")
    ] = False
    categories: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=50)] = []
    public_open: bool | None = None
    price_cap: Annotated[
        MoneyView | None, Meta(description="授权主体核定的上限价格 · the cap set by the authorising body")
    ] = None
    after: Literal["collection", "desensitisation", "aggregation"] = "collection"
    sources: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=100)] = []
    evidence: Annotated[list[PieceOfEvidence], Meta(max_length=50)] = []


class ClassificationEvidenceView(msgspec.Struct, frozen=True):
    """A piece of evidence and until when it is kept."""

    kind: str
    file_id: str
    sha256: str
    retention_until: date


class ClassificationView(msgspec.Struct, frozen=True):
    """A declaration; the newest of an asset is the one that counts."""

    id: str
    asset_id: str
    level: str
    important: bool
    personal: str
    sensitive: bool
    minors: bool
    people: int
    sensitive_people: int
    categories: list[str]
    public_open: bool | None
    price_cap: MoneyView | None
    after: str
    export_path: str
    export_evidence_missing: list[str]
    items: list[DataItem]
    evidence: list[ClassificationEvidenceView]
    policy: PolicyRef
    created_at: datetime


class OverrideScan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Let findings of the scan in a revision stand although the declaration denies them; the officer signs by name."""

    revision_id: Annotated[str, Meta(max_length=40)]
    findings: Annotated[
        list[Annotated[str, Meta(min_length=3, max_length=300, examples=["orders.id_card:id_card"])]],
        Meta(min_length=1, max_length=100, description="表.字段:类别 · object.column:category, as the gate names it"),
    ]
    officer: Annotated[str, Meta(min_length=2, max_length=80, description="审核员姓名 · the officer's name")]
    reason: Annotated[str, Meta(min_length=10, max_length=1000)]


class OverrideView(msgspec.Struct, frozen=True):
    """What an officer let stand, and why."""

    id: str
    asset_id: str
    revision_id: str
    findings: list[str]
    officer: str
    officer_key: str
    reason: str
    created_at: datetime


class GateSheetView(msgspec.Struct, frozen=True):
    """The fifteen answers about a listing, an order, an agreement or a transfer, as they were given at one time."""

    id: str
    subject: str
    asset_id: str
    act: str
    answers: list[Answer]
    policy: PolicyRef
    created_at: datetime
