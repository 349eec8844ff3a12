"""Subscriptions, and the plans that they have run on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.subscriptions.states import SubscriptionState


class Subscription(Base, Stateful):
    """A subscription (订阅): periods are reckoned from `anchor_on`, a day of `zone`, never from the period before.

    `period` counts the periods begun, from 0; `period_start` and `period_end` are the instants of the present one.
    `bill_at` is when its next bill is drawn up; nothing is any more once it is empty. `collection` says whether bills
    wait to be paid, or are paid from the prepaid balance, which then must hold what each use costs. `spend_limit_minor`
    is the most that the uses of a period may come to, set by the buyer. `cancel_at` is the end of the last period.
    `billed` says by kind of period which number is billed next, in advance and in arrears; what was due first is
    the price of the order where `opened_by_order`. `credit_minor` is what bills below zero have left for the next.
    `unused_at` is when it is next looked what an end before its time gives back of what was paid in advance.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint("collection IN ('invoice', 'prepaid')", name="collection"),
        CheckConstraint("spend_limit_minor >= 0", name="spend_limit_minor"),
        CheckConstraint("buyer <> provider", name="two_parties"),
        CheckConstraint("period_start < period_end", name="period"),
        Index("ix_subscription_buyer_id", "buyer", "id"),
        Index("ix_subscription_provider_id", "provider", "id"),
        Index("ix_subscription_bill_at", "bill_at", "id", postgresql_where=text("bill_at IS NOT NULL")),
        Index("ix_subscription_unused_at", "unused_at", postgresql_where=text("unused_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), unique=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"))
    currency: Mapped[str]
    zone: Mapped[str]
    anchor_on: Mapped[date]
    plan: Mapped[dict[str, Any]]
    plan_number: Mapped[int]
    status: Mapped[SubscriptionState] = status_column(SubscriptionState)
    billed: Mapped[dict[str, Any]]
    opened_by_order: Mapped[bool]
    bills: Mapped[int]
    credit_minor: Mapped[int]
    next_plan: Mapped[dict[str, Any] | None]
    next_plan_at: Mapped[datetime | None]
    period: Mapped[int]
    period_start: Mapped[datetime]
    period_end: Mapped[datetime]
    trial_ends_at: Mapped[datetime | None]
    bill_at: Mapped[datetime | None]
    collection: Mapped[str]
    spend_limit_minor: Mapped[int | None]
    cancel_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    unused_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def parties(self) -> tuple[str, str]:
        """Both, the provider first."""
        return (self.provider, self.buyer)


class SubscriptionPlan(Base):
    """A plan that a subscription ran on from a moment (价格方案版本); never changed, so that every bill recomputes.

    The one with the highest number whose moment has come is in use; a downgrade waits for the end of its period.
    """

    __tablename__ = "subscription_plan"

    subscription_id: Mapped[str] = mapped_column(ForeignKey("subscription.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    plan: Mapped[dict[str, Any]]
    effective_at: Mapped[datetime]
    reason: Mapped[str]
