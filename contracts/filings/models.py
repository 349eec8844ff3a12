"""Filed contracts."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from contracts.filings.states import FilingState
from kernel.db import Base, Stateful, status_column


class Filing(Base, Stateful):
    """A contract concluded elsewhere (备案合同): who filed it with whom, about what, and the digest of its text.

    `other` is the other party where it takes part here; its name and credit code stand beside in any case. No grant, no
    gate and no price statistics read this table.
    """

    __tablename__ = "filing"
    __table_args__ = (
        CheckConstraint("filer <> other", name="two_parties"),
        CheckConstraint("filer_role IN ('provider', 'consumer')", name="filer_role"),
        CheckConstraint("(amount_minor IS NULL) = (currency IS NULL)", name="amount"),
        Index(
            "uq_filing_standing",
            "filer",
            "document_sha256",
            unique=True,
            postgresql_where=text("status <> 'withdrawn'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    filer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    other: Mapped[str | None] = mapped_column(ForeignKey("party.id"), index=True)
    other_name: Mapped[str]
    other_uscc: Mapped[str]
    filer_role: Mapped[str]
    subject: Mapped[str]
    concluded_on: Mapped[date]
    amount_minor: Mapped[int | None]
    currency: Mapped[str | None]
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"))
    document_sha256: Mapped[str]
    end_reason: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    status: Mapped[FilingState] = status_column(FilingState)
    created_at: Mapped[datetime]

    @property
    def parties(self) -> tuple[str, str | None]:
        """Who filed it, and the other party where it takes part."""
        return (self.filer, self.other)
