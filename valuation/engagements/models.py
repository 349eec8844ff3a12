"""Engagements and what belongs to them: requests, papers, drafts, opinions, signatures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from valuation.engagements.states import EngagementState, RequestState


class Engagement(Base, Stateful):
    """A commission to value one asset (评估委托).

    `checks` keeps what every check of independence looked at and found. `draft_id` is the draft under opinion; it is
    empty again when a draft is returned. The last columns are those of the report and are set when it is issued; mode
    and field are those of its market approach, if it has one, so that new comparables find it.
    """

    __tablename__ = "engagement"
    __table_args__ = (
        Index("ix_engagement_use_until_issued", "use_until", postgresql_where=text("status = 'issued'")),
        Index("ix_engagement_market_issued", "market_mode", "market_field", postgresql_where=text("status = 'issued'")),
        CheckConstraint("client <> firm", name="two_parties"),
        CheckConstraint("fee_minor > 0", name="fee_minor"),
        CheckConstraint("fee_basis IN ('fixed', 'hourly')", name="fee_basis"),
        CheckConstraint("first_valuer <> second_valuer", name="two_valuers"),
        CheckConstraint("reviewer NOT IN (first_valuer, second_valuer)", name="reviewer"),
        CheckConstraint("use_until - base_date BETWEEN 0 AND 365", name="use_until"),
        CheckConstraint("number ~ '^PG[0-9]{10}$'", name="number"),
        CheckConstraint("(number IS NULL) = (appraisal_id IS NULL)", name="issued"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    client: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    firm: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    purpose: Mapped[str]
    value_type: Mapped[str]
    base_date: Mapped[date]
    scope: Mapped[str]
    intended_users: Mapped[list[str]]
    statutory: Mapped[bool]
    fee_basis: Mapped[str]
    fee_minor: Mapped[int]
    fee_currency: Mapped[str]
    supersedes_id: Mapped[str | None] = mapped_column(ForeignKey("engagement.id"), index=True)
    first_valuer: Mapped[str | None] = mapped_column(ForeignKey("practitioner.id"))
    second_valuer: Mapped[str | None] = mapped_column(ForeignKey("practitioner.id"))
    reviewer: Mapped[str | None] = mapped_column(ForeignKey("practitioner.id"))
    checks: Mapped[list[dict[str, Any]]]
    draft_id: Mapped[str | None]
    reason: Mapped[str | None]
    status: Mapped[EngagementState] = status_column(EngagementState)
    created_at: Mapped[datetime]
    consented_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    number: Mapped[str | None] = mapped_column(unique=True)
    appraisal_id: Mapped[str | None] = mapped_column(ForeignKey("appraisal.id"), unique=True)
    issued_at: Mapped[datetime | None]
    use_until: Mapped[date | None]
    market_mode: Mapped[str | None]
    market_field: Mapped[str | None]
    archive_until: Mapped[date | None]


class DataRequest(Base, Stateful):
    """What the valuers ask the client for (资料清单); answers may add files, each named by its digest."""

    __tablename__ = "data_request"

    id: Mapped[str] = mapped_column(primary_key=True)
    engagement_id: Mapped[str] = mapped_column(ForeignKey("engagement.id"), index=True)
    asked_by: Mapped[str] = mapped_column(ForeignKey("practitioner.id"))
    subject: Mapped[str]
    due_on: Mapped[date]
    answer: Mapped[str | None]
    files: Mapped[list[dict[str, Any]]]
    reason: Mapped[str | None]
    status: Mapped[RequestState] = status_column(RequestState)
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class WorkingPaper(Base):
    """A working paper (工作底稿): a file kept with the engagement as long as the law says; append-only by trigger."""

    __tablename__ = "working_paper"
    __table_args__ = (UniqueConstraint("engagement_id", "file_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    engagement_id: Mapped[str] = mapped_column(ForeignKey("engagement.id"), index=True)
    kind: Mapped[str]
    title: Mapped[str]
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"), index=True)
    name: Mapped[str]
    sha256: Mapped[str]
    size_bytes: Mapped[int]
    added_by: Mapped[str] = mapped_column(ForeignKey("practitioner.id"))
    retention_until: Mapped[date]
    created_at: Mapped[datetime]


class EngagementDraft(Base):
    """A draft (评估报告初稿): `content` is what both valuers sign, `digest` stands for it; append-only by trigger."""

    __tablename__ = "engagement_draft"
    __table_args__ = (
        UniqueConstraint("engagement_id", "number"),
        CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name="digest"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    engagement_id: Mapped[str] = mapped_column(ForeignKey("engagement.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str]
    use_until: Mapped[date]
    drafted_by: Mapped[str] = mapped_column(ForeignKey("practitioner.id"))
    created_at: Mapped[datetime]


class EngagementOpinion(Base):
    """What somebody who read a draft said of it (复核意见), with remarks by place; append-only by trigger."""

    __tablename__ = "engagement_opinion"
    __table_args__ = (
        CheckConstraint("stage IN ('second', 'review', 'signing')", name="stage"),
        CheckConstraint("verdict IN ('agree', 'return')", name="verdict"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    engagement_id: Mapped[str] = mapped_column(ForeignKey("engagement.id"), index=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("engagement_draft.id"))
    stage: Mapped[str]
    verdict: Mapped[str]
    reason: Mapped[str]
    remarks: Mapped[list[dict[str, Any]]]
    given_by: Mapped[str] = mapped_column(ForeignKey("practitioner.id"))
    created_at: Mapped[datetime]


class EngagementSignature(Base):
    """A valuer's signature over a draft (签名); one of each valuer, by keys that differ; append-only by trigger."""

    __tablename__ = "engagement_signature"
    __table_args__ = (
        UniqueConstraint("draft_id", "practitioner_id"),
        UniqueConstraint("draft_id", "public_key"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    engagement_id: Mapped[str] = mapped_column(ForeignKey("engagement.id"), index=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("engagement_draft.id"))
    practitioner_id: Mapped[str] = mapped_column(ForeignKey("practitioner.id"))
    capacity: Mapped[str]
    signing_key_id: Mapped[str] = mapped_column(ForeignKey("signing_key.id"))
    public_key: Mapped[str]
    signature: Mapped[str]
    signed_at: Mapped[datetime]
