"""Frozen trees, and what was shared out by them; no row ever changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class SplitTree(Base):
    """Who shares in an agreement's money (收益分配树), as the register stood when both had signed; append-only.

    A later number is of a new holder of the rights that has taken the agreement over, from then on.
    `parties` are all who share, for the question who may see it.
    """

    __tablename__ = "split_tree"
    __table_args__ = (CheckConstraint("sha256 ~ '^sha256:[0-9a-f]{64}$'", name="sha256"),)

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    order_id: Mapped[str] = mapped_column(index=True)
    parties: Mapped[list[str]]
    tree: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    created_at: Mapped[datetime]


class Distribution(Base):
    """Money that was shared out (分配), once for each order, part of one, or bill that paid it; append-only by trigger.

    `account` is where the money was held, `order_id` the order of the agreement; the figures follow from the amount,
    the agreement's tree and the two policies. Without policies the whole is one party's: a cost paid back.
    """

    __tablename__ = "distribution"
    __table_args__ = (
        CheckConstraint("gross_minor > 0 AND tax_minor >= 0 AND fee_minor >= 0", name="amounts"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    account: Mapped[str]
    gross_minor: Mapped[int]
    tax_minor: Mapped[int]
    fee_minor: Mapped[int]
    currency: Mapped[str]
    lines: Mapped[list[dict[str, Any]]]
    policies: Mapped[dict[str, Any]]
    tree_sha256: Mapped[str]
    ledger_entry_id: Mapped[str]
    created_at: Mapped[datetime]


class DistributionLeg(Base):
    """One share of a distribution (分配明细), in the order of the waterfall; append-only by trigger.

    `kind` is tax, fee or what the party shares as; `account` is where the money went, which is a withheld account
    where it was kept back.
    """

    __tablename__ = "distribution_leg"
    __table_args__ = (
        CheckConstraint("kind IN ('tax', 'fee', 'intermediary', 'upstream', 'provider')", name="kind"),
        CheckConstraint("(kind IN ('tax', 'fee')) = (party_id IS NULL)", name="party"),
        CheckConstraint("amount_minor >= 0", name="amount_minor"),
        Index("ix_distribution_leg_party_id", "party_id", "distribution_id"),
    )

    distribution_id: Mapped[str] = mapped_column(ForeignKey("distribution.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    party_id: Mapped[str | None] = mapped_column(ForeignKey("party.id"))
    asset_id: Mapped[str | None]
    grant_id: Mapped[str | None]
    account: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]


class LegCredit(Base):
    """What a service credit took of one share (服务水平抵减), its tax included; append-only by trigger.

    `window_id` is the window that was breached, `ledger_entry_id` the entry by which it was credited.
    """

    __tablename__ = "leg_credit"
    __table_args__ = (
        ForeignKeyConstraint(
            ["distribution_id", "n"],
            ["distribution_leg.distribution_id", "distribution_leg.n"],
            name="fk_leg_credit_leg",
        ),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        Index("ix_leg_credit_leg", "distribution_id", "n"),
    )

    ledger_entry_id: Mapped[str] = mapped_column(ForeignKey("ledger_entry.id"), primary_key=True)
    distribution_id: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    window_id: Mapped[str]
    amount_minor: Mapped[int]
    created_at: Mapped[datetime]


class LegRefund(Base):
    """What a refund took back of one share (退款冲减); append-only by trigger. What remains is the share less all."""

    __tablename__ = "leg_refund"
    __table_args__ = (
        ForeignKeyConstraint(
            ["distribution_id", "n"],
            ["distribution_leg.distribution_id", "distribution_leg.n"],
            name="fk_leg_refund_leg",
        ),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        Index("ix_leg_refund_leg", "distribution_id", "n"),
    )

    refund_id: Mapped[str] = mapped_column(primary_key=True)
    distribution_id: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount_minor: Mapped[int]
    created_at: Mapped[datetime]
