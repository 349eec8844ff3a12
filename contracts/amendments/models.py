"""Amendments and their signatures."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from contracts.amendments.states import AmendmentState
from kernel.db import Base, Stateful, status_column


class Amendment(Base, Stateful):
    """A change of an agreement (合同变更): `content` is what both sign, `digest` stands for it; `n` counts them.

    It takes effect at `wanted_at`, or at the second signature where that is later or nothing was wanted; `effective_at`
    is that moment, known when both have signed; while the data passes on there is none, see
    contracts.amendments.effect.put_by. One at a time waits for its signatures.
    """

    __tablename__ = "amendment"
    __table_args__ = (
        UniqueConstraint("agreement_id", "n"),
        CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name="digest"),
        Index(
            "uq_amendment_open",
            "agreement_id",
            unique=True,
            postgresql_where=text("status IN ('proposed', 'signed_by_one')"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    n: Mapped[int]
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    consumer: Mapped[str] = mapped_column(ForeignKey("party.id"))
    proposed_by: Mapped[str] = mapped_column(ForeignKey("party.id"))
    content: Mapped[dict[str, Any]]
    digest: Mapped[str]
    wanted_at: Mapped[datetime | None]
    effective_at: Mapped[datetime | None]
    answer_due_at: Mapped[datetime]
    end_reason: Mapped[str | None]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    status: Mapped[AmendmentState] = status_column(AmendmentState)
    created_at: Mapped[datetime]

    @property
    def parties(self) -> tuple[str, str]:
        """Both, the provider first."""
        return (self.provider, self.consumer)


class AmendmentSignature(Base):
    """A party's electronic signature (电子签名) over the amendment's digest; one for each party, never changed."""

    __tablename__ = "amendment_signature"
    __table_args__ = (UniqueConstraint("amendment_id", "party_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    amendment_id: Mapped[str] = mapped_column(ForeignKey("amendment.id"))
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"))
    signing_key_id: Mapped[str] = mapped_column(ForeignKey("signing_key.id"))
    public_key: Mapped[str]
    signature: Mapped[str]
    signed_at: Mapped[datetime]
