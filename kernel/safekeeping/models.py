"""Nights of reading back, when each file was read, and what was not as it was."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.safekeeping.states import FindingState


class IntegrityNight(Base):
    """One night's reading (夜间复核): how many files there were, were drawn, were read and were not as they were."""

    __tablename__ = "integrity_night"
    __table_args__ = (CheckConstraint("0 <= checked AND checked <= drawn AND drawn <= stored", name="counts"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    night: Mapped[date] = mapped_column(unique=True)
    stored: Mapped[int]
    drawn: Mapped[int]
    checked: Mapped[int]
    faults: Mapped[int]
    created_at: Mapped[datetime]


class FileCheck(Base):
    """When a file was read back the last time, and in which night."""

    __tablename__ = "file_check"

    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    night_id: Mapped[str] = mapped_column(ForeignKey("integrity_night.id"))
    checked_at: Mapped[datetime] = mapped_column(index=True)


class IntegrityFinding(Base, Stateful):
    """An object that is not as it was stored (完整性问题); `file_id` is null for what is made again, as prints are."""

    __tablename__ = "integrity_finding"
    __table_args__ = (
        CheckConstraint("fault IN ('missing', 'altered', 'digest')", name="fault"),
        CheckConstraint("(status IN ('open', 'checking')) = (due_at IS NOT NULL)", name="clock"),
        Index(
            "uq_integrity_finding_open",
            "storage_key",
            unique=True,
            postgresql_where=text("status IN ('open', 'checking')"),
        ),
        Index("ix_integrity_finding_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    file_id: Mapped[str | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    storage_key: Mapped[str]
    fault: Mapped[str]
    note: Mapped[str | None]
    status: Mapped[FindingState] = status_column(FindingState)
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
