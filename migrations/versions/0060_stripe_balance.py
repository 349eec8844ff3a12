"""Stripe's balance transactions: facts, what became of each, the entries that they prove, readings of the balance."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0060_stripe_balance"
down_revision = "0059_redeliveries"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
STATES = ("received", "unexplained", "in-transit", "matched", "explained", "arrived", "failed")


def upgrade() -> None:
    op.create_table(
        "stripe_transaction",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("of_transfer", sa.Text(), nullable=True),
        sa.Column("traces", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("exchange_rate", sa.Numeric(30, 15), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("read_at", TIME, nullable=False),
        sa.CheckConstraint("net_minor = amount_minor - fee_minor", name=op.f("ck_stripe_transaction_net_minor")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_stripe_transaction_currency")),
        sa.CheckConstraint("exchange_rate > 0", name=op.f("ck_stripe_transaction_exchange_rate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_transaction")),
        sa.UniqueConstraint("reference", name=op.f("uq_stripe_transaction_reference")),
    )
    op.create_index(op.f("ix_stripe_transaction_source"), "stripe_transaction", ["source"])
    op.create_index(op.f("ix_stripe_transaction_created_at"), "stripe_transaction", ["created_at"])
    _matches()
    _bookings()
    op.create_table(
        "stripe_reading",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("through_at", TIME, nullable=True),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("read_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_reading")),
    )
    for table in ("stripe_transaction", "stripe_booking", "stripe_reading"):
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION refuse_change()"
        )


def _matches() -> None:
    op.create_table(
        "stripe_match",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("bank_entry_id", sa.Text(), nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("status", sa.Enum(*STATES, native_enum=False, length=40), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"status IN {STATES}", name=op.f("ck_stripe_match_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_match")),
        sa.UniqueConstraint("bank_entry_id", name=op.f("uq_stripe_match_bank_entry_id")),
        sa.ForeignKeyConstraint(["id"], ["stripe_transaction.id"], name=op.f("fk_stripe_match_id_stripe_transaction")),
        sa.ForeignKeyConstraint(
            ["bank_entry_id"], ["bank_entry.id"], name=op.f("fk_stripe_match_bank_entry_id_bank_entry")
        ),
    )
    op.create_index(op.f("ix_stripe_match_status"), "stripe_match", ["status"])
    op.create_index(
        "ix_stripe_match_due_at", "stripe_match", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL")
    )


def _bookings() -> None:
    op.create_table(
        "stripe_booking",
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_stripe_booking")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_stripe_booking_entry_id_ledger_entry")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["stripe_transaction.id"],
            name=op.f("fk_stripe_booking_transaction_id_stripe_transaction"),
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_stripe_booking_transaction_id"), "stripe_booking", ["transaction_id"])


def downgrade() -> None:
    for table in ("stripe_booking", "stripe_match", "stripe_reading", "stripe_transaction"):
        op.drop_table(table)
