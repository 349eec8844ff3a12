"""The meters of agreements, and every release that advanced them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class UsageMeter(Base):
    """What was used under an agreement (用次、用量、用时); locked while an access is decided, so that none is lost.

    `calls_reserved` are uses that were let through and not answered yet; they stand against a limit as if they were.
    """

    __tablename__ = "usage_meter"
    __table_args__ = (
        CheckConstraint("calls >= 0", name="calls"),
        CheckConstraint("calls_reserved >= 0", name="calls_reserved"),
        CheckConstraint("rows >= 0", name="rows"),
        CheckConstraint("seconds >= 0", name="seconds"),
    )

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    calls: Mapped[int] = mapped_column(default=0)
    calls_reserved: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    rows: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[int] = mapped_column(default=0)
    first_access_at: Mapped[datetime | None]


class UsageRelease(Base):
    """One access that the gate permitted (放行记录): by which rule, to what, and what it took; append-only by trigger.

    `rows` is null where nobody has counted the rows of the data.
    """

    __tablename__ = "usage_release"

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    party_id: Mapped[str | None] = mapped_column(ForeignKey("party.id"))
    rule: Mapped[str]
    revision_id: Mapped[str | None]
    action: Mapped[str]
    purpose: Mapped[str | None]
    place: Mapped[str | None]
    environment: Mapped[str | None]
    calls: Mapped[int]
    rows: Mapped[int | None]
    seconds: Mapped[int]
    at: Mapped[datetime]
