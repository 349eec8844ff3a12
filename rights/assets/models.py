"""Assets and their revisions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class Asset(Base):
    """A data asset (数据资产) of a party as it describes it; its content is in its revisions."""

    __tablename__ = "asset"
    __table_args__ = (
        CheckConstraint(
            "region_level IN ('international', 'national', 'province', 'city', 'county', 'below')", name="region_level"
        ),
        CheckConstraint("structure IN ('structured', 'semi-structured', 'unstructured')", name="structure"),
        CheckConstraint("records > 0", name="records"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    name: Mapped[str]
    overview: Mapped[str]
    industry: Mapped[str]
    theme: Mapped[str]
    update_cycle: Mapped[str]
    region: Mapped[str]
    region_level: Mapped[str | None]
    structure: Mapped[str | None]
    records: Mapped[int | None]
    source_kind: Mapped[str]
    form: Mapped[str]
    covers_from: Mapped[date | None]
    covers_until: Mapped[date | None]
    public_data: Mapped[bool]
    public_basis: Mapped[str | None]
    destroyed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class AssetRevision(Base):
    """The exact files of an asset at one moment (数据版本); append-only by trigger.

    `files` holds {name, file_id, sha256, size_bytes, storage_key} in the order given.
    """

    __tablename__ = "asset_revision"
    __table_args__ = (
        UniqueConstraint("asset_id", "number"),
        CheckConstraint("content_sha256 ~ '^sha256:[0-9a-f]{64}$'", name="content_sha256"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    number: Mapped[int]
    files: Mapped[list[dict[str, Any]]]
    content_sha256: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]


class RevisionMeasure(Base):
    """What was counted in the files of a revision, apart from what its provider declares of them.

    `record_count`, `field_count`, `earliest` and `latest` are null where a file could not be read as a table, or holds
    no moments; the moments are those of the columns of times, whatever they stand for.
    """

    __tablename__ = "revision_measure"
    __table_args__ = (
        CheckConstraint("record_count >= 0", name="record_count"),
        CheckConstraint("field_count >= 0", name="field_count"),
        CheckConstraint("earliest <= latest", name="period"),
    )

    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"), primary_key=True)
    record_count: Mapped[int | None]
    field_count: Mapped[int | None]
    earliest: Mapped[date | None]
    latest: Mapped[date | None]
    created_at: Mapped[datetime]
