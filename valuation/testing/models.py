"""Tests by third parties, and the samples that they are measured by."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from valuation.testing.states import TestState


class ThirdPartyTest(Base, Stateful):
    """A test of one revision by an independent tester (第三方检测); `content` is what the tester signs.

    `checks` holds each check of independence with what was looked at; `round` counts how often it was measured.
    """

    __tablename__ = "third_party_test"

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"), index=True)
    data_contract: Mapped[dict[str, Any]]
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    tester: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    purpose: Mapped[str]
    samples: Mapped[int]
    sample_minutes: Mapped[int]
    round: Mapped[int]
    checks: Mapped[list[dict[str, Any]]]
    status: Mapped[TestState] = status_column(TestState)
    quality_run_id: Mapped[str | None] = mapped_column(ForeignKey("quality_run.id"))
    content: Mapped[dict[str, Any] | None]
    digest: Mapped[str | None]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    signed_at: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]


class TestSample(Base):
    """One reading of one file at one time; append-only by trigger. `sha256` is null where only parts were read."""

    __tablename__ = "third_party_test_sample"
    __table_args__ = (UniqueConstraint("test_id", "round", "number", "file"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    test_id: Mapped[str] = mapped_column(ForeignKey("third_party_test.id"))
    round: Mapped[int]
    number: Mapped[int]
    file: Mapped[str]
    taken_at: Mapped[datetime]
    ok: Mapped[bool]
    milliseconds: Mapped[int]
    read_bytes: Mapped[int]
    fingerprint: Mapped[str | None]
    whole: Mapped[bool]
    fault: Mapped[str | None]
