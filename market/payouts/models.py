"""Bank details of parties, payouts, their batches and who approved them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.money import Money
from market.payouts.states import BatchState, PayeeState, PayoutState


class PayeeAccount(Base, Stateful):
    """Where a party is paid (收款账户): active from `usable_from` on, once it was confirmed by a second channel.

    A party has one that is active and one that is pending in each currency. The code is kept as its digest.
    """

    __tablename__ = "payee_account"
    __table_args__ = (
        CheckConstraint("channel IN ('bank', 'stripe')", name="channel"),
        Index(
            "uq_payee_account_active",
            "party_id",
            "currency",
            unique=True,
            postgresql_where=text("status = 'active'"),
        ),
        Index(
            "uq_payee_account_pending",
            "party_id",
            "currency",
            unique=True,
            postgresql_where=text("status IN ('declared', 'confirmed')"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    channel: Mapped[str]
    holder: Mapped[str]
    number: Mapped[str]
    bank_code: Mapped[str | None]
    bank_name: Mapped[str | None]
    currency: Mapped[str]
    code_sha256: Mapped[str | None]
    code_issued_at: Mapped[datetime | None]
    usable_from: Mapped[datetime]
    lapses_at: Mapped[datetime]
    end_reason: Mapped[str | None]
    status: Mapped[PayeeState] = status_column(PayeeState)
    created_at: Mapped[datetime]


class PayoutBatch(Base, Stateful):
    """Payouts that leave together (付款批次). `digest` is what the officers approve; the file is made once and kept."""

    __tablename__ = "payout_batch"
    __table_args__ = (CheckConstraint("channel IN ('bank', 'stripe')", name="channel"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    bank_account_id: Mapped[str | None] = mapped_column(ForeignKey("bank_account.id"))
    currency: Mapped[str]
    payout_count: Mapped[int]
    total_minor: Mapped[int]
    execution_on: Mapped[date]
    digest: Mapped[str]
    proposed_by: Mapped[str]
    proposed_by_line: Mapped[list[str]]
    due_at: Mapped[datetime]
    end_reason: Mapped[str | None]
    form: Mapped[str | None]
    file: Mapped[bytes | None] = mapped_column(deferred=True)
    file_sha256: Mapped[str | None]
    status: Mapped[BatchState] = status_column(BatchState)
    created_at: Mapped[datetime]


class PayoutApproval(Base):
    """One officer's yes to a batch as it is; append-only by trigger."""

    __tablename__ = "payout_approval"
    __table_args__ = (UniqueConstraint("batch_id", "key_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("payout_batch.id"), index=True)
    key_id: Mapped[str]
    line: Mapped[list[str]]
    digest: Mapped[str]
    approved_at: Mapped[datetime]


class Payout(Base, Stateful):
    """Money on its way to a party (付款): taken from what is owed when it falls due; `previous_id` came back before.

    `reversed_minor` is what of its transfer at Stripe is taken back, or about to be.
    """

    __tablename__ = "payout"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint("reversed_minor >= 0 AND reversed_minor <= amount_minor", name="reversed_minor"),
        Index("ix_payout_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    payee_account_id: Mapped[str] = mapped_column(ForeignKey("payee_account.id"))
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("payout_batch.id"), index=True)
    previous_id: Mapped[str | None] = mapped_column(ForeignKey("payout.id"), unique=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    policy: Mapped[dict[str, Any]]
    bank_status: Mapped[str | None]
    bank_reason: Mapped[str | None]
    transfer_reference: Mapped[str | None] = mapped_column(unique=True)
    payout_reference: Mapped[str | None] = mapped_column(unique=True)
    reversed_minor: Mapped[int] = mapped_column(default=0)
    confirmed_on: Mapped[date | None]
    returned_on: Mapped[date | None]
    due_at: Mapped[datetime | None]
    status: Mapped[PayoutState] = status_column(PayoutState)
    created_at: Mapped[datetime]

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount_minor, self.currency)

    @property
    def arriving(self) -> Money:
        """What of it reaches the party: what is reversed has come back."""
        return Money(self.amount_minor - self.reversed_minor, self.currency)
