"""Deliveries, their files, and every fetch of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.delivery.states import DeliveryState


class Delivery(Base, Stateful):
    """The delivery of an order (交付); an order has one."""

    __tablename__ = "delivery"

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), unique=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    status: Mapped[DeliveryState] = status_column(DeliveryState)
    receipt_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    created_at: Mapped[datetime]
    received_at: Mapped[datetime | None]


class DeliveryFile(Base):
    """One file of a delivery, as the agreement lists it or as an update brought it; a row never changes."""

    __tablename__ = "delivery_file"
    __table_args__ = (UniqueConstraint("delivery_id", "update_id", "name", postgresql_nulls_not_distinct=True),)

    id: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("delivery.id"))
    update_id: Mapped[str | None] = mapped_column(ForeignKey("delivery_update.id"))
    name: Mapped[str]
    sha256: Mapped[str]
    size_bytes: Mapped[int]
    storage_key: Mapped[str]


class DeliveryUpdate(Base):
    """A later revision that reached a buyer whose licence includes updates; append-only by trigger.

    `files` holds {name, sha256, size_bytes, storage_key}; none where nothing is handed out.
    """

    __tablename__ = "delivery_update"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        CheckConstraint("content_sha256 ~ '^sha256:[0-9a-f]{64}$'", name="content_sha256"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("delivery.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"))
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"))
    number: Mapped[int]
    content_sha256: Mapped[str]
    scorecard_id: Mapped[str] = mapped_column(ForeignKey("scorecard.id"))
    files: Mapped[list[dict[str, Any]]]
    available_at: Mapped[datetime]


class Download(Base):
    """One answered request for a file (下载日志); readers of tables ask many times, so nothing is billed by it."""

    __tablename__ = "download"

    id: Mapped[str] = mapped_column(primary_key=True)
    delivery_file_id: Mapped[str] = mapped_column(ForeignKey("delivery_file.id"), index=True)
    method: Mapped[str]
    byte_range: Mapped[str | None]
    http_status: Mapped[int]
    size_bytes: Mapped[int]
    at: Mapped[datetime]


class ComputingUse(Base):
    """One use of data that stays where it is (可用不可见): what ran in which environment, and the digest of its result.

    The provider, whose environment it is, records it; the buyer confirms it by its result. Append-only by trigger.
    """

    __tablename__ = "computing_use"
    __table_args__ = (
        CheckConstraint("started_at <= ended_at", name="period"),
        CheckConstraint("result_sha256 ~ '^[0-9a-f]{64}$'", name="result_sha256"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("delivery.id"), index=True)
    environment: Mapped[str]
    description: Mapped[str]
    result_sha256: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    rows: Mapped[int | None]
    created_at: Mapped[datetime]
