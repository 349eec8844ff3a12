"""What assets say on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from rights.terms import Form, SourceKind

UpdateCycle = Literal["once", "realtime", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "irregular"]


RegionLevel = Annotated[
    Literal["international", "national", "province", "city", "county", "below"],
    Meta(description="地域层级 · how wide the region is that the data covers"),
]
Structure = Annotated[
    Literal["structured", "semi-structured", "unstructured"], Meta(description="数据形态 · GB/T 47949 minor class")
]
Records = Annotated[
    int, Meta(ge=1, le=10**15, description="数据规模（条） · volume in records; bytes are counted by us")
]
Industry = Annotated[
    str,
    Meta(
        pattern=r"^[A-T]([0-9]{2})?$(?!\n)",
        description="GB/T 4754 门类与大类 · section and division",
        examples=["G56"],
    ),
]
Region = Annotated[str, Meta(min_length=1, max_length=60, description="地域范围 · region that the data covers")]
Name = Annotated[str, Meta(max_length=2000, description="≤ 40 字 · at most 40 characters")]
Overview = Annotated[str, Meta(max_length=8000, description="≤ 400 字 · at most 400 characters")]
Theme = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=40,
        description="主题，自由填写，不是封闭的代码表 · theme in free words; there is no closed list",
        examples=["交通运输"],
    ),
]


class CreateAsset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Describe a data asset (数据产权登记工作指引 annex 1); the name should say time, region, industry and content.

    What may be left out here is asked for by the application for registration, all of it at once.
    """

    name: Name
    overview: Overview
    industry: Industry
    theme: Theme
    update_cycle: UpdateCycle
    region: Region
    source_kind: SourceKind
    form: Form = Form.RESOURCE
    region_level: RegionLevel | None = None
    structure: Structure | None = None
    records: Records | None = None
    covers_from: date | None = None
    covers_until: date | None = None
    public_data: Annotated[bool, Meta(description="公共数据或由其形成 · public data, or made from it")] = False


class EditAsset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Mend the description before a registration rests on it; what is left out stays. The source kind never changes."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    overview: Overview | msgspec.UnsetType = msgspec.UNSET
    industry: Industry | msgspec.UnsetType = msgspec.UNSET
    theme: Theme | msgspec.UnsetType = msgspec.UNSET
    update_cycle: UpdateCycle | msgspec.UnsetType = msgspec.UNSET
    region: Region | msgspec.UnsetType = msgspec.UNSET
    region_level: RegionLevel | msgspec.UnsetType = msgspec.UNSET
    structure: Structure | msgspec.UnsetType = msgspec.UNSET
    records: Records | msgspec.UnsetType = msgspec.UNSET
    covers_from: date | msgspec.UnsetType | None = msgspec.UNSET
    covers_until: date | msgspec.UnsetType | None = msgspec.UNSET


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
    region_level: str | None
    structure: str | None
    records: int | None
    source_kind: str
    form: str
    covers_from: date | None
    covers_until: date | None
    public_data: bool
    public_basis: str | None
    latest_revision: RevisionView | None
    created_at: datetime
