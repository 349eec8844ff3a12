"""Bills with their lines, and revenue that was declared for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.billing.states import BillState


class Bill(Base, Stateful):
    """A bill (账单) as it was issued; only its payment and its reminders move.

    `n` counts the bills of its subscription, and `number` those of the centre in a year, without gaps. `usage` is what
    its lines were computed from: the quantity of each meter and period, and the digest of its uses. `paid_minor` is
    what is set aside for it on the buyer's prepaid balance until the whole is there, and then the whole.
    """

    __tablename__ = "bill"
    __table_args__ = (
        UniqueConstraint("subscription_id", "n"),
        UniqueConstraint("number"),
        CheckConstraint("total_minor >= 0", name="total_minor"),
        CheckConstraint("paid_minor >= 0 AND paid_minor <= total_minor", name="paid_minor"),
        CheckConstraint("kind IN ('period', 'change', 'instalment', 'audit-cost')", name="kind"),
        Index("ix_bill_buyer_id", "buyer", "id"),
        Index("ix_bill_provider_id", "provider", "id"),
        Index("ix_bill_next_step_at", "next_step_at", postgresql_where=text("next_step_at IS NOT NULL")),
        Index("ix_bill_collect", "id", postgresql_where=text("collect")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    subscription_id: Mapped[str] = mapped_column(ForeignKey("subscription.id"))
    agreement_id: Mapped[str]
    provider: Mapped[str]
    buyer: Mapped[str]
    n: Mapped[int]
    number: Mapped[str]
    kind: Mapped[str]
    plan_number: Mapped[int]
    currency: Mapped[str]
    total_minor: Mapped[int]
    paid_minor: Mapped[int]
    usage: Mapped[list[dict[str, Any]]]
    status: Mapped[BillState] = status_column(BillState)
    issued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    steps: Mapped[int]
    next_step_at: Mapped[datetime | None]
    collect: Mapped[bool]
    paid_at: Mapped[datetime | None]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    settlement: Mapped[dict[str, Any] | None]

    @property
    def total(self) -> Money:
        """What is to be paid."""
        return Money(self.total_minor, self.currency)

    @property
    def outstanding(self) -> Money:
        """What is still to be paid."""
        return Money(self.total_minor - self.paid_minor, self.currency)


class BillLine(Base):
    """A line of a bill (账单行) with all that led to it; never changed. What is adjusted later is another revision."""

    __tablename__ = "bill_line"
    __table_args__ = (
        UniqueConstraint("subscription_id", "component", "kind", "period_start", "revision", name="uq_bill_line_once"),
    )

    bill_id: Mapped[str] = mapped_column(ForeignKey("bill.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[str]
    component: Mapped[str]
    kind: Mapped[str]
    period_start: Mapped[datetime]
    period_end: Mapped[datetime]
    revision: Mapped[int]
    amount_minor: Mapped[int]
    body: Mapped[dict[str, Any]]


class RevenueDeclaration(Base):
    """What the buyer declared that it earned in a period (收益申报), and what an audit found, both net of tax.

    `cost_bill_id` is the bill of the audit's cost (审计费用), where the buyer bears it.
    """

    __tablename__ = "revenue_declaration"

    subscription_id: Mapped[str] = mapped_column(ForeignKey("subscription.id"), primary_key=True)
    component: Mapped[str] = mapped_column(primary_key=True)
    period_start: Mapped[datetime] = mapped_column(primary_key=True)
    declared: Mapped[str | None]
    declared_at: Mapped[datetime | None]
    audited: Mapped[str | None]
    audited_at: Mapped[datetime | None]
    cost_bill_id: Mapped[str | None] = mapped_column(ForeignKey("bill.id"))
    stale: Mapped[bool]
