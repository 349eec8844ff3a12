"""Uses, and what has been counted of them in a period."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class UsageEvent(Base):
    """A use (用量事件) that somebody reported under a name of its own; its facts never change and it is never deleted.

    `state` is `reserved` until the answer was delivered, then `counted`; what failed by our or the provider's fault is
    `released`, and stays with the reason `not_charged`. A correction names what it corrects and has a signed quantity,
    the difference. What came after its period was frozen is `late`: the next open bill has it, naming the period.
    """

    __tablename__ = "usage_event"
    __table_args__ = (
        CheckConstraint("state IN ('reserved', 'counted', 'released')", name="state"),
        CheckConstraint("(state = 'reserved') = (hold_until IS NOT NULL)", name="hold"),
        CheckConstraint("quantity >= 0 OR corrects IS NOT NULL", name="quantity"),
        Index("ix_usage_event_counted", "subscription_id", "meter", "period_start", "subject"),
        Index("ix_usage_event_hold_until", "hold_until", postgresql_where=text("hold_until IS NOT NULL")),
    )

    source: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(primary_key=True)
    subscription_id: Mapped[str]
    meter: Mapped[str]
    period_start: Mapped[datetime]
    quantity: Mapped[int]
    subject: Mapped[str | None]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    corrects: Mapped[str | None]
    digest: Mapped[bytes]
    state: Mapped[str]
    reason: Mapped[str]
    late: Mapped[bool]
    hold_until: Mapped[datetime | None]
    failure: Mapped[str | None]


class UsageCounter(Base):
    """What a meter has counted in a period (计量器): the one row that is locked while a use is charged.

    `rated_minor` is what the uses come to by the component alone, rounded up; of a prepaid subscription that much is
    held of the balance. After `frozen_at` a use is late. `stale` says that a bill already issued is to be adjusted.
    """

    __tablename__ = "usage_counter"
    __table_args__ = (
        CheckConstraint("used >= 0", name="used"),
        CheckConstraint("rated_minor >= 0", name="rated_minor"),
        Index("ix_usage_counter_stale", "subscription_id", postgresql_where=text("stale")),
    )

    subscription_id: Mapped[str] = mapped_column(primary_key=True)
    meter: Mapped[str] = mapped_column(primary_key=True)
    period_start: Mapped[datetime] = mapped_column(primary_key=True)
    period_end: Mapped[datetime]
    used: Mapped[int]
    rated_minor: Mapped[int]
    held_minor: Mapped[int]
    frozen_at: Mapped[datetime | None]
    stale: Mapped[bool]
