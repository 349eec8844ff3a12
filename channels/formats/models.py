"""Conversions of delivered tables, and every fetch of what was made."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from channels.formats.states import ConversionState
from kernel.db import Base, Stateful, status_column


class TableConversion(Base, Stateful):
    """A table of a delivered revision in another format (格式转换), for one order and made to its scope.

    `table_name` is the name asked for until the table is found, and `table_key` the same without case: what a second
    asking goes by. `source_sha256` is the registered digest of the file that the table was read from. `neutralised` is
    how many texts were given an apostrophe, so that no spreadsheet takes them for formulas. `attempts` were begun, the
    last one at `begun_at`.
    """

    __tablename__ = "table_conversion"
    __table_args__ = (
        CheckConstraint("(status IN ('queued', 'running', 'made')) = (due_at IS NOT NULL)", name="clock"),
        CheckConstraint("(status = 'made') <= (storage_key IS NOT NULL AND sha256 IS NOT NULL)", name="made"),
        CheckConstraint("status <> 'failed' OR jsonb_typeof(problem) = 'object'", name="problem"),
        Index(
            "uq_table_conversion_standing", "order_id", "revision_id", "table_key", "format",
            unique=True, postgresql_where=text("status IN ('queued', 'running', 'made')"),
        ),
        Index("ix_table_conversion_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"), index=True)
    table_name: Mapped[str]
    table_key: Mapped[str]
    format: Mapped[str]
    status: Mapped[ConversionState] = status_column(ConversionState)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    source_name: Mapped[str | None]
    source_sha256: Mapped[str | None]
    rows: Mapped[int | None]
    rows_done: Mapped[int]
    attempts: Mapped[int]
    begun_at: Mapped[datetime | None]
    neutralised: Mapped[int | None]
    sha256: Mapped[str | None]
    size_bytes: Mapped[int | None]
    storage_key: Mapped[str | None]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ConversionDownload(Base):
    """One answered request for a converted file (下载日志): who asked is its order's buyer; append-only by trigger."""

    __tablename__ = "conversion_download"

    id: Mapped[str] = mapped_column(primary_key=True)
    conversion_id: Mapped[str] = mapped_column(ForeignKey("table_conversion.id"), index=True)
    method: Mapped[str]
    byte_range: Mapped[str | None]
    http_status: Mapped[int]
    size_bytes: Mapped[int]
    address: Mapped[str]
    at: Mapped[datetime]
