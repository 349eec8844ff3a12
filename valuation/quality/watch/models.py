"""What was promised of an asset's quality, and how it stands."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class QualityWatch(Base):
    """The promises of an asset that are watched (质量承诺): a minimum score and an update cycle, and what was missed.

    `follow` says whose cycle counts: that of the data contract or that of the asset's description. `revision_id` is
    the newest revision when it was last looked at, `next_due_at` the moment from which it is too old.
    """

    __tablename__ = "quality_watch"
    __table_args__ = (
        CheckConstraint("minimum_score BETWEEN 0 AND 100", name="minimum_score"),
        CheckConstraint("follow IN ('contract', 'asset')", name="follow"),
    )

    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    data_contract_id: Mapped[str | None] = mapped_column(ForeignKey("data_contract.id"))
    scorecard_id: Mapped[str | None] = mapped_column(ForeignKey("scorecard.id"))
    revision_id: Mapped[str | None] = mapped_column(ForeignKey("asset_revision.id"))
    minimum_score: Mapped[Decimal | None]
    follow: Mapped[str]
    rescoring: Mapped[bool]
    cycle_seconds: Mapped[int | None]
    next_due_at: Mapped[datetime | None] = mapped_column(index=True)
    overdue_since: Mapped[datetime | None]
    missed: Mapped[int]
    updated_at: Mapped[datetime]
