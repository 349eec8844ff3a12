"""Obligations, and statements that data was deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from contracts.obligations.states import DeletionState, ObligationState
from kernel.db import Base, Stateful, status_column


class Obligation(Base, Stateful):
    """Something owed under an agreement; `duty` is its id in the agreement's policy, or its clause; `period` counts.

    `due_at` is the first moment after its day; `breached_at` the one at which it becomes a breach. Its clocks were set
    by the policy of days in force when it arose and are never computed anew. `evidence` is what discharged it.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        UniqueConstraint("agreement_id", "duty", "period"),
        CheckConstraint("bearer <> beneficiary", name="two_parties"),
        CheckConstraint("due_at <= breached_at", name="clocks"),
        Index("ix_obligation_breached_at", "breached_at", postgresql_where=text("status = 'due'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    duty: Mapped[str]
    kind: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    period: Mapped[int]
    bearer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    beneficiary: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    due_at: Mapped[datetime]
    breached_at: Mapped[datetime]
    released_at: Mapped[datetime]
    reminders: Mapped[int]
    status: Mapped[ObligationState] = status_column(ObligationState)
    evidence: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Occurrence(Base):
    """What one side said has happened, which set the clock of a clause going; never changed.

    `reference` names it: an invoice's number, or the agreement that was concluded; one is stated once.
    """

    __tablename__ = "occurrence"
    __table_args__ = (UniqueConstraint("agreement_id", "clause", "code", "reference"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    clause: Mapped[str]
    code: Mapped[str]
    trigger: Mapped[str]
    reference: Mapped[str]
    statement: Mapped[str]
    evidence_sha256: Mapped[str | None]
    by: Mapped[str] = mapped_column(ForeignKey("party.id"))
    at: Mapped[datetime]


class DeletionStatement(Base, Stateful):
    """A consumer's signed statement of what it deleted (删除证明); an agreement may have several, one after another.

    `handed_over` is what the centre's records had of the agreement then, each of which it speaks of. `evidence_sha256`
    stands for what shows that it is false, where it was refuted.
    """

    __tablename__ = "deletion_statement"
    __table_args__ = (
        CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name="digest"),
        Index("ix_deletion_statement_answer_due_at", "answer_due_at", postgresql_where=text("status = 'filed'")),
        Index("uq_deletion_statement_filed", "agreement_id", unique=True, postgresql_where=text("status = 'filed'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    statement: Mapped[dict[str, Any]]
    digest: Mapped[str]
    signing_key_id: Mapped[str] = mapped_column(ForeignKey("signing_key.id"))
    public_key: Mapped[str]
    signature: Mapped[str]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    handed_over: Mapped[list[dict[str, Any]]]
    late: Mapped[bool]
    answer_due_at: Mapped[datetime]
    answer: Mapped[str | None]
    evidence_sha256: Mapped[str | None]
    status: Mapped[DeletionState] = status_column(DeletionState)
    filed_at: Mapped[datetime]
