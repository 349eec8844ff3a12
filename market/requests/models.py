"""Requests for quotation, quotes with their versions, and questions with their answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.requests.states import QuotationState, QuoteState


class QuotationRequest(Base, Stateful):
    """A request for quotation (询价单), of a buyer to everybody or to the providers in `addressed`.

    `due_at` is when its present state ends by itself; no state that waits is without it.
    """

    __tablename__ = "quotation_request"
    __table_args__ = (
        Index("ix_quotation_request_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        CheckConstraint("(status IN ('draft', 'open', 'closed')) = (due_at IS NOT NULL)", name="clock"),
        CheckConstraint("(status = 'awarded') = (awarded_quote_id IS NOT NULL)", name="awarded"),
        CheckConstraint("status = 'cancelled' OR (status = 'draft') = (opened_at IS NULL)", name="opened"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    want: Mapped[dict[str, Any]]
    sealed: Mapped[bool]
    addressed: Mapped[list[str] | None]
    closes_at: Mapped[datetime]
    award_due_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    awarded_quote_id: Mapped[str | None]
    end_reason: Mapped[str | None]
    status: Mapped[QuotationState] = status_column(QuotationState)
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]


class Quote(Base, Stateful):
    """A provider's answer to a request (报价): whole terms with its buyer; the newest version stands."""

    __tablename__ = "quote"
    __table_args__ = (
        Index(
            "uq_quote_standing",
            "request_id",
            "provider",
            unique=True,
            postgresql_where=text("status IN ('submitted', 'revised')"),
        ),
        CheckConstraint("terms_digest ~ '^sha256:[0-9a-f]{64}$'", name="terms_digest"),
        CheckConstraint("(status = 'awarded') = (order_id IS NOT NULL)", name="order"),
        CheckConstraint("versions >= 1", name="versions"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("quotation_request.id"), index=True)
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    listing_id: Mapped[str] = mapped_column(ForeignKey("listing.id"))
    terms: Mapped[dict[str, Any]]
    terms_digest: Mapped[str]
    note: Mapped[str]
    versions: Mapped[int]
    order_id: Mapped[str | None] = mapped_column(ForeignKey("order.id"))
    end_reason: Mapped[str | None]
    status: Mapped[QuoteState] = status_column(QuoteState)
    submitted_at: Mapped[datetime]


class QuoteVersion(Base):
    """What a quote said at one time; append-only by trigger."""

    __tablename__ = "quote_version"
    __table_args__ = (CheckConstraint("n >= 1", name="n"),)

    quote_id: Mapped[str] = mapped_column(ForeignKey("quote.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    listing_id: Mapped[str]
    terms: Mapped[dict[str, Any]]
    terms_digest: Mapped[str]
    note: Mapped[str]
    at: Mapped[datetime]


class Clarification(Base):
    """A question about a request and the buyer's answer, which all who may quote read (澄清)."""

    __tablename__ = "clarification"
    __table_args__ = (CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("quotation_request.id"), index=True)
    asked_by: Mapped[str] = mapped_column(ForeignKey("party.id"))
    question: Mapped[str]
    asked_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
