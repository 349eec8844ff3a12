"""Complaints, every step taken in them, their files, and the bundles made of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.complaints.states import ComplaintState

_ENDED = "status IN ('executed', 'withdrawn', 'overtaken')"


class Complaint(Base, Stateful):
    """A buyer's complaint (投诉) about an order or one of its bills, which is its `subject`.

    `about` is the id that the buyer named: the order, its delivery or the bill. `price_minor` is what of the price
    could be given back when it was filed, of which `disputed_minor` is held. `remedy` is what was last proposed or
    decided, `accepted_by` who agreed to the proposal. `due_at` is the end of what the present state waits for. One
    complaint of a subject is open at a time.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("buyer <> provider", name="two_parties"),
        CheckConstraint("0 <= disputed_minor AND disputed_minor <= price_minor", name="amounts"),
        CheckConstraint("paid_back_minor BETWEEN 0 AND disputed_minor", name="paid_back"),
        CheckConstraint(f"({_ENDED}) = (due_at IS NULL)", name="clock"),
        CheckConstraint(f"({_ENDED}) = (outcome IS NOT NULL)", name="outcome"),
        CheckConstraint("asked IN ('refund', 'price-reduction', 'redelivery', 'other')", name="asked"),
        Index("uq_complaint_open", "subject", unique=True, postgresql_where=text(f"NOT ({_ENDED})")),
        Index("ix_complaint_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_complaint_buyer_id", "buyer", "id"),
        Index("ix_complaint_provider_id", "provider", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    bill_id: Mapped[str | None] = mapped_column(ForeignKey("bill.id"))
    about: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    reason: Mapped[str]
    asked: Mapped[str]
    price_minor: Mapped[int]
    disputed_minor: Mapped[int]
    paid_back_minor: Mapped[int]
    currency: Mapped[str]
    policy: Mapped[dict[str, Any]]
    remedy: Mapped[dict[str, Any] | None]
    accepted_by: Mapped[list[str]]
    refund_id: Mapped[str | None]
    status: Mapped[ComplaintState] = status_column(ComplaintState)
    due_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    filed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    @property
    def disputed(self) -> Money:
        """What is in dispute, and held."""
        return Money(self.disputed_minor, self.currency)

    @property
    def parties(self) -> tuple[str, str]:
        """Both, the buyer first."""
        return (self.buyer, self.provider)


class ComplaintStep(Base):
    """Something that was said or done in a complaint (案卷), in its order; append-only by trigger.

    `by` is the party, none for the clock; `line` is the key that did it for the centre and those that it descends from,
    by which persons are told apart, and is shown to nobody.
    """

    __tablename__ = "complaint_step"
    __table_args__ = (CheckConstraint("n >= 1", name="n"),)

    complaint_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    role: Mapped[str]
    by: Mapped[str | None] = mapped_column(ForeignKey("party.id"))
    line: Mapped[list[str]]
    text: Mapped[str]
    facts: Mapped[dict[str, Any]]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    at: Mapped[datetime]


class ComplaintFile(Base):
    """A file of a complaint (证据材料), numbered through, and the step that it came with; append-only by trigger."""

    __tablename__ = "complaint_file"
    __table_args__ = (
        ForeignKeyConstraint(
            ["complaint_id", "step"],
            ["complaint_step.complaint_id", "complaint_step.n"],
            name="fk_complaint_file_step",
        ),
        CheckConstraint("n >= 1", name="n"),
    )

    complaint_id: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[int]
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"))
    by: Mapped[str] = mapped_column(ForeignKey("party.id"))
    name: Mapped[str]
    sha256: Mapped[str]
    size_bytes: Mapped[int]
    media_type: Mapped[str]


class ComplaintBundle(Base):
    """A bundle of a case for arbitration or court (案卷移交包), as it stood at a step; made once, by a job."""

    __tablename__ = "complaint_bundle"
    __table_args__ = (Index("ix_complaint_bundle_unmade", "id", postgresql_where=text("made_at IS NULL")),)

    id: Mapped[str] = mapped_column(primary_key=True)
    complaint_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"), index=True)
    last_step: Mapped[int]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    storage_key: Mapped[str | None]
    sha256: Mapped[str | None]
    size_bytes: Mapped[int | None]
    requested_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
