"""Publications, their tables and files, what changed between two of them, and the versions of each agreement."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from channels.publishing.states import PublicationState
from kernel.db import Base, Stateful, status_column


class Publication(Base, Stateful):
    """A revision in its form of delivery (交付格式版本); it has one for all who are entitled to the whole of it.

    For those whose licence has a scope it has one for each distinct scope, made to that scope and known by its digest.
    Where copies bear marks it has one for each agreement (`marked_for`), whose digest is of scope and marks.

    `content_sha256` is the registered digest of the revision, `manifest_sha256` that of what was made of it: tables
    with the registered digests of their source files, and their files with their own. `problem` says why there is none.
    """

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("status <> 'published' OR manifest_sha256 IS NOT NULL", name="manifest"),
        CheckConstraint("(scope IS NULL AND marks IS NULL) = (scope_sha256 IS NULL)", name="scope"),
        CheckConstraint("(marks IS NULL) = (marked_for IS NULL)", name="marks"),
        UniqueConstraint("revision_id", "scope_sha256", postgresql_nulls_not_distinct=True),
        CheckConstraint("status <> 'failed' OR jsonb_typeof(problem) = 'object'", name="problem"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"))
    scope: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    marks: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    marked_for: Mapped[str | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    scope_sha256: Mapped[str | None]
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    content_sha256: Mapped[str]
    manifest_sha256: Mapped[str | None]
    problem: Mapped[dict[str, Any] | None]
    steps_done: Mapped[int]
    steps_total: Mapped[int]
    status: Mapped[PublicationState] = status_column(PublicationState)
    created_at: Mapped[datetime]


class PublishedTable(Base):
    """One table of a publication; append-only by trigger.

    `schema` is a Spark struct as the protocol tells it. `key` are the columns by which changes are told, none where the
    contract names none or they do not name each row once. `unread_values` were no values of their declared type, and
    `lost_rows` no records: the file as it was registered has them, the table does not.
    """

    __tablename__ = "published_table"
    __table_args__ = (UniqueConstraint("publication_id", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publication.id"))
    n: Mapped[int]
    name: Mapped[str]
    schema: Mapped[dict[str, Any]]
    key: Mapped[list[str]]
    rows: Mapped[int]
    source_name: Mapped[str]
    source_sha256: Mapped[str]
    unread_values: Mapped[int]
    lost_rows: Mapped[int]


class PublishedFile(Base):
    """One Parquet file: of a table, or, with `before_id`, of what changed since that table; append-only by trigger.

    `stats` are the protocol's: numRecords, minValues, maxValues, nullCount.
    """

    __tablename__ = "published_file"
    __table_args__ = (UniqueConstraint("table_id", "before_id", "n", postgresql_nulls_not_distinct=True),)

    id: Mapped[str] = mapped_column(primary_key=True)
    table_id: Mapped[str] = mapped_column(ForeignKey("published_table.id"))
    before_id: Mapped[str | None] = mapped_column(ForeignKey("published_table.id"))
    n: Mapped[int]
    rows: Mapped[int]
    sha256: Mapped[str]
    size_bytes: Mapped[int]
    storage_key: Mapped[str]
    stats: Mapped[dict[str, Any]]


class TableComparison(Base):
    """That a table was compared with an earlier one, and why it has no change feed, if so; append-only by trigger."""

    __tablename__ = "table_comparison"

    table_id: Mapped[str] = mapped_column(ForeignKey("published_table.id"), primary_key=True)
    before_id: Mapped[str] = mapped_column(ForeignKey("published_table.id"), primary_key=True)
    gap: Mapped[str | None]


class SharedVersion(Base):
    """A version of the tables of an agreement, numbered from zero without gaps; append-only by trigger."""

    __tablename__ = "shared_version"
    __table_args__ = (
        UniqueConstraint("agreement_id", "publication_id"),
        CheckConstraint("version >= 0", name="version"),
    )

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publication.id"))
    available_at: Mapped[datetime]
