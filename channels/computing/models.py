"""Computing offers, privacy budgets, templates and runs."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from channels.computing.states import ComputingRunState, TemplateState
from kernel.db import Base, Stateful, status_column

_CLOCK = "status IN ('queued', 'running', 'in_review')"


class ComputingOffer(Base):
    """A version of what may be asked of an asset's data (受控计算说明); append-only by trigger."""

    __tablename__ = "computing_offer"
    __table_args__ = (UniqueConstraint("asset_id", "n"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    n: Mapped[int]
    terms: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    created_at: Mapped[datetime]


class ComputingBudget(Base):
    """What has been spent of a privacy budget (隐私预算), for an agreement or for an asset; it only grows."""

    __tablename__ = "computing_budget"
    __table_args__ = (CheckConstraint("spent_micro_epsilon >= 0", name="spent_micro_epsilon"),)

    subject_id: Mapped[str] = mapped_column(primary_key=True)
    spent_micro_epsilon: Mapped[int]


class ComputingTemplate(Base, Stateful):
    """A computation that its provider wrote (计算模板); `content` is fixed by its digest."""

    __tablename__ = "computing_template"
    __table_args__ = (
        CheckConstraint("(status = 'drafted') = (due_at IS NOT NULL)", name="clock"),
        Index("ix_computing_template_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    status: Mapped[TemplateState] = status_column(TemplateState)
    approved_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ComputingRun(Base, Stateful):
    """One computation for a buyer (计算任务): what was asked, what it cost, and its answer once there is one.

    `question_sha256` is the same for whoever asks the same of the same revision; `due_at` is the end of waiting, of
    running or of review, whichever it is in.
    """

    __tablename__ = "computing_run"
    __table_args__ = (
        CheckConstraint(f"({_CLOCK}) = (due_at IS NOT NULL)", name="clock"),
        CheckConstraint("(offer_id IS NULL) <> (template_id IS NULL)", name="kind"),
        CheckConstraint("status <> 'released' OR use_id IS NOT NULL", name="released"),
        Index("ix_computing_run_question", "agreement_id", "question_sha256"),
        Index("ix_computing_run_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    offer_id: Mapped[str | None] = mapped_column(ForeignKey("computing_offer.id"))
    template_id: Mapped[str | None] = mapped_column(ForeignKey("computing_template.id"))
    sql: Mapped[str | None]
    question: Mapped[dict[str, Any]]
    question_sha256: Mapped[str]
    micro_epsilon: Mapped[int]
    pico_delta: Mapped[int]
    status: Mapped[ComputingRunState] = status_column(ComputingRunState)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    answer_sha256: Mapped[str | None]
    use_id: Mapped[str | None] = mapped_column(ForeignKey("computing_use.id"))
    review_reason: Mapped[str | None]
    reviewed_by: Mapped[str | None]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def parties(self) -> tuple[str, str]:
        """Both, the buyer first."""
        return (self.buyer, self.provider)
