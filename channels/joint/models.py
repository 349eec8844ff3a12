"""Joint agreements and joint runs: of each, what concerns the side a stands in columns a_…, the side b in b_…"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from channels.joint.states import JointAgreementState, JointRunState
from kernel.db import Base, Stateful, status_column

_OPEN = "status IN ('proposed', 'consented_by_one', 'in_force')"
_WAITING = "status IN ('queued', 'running', 'in_review', 'reviewed_by_one')"


class Side(NamedTuple):
    """One of the two whose data is joined: its name (a or b), the order and agreement, the asset, its provider."""

    name: str
    order_id: str
    agreement_id: str
    asset_id: str
    provider: str


class JointAgreement(Base, Stateful):
    """What two providers let a buyer of both join (联合计算约定); its digest fixes `content`, `due_at` is its clock."""

    __tablename__ = "joint_agreement"
    __table_args__ = (
        CheckConstraint(f"({_OPEN}) = (due_at IS NOT NULL)", name="clock"),
        CheckConstraint("a_provider <> b_provider", name="sides"),
        CheckConstraint(
            "status <> 'in_force' OR (a_consented_at IS NOT NULL AND b_consented_at IS NOT NULL)", name="consents"
        ),
        Index("ix_joint_agreement_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    a_order_id: Mapped[str] = mapped_column(ForeignKey("order.id"))
    a_agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    a_asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    a_provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    b_order_id: Mapped[str] = mapped_column(ForeignKey("order.id"))
    b_agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    b_asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    b_provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    status: Mapped[JointAgreementState] = status_column(JointAgreementState)
    a_consented_at: Mapped[datetime | None]
    b_consented_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    in_force_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both sides, a first."""
        return (
            Side("a", self.a_order_id, self.a_agreement_id, self.a_asset_id, self.a_provider),
            Side("b", self.b_order_id, self.b_agreement_id, self.b_asset_id, self.b_provider),
        )

    @property
    def parties(self) -> tuple[str, str, str]:
        """All three, the buyer first."""
        return (self.buyer, self.a_provider, self.b_provider)


class JointRun(Base, Stateful):
    """One computation over the tables of both (联合计算任务): an ad-hoc query (`sql`) or an agreed template.

    `question_sha256` is the same for the same question of the same two revisions; `micro_epsilon` was charged to each
    side. `due_at` is the end of waiting, of running or of review, whichever it is in.
    """

    __tablename__ = "joint_run"
    __table_args__ = (
        CheckConstraint(f"({_WAITING}) = (due_at IS NOT NULL)", name="clock"),
        CheckConstraint("(sql IS NULL) <> (template IS NULL)", name="kind"),
        CheckConstraint("status <> 'released' OR (a_use_id IS NOT NULL AND b_use_id IS NOT NULL)", name="released"),
        Index("ix_joint_run_question", "joint_agreement_id", "question_sha256"),
        Index("ix_joint_run_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    joint_agreement_id: Mapped[str] = mapped_column(ForeignKey("joint_agreement.id"))
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    a_provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    b_provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    a_revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"))
    b_revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"))
    sql: Mapped[str | None]
    template: Mapped[str | None]
    question: Mapped[dict[str, Any]]
    question_sha256: Mapped[str]
    micro_epsilon: Mapped[int]
    pico_delta: Mapped[int]
    status: Mapped[JointRunState] = status_column(JointRunState)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    answer_sha256: Mapped[str | None]
    a_use_id: Mapped[str | None] = mapped_column(ForeignKey("computing_use.id"))
    b_use_id: Mapped[str | None] = mapped_column(ForeignKey("computing_use.id"))
    a_review_reason: Mapped[str | None]
    b_review_reason: Mapped[str | None]
    a_reviewed_by: Mapped[str | None]
    b_reviewed_by: Mapped[str | None]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def parties(self) -> tuple[str, str, str]:
        """All three, the buyer first."""
        return (self.buyer, self.a_provider, self.b_provider)
