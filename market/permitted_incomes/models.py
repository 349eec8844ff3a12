"""Permitted incomes, and the checks of their years."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.permitted_incomes.states import CheckState


class PermittedIncome(Base):
    """What authorised public data may earn in each year of a cycle (准许收入), as it was decided and computed.

    `allowed_minor` follows from `inputs` by the rule set of valuations that `rule_set` names. `checked_years` counts
    the years that were checked and `next_check_at` is when the next one is over, nothing once all are.
    `cycle_excess_minor` is what the whole cycle earned too much, once it is over.
    """

    __tablename__ = "permitted_income"
    __table_args__ = (
        CheckConstraint("allowed_minor > 0", name="allowed_minor"),
        CheckConstraint("cycle_years BETWEEN 1 AND 3", name="cycle_years"),
        CheckConstraint("(next_check_at IS NULL) = (checked_years = cycle_years)", name="clock"),
        CheckConstraint("(cycle_excess_minor IS NULL) = (checked_years < cycle_years)", name="cycle_excess_minor"),
        Index("ix_permitted_income_asset_ids", "asset_ids", postgresql_using="gin"),
        Index("ix_permitted_income_next_check_at", "next_check_at", postgresql_where=text("next_check_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    asset_ids: Mapped[list[str]]
    decision: Mapped[str]
    inputs: Mapped[dict[str, Any]]
    rule_set: Mapped[dict[str, Any]]
    currency: Mapped[str]
    allowed_minor: Mapped[int]
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    cycle_years: Mapped[int]
    checked_years: Mapped[int]
    next_check_at: Mapped[datetime | None]
    cycle_excess_minor: Mapped[int | None]
    recorded_by: Mapped[str]
    created_at: Mapped[datetime]

    @property
    def allowed(self) -> Money:
        """What may be earned in a year."""
        return Money(self.allowed_minor, self.currency)


class IncomeCheck(Base, Stateful):
    """The check of a year, or of the whole cycle (`year` 0), against the permitted income (年度检查).

    `adjusts` says what has to be adjusted: the actual prices, their caps, or, of a cycle, the next decision.
    """

    __tablename__ = "income_check"
    __table_args__ = (
        UniqueConstraint("permitted_income_id", "year"),
        CheckConstraint("adjusts IN ('nothing', 'prices', 'caps', 'next-cycle')", name="adjusts"),
        CheckConstraint("(status = 'closed') = (due_at IS NULL)", name="clock"),
        Index("ix_income_check_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    permitted_income_id: Mapped[str] = mapped_column(ForeignKey("permitted_income.id"))
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    year: Mapped[int]
    since: Mapped[date]
    until: Mapped[date]
    actual_minor: Mapped[int]
    allowed_minor: Mapped[int]
    excess_minor: Mapped[int]
    currency: Mapped[str]
    gap: Mapped[str | None]
    adjusts: Mapped[str]
    answer: Mapped[str | None]
    decision_reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    due_at: Mapped[datetime | None]
    status: Mapped[CheckState] = status_column(CheckState)
    created_at: Mapped[datetime]
