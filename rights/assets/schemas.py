"""What assets say on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from rights.terms import Form, SourceKind

UpdateCycle = Literal["once", "realtime", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "irregular"]


class CreateAsset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Describe a data asset (数据产权登记工作指引 annex 1); the name should say time, region, industry and content."""

    name: Annotated[str, Meta(max_length=2000, description="≤ 40 字 · at most 40 characters")]
    overview: Annotated[str, Meta(max_length=8000, description="≤ 400 字 · at most 400 characters")]
    industry: Annotated[
        str,
        Meta(
            pattern=r"^[A-T]([0-9]{2})?$(?!\n)",
            description="GB/T 4754 门类与大类 · section and division",
            examples=["G56"],
        ),
    ]
    theme: Annotated[str, Meta(min_length=1, max_length=40)]
    update_cycle: UpdateCycle
    region: Annotated[str, Meta(min_length=1, max_length=60, description="地域范围 · region that the data covers")]
    source_kind: SourceKind
    form: Form = Form.RESOURCE
    covers_from: date | None = None
    covers_until: date | None = None
    public_data: Annotated[bool, Meta(description="公共数据或由其形成 · public data, or made from it")] = False


class AddRevision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fix the asset's files as they are now; each was uploaded before for the purpose `data`."""

    files: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(min_length=1, max_length=100)]


class RevisionFileView(msgspec.Struct, frozen=True):
    """One file of a revision."""

    name: str
    file_id: str
    sha256: str
    size_bytes: int


class RevisionView(msgspec.Struct, frozen=True):
    """One revision; it never changes."""

    id: str
    asset_id: str
    number: int
    files: list[RevisionFileView]
    content_sha256: str
    created_at: datetime


class AssetView(msgspec.Struct, frozen=True):
    """An asset with its latest revision."""

    id: str
    party_id: str
    name: str
    overview: str
    industry: str
    theme: str
    update_cycle: str
    region: str
    source_kind: str
    form: str
    covers_from: date | None
    covers_until: date | None
    public_data: bool
    latest_revision: RevisionView | None
    created_at: datetime
