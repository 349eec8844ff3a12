"""Addresses that want events, and what became of each message."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.webhooks.states import WebhookState


class WebhookEndpoint(Base, Stateful):
    """An address of a party; `cursor` is the index of the last log entry that was made into a message.

    `made_by` is the key or the member that set it up or took it up again, with whose end it ends.

    Secrets are kept readable, since HMAC needs them: [{"secret", "expires_at": RFC 3339 or null}], newest first.
    """

    __tablename__ = "webhook_endpoint"

    id: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    url: Mapped[str]
    kinds: Mapped[list[str]]
    secrets: Mapped[list[dict[str, Any]]]
    cursor: Mapped[int]
    status: Mapped[WebhookState] = status_column(WebhookState)
    made_by: Mapped[str | None]
    failing_since: Mapped[datetime | None]
    created_at: Mapped[datetime]


class WebhookDelivery(Base):
    """One entry for one address: at most one message, however often it is tried.

    Not delivered and no next attempt means given up; the entry stays in the event feed.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("ix_webhook_delivery_log_index", "endpoint_id", "log_index"),)

    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoint.id", ondelete="CASCADE"), primary_key=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("log_entry.id"), primary_key=True)
    log_index: Mapped[int]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_failure: Mapped[str | None]
    delivered_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
