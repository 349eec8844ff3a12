"""The windows in which objectives are measured, with what came of each."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.service_levels.states import WindowState


class ServiceWindow(Base, Stateful):
    """One window of one objective of an agreement (服务水平统计期), from a day up to another that no longer counts.

    It is judged at `closes_at`, when whatever could be made good has had its time. `good`, `cured` and `total` are what
    was counted; `fee_minor` is the window's part of the price, `owed_minor` the credit by the table and the caps,
    `credit_minor` what could be taken of that so far, in `credits` entries of the books.
    """

    __tablename__ = "service_window"
    __table_args__ = (
        UniqueConstraint("agreement_id", "objective", "starts_on"),
        CheckConstraint("ends_on > starts_on", name="days"),
        CheckConstraint("good >= 0 AND cured >= 0 AND good + cured <= total", name="counts"),
        CheckConstraint("credit_minor >= 0 AND credit_minor <= owed_minor AND owed_minor <= fee_minor", name="credit"),
        CheckConstraint("credits >= 0", name="credits"),
        Index("ix_service_window_closes_at", "closes_at", postgresql_where=text("status = 'open'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    listing_id: Mapped[str | None] = mapped_column(ForeignKey("listing.id"), index=True)
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    consumer: Mapped[str] = mapped_column(ForeignKey("party.id"))
    objective: Mapped[str]
    measure: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    closes_at: Mapped[datetime]
    status: Mapped[WindowState] = status_column(WindowState)
    good: Mapped[int]
    cured: Mapped[int]
    total: Mapped[int]
    left_out: Mapped[int]
    attained: Mapped[Decimal | None]
    rate: Mapped[Decimal | None]
    fee_minor: Mapped[int]
    owed_minor: Mapped[int]
    credit_minor: Mapped[int]
    credits: Mapped[int]
    currency: Mapped[str]
    ledger_entry_id: Mapped[str | None]
    closed_at: Mapped[datetime | None]
