"""Delivery plans and their parts."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.delivery_plans.states import PartState, PlanState


class DeliveryPlan(Base, Stateful):
    """A plan to deliver an order in parts (分批交付计划), as one side proposed it; `due_at` is until when it waits.

    `parts` are the files, first day and weight of each; an order has one plan that waits or was agreed.
    """

    __tablename__ = "delivery_plan"
    __table_args__ = (
        CheckConstraint("(status = 'proposed') = (due_at IS NOT NULL)", name="clock"),
        Index(
            "uq_delivery_plan_standing",
            "order_id",
            unique=True,
            postgresql_where=text("status IN ('proposed', 'agreed')"),
        ),
        Index("ix_delivery_plan_order_id_id", "order_id", "id"),
        Index("ix_delivery_plan_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"))
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    proposed_by: Mapped[str] = mapped_column(ForeignKey("party.id"))
    reason: Mapped[str]
    answer: Mapped[str | None]
    parts: Mapped[list[dict[str, Any]]]
    policy: Mapped[dict[str, Any]]
    status: Mapped[PlanState] = status_column(PlanState)
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class DeliveryPart(Base, Stateful):
    """A part of an order's delivery (交付批次) under an agreed plan: `files` are names of the agreement's files.

    While a complaint about it is open (`complaint_id`), silence accepts nothing, and `disputed_minor` of its money is
    held beyond its sharing out.
    """

    __tablename__ = "delivery_part"
    __table_args__ = (
        CheckConstraint("n >= 1", name="n"),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint("(complaint_id IS NULL) = (disputed_minor IS NULL)", name="complaint"),
        CheckConstraint("status <> 'released' OR collect_due_at IS NOT NULL", name="collect_due_at"),
        CheckConstraint("status <> 'received' OR inspection_due_at IS NOT NULL", name="inspection_due_at"),
        Index("uq_delivery_part_order_id_n", "order_id", "n", unique=True),
        Index("ix_delivery_part_available_at", "available_at", postgresql_where=text("status = 'planned'")),
        Index("ix_delivery_part_collect_due_at", "collect_due_at", postgresql_where=text("status = 'released'")),
        Index("ix_delivery_part_inspection_due_at", "inspection_due_at", postgresql_where=text("status = 'received'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    plan_id: Mapped[str] = mapped_column(ForeignKey("delivery_plan.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"))
    n: Mapped[int]
    files: Mapped[list[str]]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    available_at: Mapped[datetime]
    status: Mapped[PartState] = status_column(PartState)
    collect_due_at: Mapped[datetime | None]
    inspection_due_at: Mapped[datetime | None]
    receipt_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    statement_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    complaint_id: Mapped[str | None]
    disputed_minor: Mapped[int | None]
    received_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]

    @property
    def money(self) -> Money:
        """Its share of the price."""
        return Money(self.amount_minor, self.currency)
