"""Exchange rates as they were entered."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from kernel.db import Base, Stateful, status_column
from market.exchange_rates.states import RateState


class ExchangeRate(Base, Stateful):
    """What one unit of `base` costs in `quote` on a day, by a source (汇率).

    A trigger keeps the figures as they were entered. `corrects` is a confirmed rate of the same pair and day. The lines
    are the keys from which the key of each officer comes, so that nobody confirms its own entry.
    """

    __tablename__ = "exchange_rate"
    __table_args__ = (
        CheckConstraint("base ~ '^[A-Z]{3}$' AND quote ~ '^[A-Z]{3}$' AND base <> quote", name="pair"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("(status IN ('confirmed', 'refused')) = (decided_by_key IS NOT NULL)", name="decided"),
        Index("ix_exchange_rate_pair", "base", "quote", "dated"),
        Index("ix_exchange_rate_due_at", "due_at", postgresql_where=text("status = 'proposed'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    base: Mapped[str]
    quote: Mapped[str]
    rate: Mapped[Decimal] = mapped_column(Numeric(22, 10))
    dated: Mapped[date]
    source: Mapped[str]
    corrects: Mapped[str | None] = mapped_column(ForeignKey("exchange_rate.id"))
    entered_by_key: Mapped[str]
    entered_by_line: Mapped[list[str]] = mapped_column(ARRAY(Text))
    decided_by_key: Mapped[str | None]
    decision_reason: Mapped[str | None]
    status: Mapped[RateState] = status_column(RateState)
    due_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
