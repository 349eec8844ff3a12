"""Numbered papers, whatever they are; a row never changes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text as SqlText

from kernel.db import Base

KINDS = ("invoice", "credit-note", "monthly-statement", "bill-statement", "payout-advice", "tax-summary")


class Paper(Base):
    """A paper (单据) that was issued with a number: what it says is its document. Append-only by trigger.

    `subject` is what it is about: an invoice, a bill, a payout, or `<party>/<period>`; there is one of a kind about it
    in a currency. `party_id` is whose statement it is, or who issued the invoice.
    """

    __tablename__ = "paper"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        UniqueConstraint("kind", "subject", "currency"),
        UniqueConstraint("number"),
        Index("ix_paper_parties", "parties", postgresql_using="gin"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    number: Mapped[str]
    subject: Mapped[str]
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    parties: Mapped[list[str]] = mapped_column(ARRAY(SqlText))
    currency: Mapped[str]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    issued_at: Mapped[datetime]
