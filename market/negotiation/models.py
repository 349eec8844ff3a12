"""Negotiations and their rounds."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.negotiation.states import NegotiationState


class Negotiation(Base, Stateful):
    """A negotiation of two parties (磋商) about a listing, or about a contract on services, which has none.

    While it is open, `owner` is the party whose move it is, `due_at` until when, and `on_due` what it then ends as;
    no open state is without them. `terms_digest` freezes what was accepted. It has at most one order, or of services
    one agreement without an order (`agreement_id`).
    """

    __tablename__ = "negotiation"
    __table_args__ = (
        Index("ix_negotiation_provider_id", "provider", "id"),
        Index("ix_negotiation_consumer_id", "consumer", "id"),
        Index("ix_negotiation_due_at", "due_at", postgresql_where=text("status IN ('requested', 'offered')")),
        Index("ix_negotiation_remind_at", "remind_at", postgresql_where=text("reminded_at IS NULL")),
        CheckConstraint("provider <> consumer", name="two_parties"),
        CheckConstraint("(status IN ('requested', 'offered')) = (owner IS NOT NULL)", name="owner"),
        CheckConstraint("(owner IS NULL) = (due_at IS NULL) AND (owner IS NULL) = (on_due IS NULL)", name="clock"),
        CheckConstraint("owner IS NULL OR owner IN (provider, consumer)", name="owner_is_a_side"),
        CheckConstraint("owner IS NULL OR (status = 'requested') = (owner = provider)", name="owner_is_who_answers"),
        CheckConstraint("on_due IN ('expired', 'lapsed')", name="on_due"),
        CheckConstraint("(status = 'terminated') = (end_code IS NOT NULL)", name="end_code"),
        CheckConstraint("end_code IN ('withdrawn', 'rejected', 'expired', 'lapsed')", name="end_code_known"),
        CheckConstraint(
            "(status = 'accepted') = (num_nonnulls(order_id, agreement_id) = 1)"
            " AND (status = 'accepted') = (terms_digest IS NOT NULL) AND num_nonnulls(order_id, agreement_id) <= 1",
            name="order",
        ),
        CheckConstraint("listing_id IS NOT NULL OR (offer_id IS NULL AND order_id IS NULL)", name="service"),
        CheckConstraint("last_round >= 1", name="last_round"),
        CheckConstraint("initiated_by IN (provider, consumer)", name="initiated_by"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    consumer: Mapped[str] = mapped_column(ForeignKey("party.id"))
    listing_id: Mapped[str | None] = mapped_column(ForeignKey("listing.id"), index=True)
    offer_id: Mapped[str | None] = mapped_column(ForeignKey("offer.id"), index=True)
    status: Mapped[NegotiationState] = status_column(NegotiationState)
    owner: Mapped[str | None]
    due_at: Mapped[datetime | None]
    on_due: Mapped[str | None]
    remind_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    end_code: Mapped[str | None]
    reason: Mapped[str | None]
    last_round: Mapped[int]
    terms_digest: Mapped[str | None]
    order_id: Mapped[str | None] = mapped_column(ForeignKey("order.id"), unique=True)
    agreement_id: Mapped[str | None] = mapped_column(ForeignKey("agreement.id"), unique=True)
    initiated_by: Mapped[str]
    opened_at: Mapped[datetime]

    @property
    def parties(self) -> tuple[str, str]:
        """Both, the provider first."""
        return (self.provider, self.consumer)


class NegotiationRound(Base):
    """One round: whole terms by one side, which supersede those of the round before; never changed.

    `message_id` is the id under which another system sent it: it must be unique, so whoever takes such messages in
    puts the pair of parties before it.
    """

    __tablename__ = "negotiation_round"
    __table_args__ = (
        CheckConstraint("n >= 1", name="n"),
        CheckConstraint("kind IN ('request', 'offer')", name="kind"),
    )

    negotiation_id: Mapped[str] = mapped_column(ForeignKey("negotiation.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    by: Mapped[str] = mapped_column(ForeignKey("party.id"))
    kind: Mapped[str]
    terms: Mapped[dict[str, Any]]
    terms_digest: Mapped[str] = mapped_column(index=True)
    expires_at: Mapped[datetime | None]
    withdrawable: Mapped[bool]
    note: Mapped[str]
    message_id: Mapped[str | None] = mapped_column(unique=True)
    at: Mapped[datetime]
