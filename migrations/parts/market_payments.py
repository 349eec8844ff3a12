"""Payments, the inbox and the books, which a trigger makes append-only."""

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql import JSONB

_BOOKS = ("account", "ledger_entry", "posting")

_REFUSE = """
CREATE FUNCTION refuse_change_of_books() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the books are append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""


def upgrade(op: Operations) -> None:
    """Create the tables and their triggers."""
    _ledger(op)
    _payments(op)
    _inbox(op)


def _ledger(op: Operations) -> None:
    op.create_table(
        "account",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("may_overdraw", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_account"),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entry"),
        sa.UniqueConstraint("reference", name="uq_ledger_entry_reference"),
    )
    op.create_index("ix_ledger_entry_subject", "ledger_entry", ["subject"])
    op.create_table(
        "posting",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("debit", sa.Text(), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_posting"),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name="fk_posting_entry_id_ledger_entry"),
        sa.ForeignKeyConstraint(["debit"], ["account.path"], name="fk_posting_debit_account"),
        sa.ForeignKeyConstraint(["credit"], ["account.path"], name="fk_posting_credit_account"),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_posting_amount_minor")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_posting_two_accounts")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_posting_currency")),
    )
    for column in ("entry_id", "debit", "credit"):
        op.create_index(f"ix_posting_{column}", "posting", [column])
    op.execute(_REFUSE)
    for table in _BOOKS:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_books()"
        )
        op.execute(
            f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_books()"
        )


def _payments(op: Operations) -> None:
    op.create_table(
        "payment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("return_url", sa.Text(), nullable=True),
        sa.Column("gateway_reference", sa.Text(), nullable=True),
        sa.Column("checkout_url", sa.Text(), nullable=True),
        sa.Column("instructions", JSONB(), nullable=True),
        sa.Column("charge_reference", sa.Text(), nullable=True),
        sa.Column("bank_reference", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("refund_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refund_reference", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payment"),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_payment_order_id_order"),
        sa.ForeignKeyConstraint(["payer"], ["party.id"], name="fk_payment_payer_party"),
        sa.UniqueConstraint("gateway_reference", name="uq_payment_gateway_reference"),
        sa.UniqueConstraint("bank_reference", name="uq_payment_bank_reference"),
        sa.UniqueConstraint("refund_reference", name="uq_payment_refund_reference"),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_amount_minor")),
        sa.CheckConstraint("method IN ('bank_transfer', 'card')", name=op.f("ck_payment_method")),
        sa.CheckConstraint(
            "status IN ('opened', 'succeeded', 'failed', 'cancelled', 'refunded')", name=op.f("ck_payment_status")
        ),
    )
    for column in ("order_id", "payer", "status"):
        op.create_index(f"ix_payment_{column}", "payment", [column])
    live = sa.text("status IN ('opened', 'succeeded')")
    op.create_index("uq_payment_live", "payment", ["order_id"], unique=True, postgresql_where=live)
    due = sa.text("refund_requested_at IS NOT NULL")
    op.create_index("ix_payment_refund_due", "payment", ["refund_requested_at"], postgresql_where=due)


def _inbox(op: Operations) -> None:
    op.create_table(
        "inbox_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("status_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_event"),
        sa.UniqueConstraint("source", "external_id", name="uq_inbox_event_source_external_id"),
        sa.CheckConstraint("status IN ('received', 'handled', 'dead')", name=op.f("ck_inbox_event_status")),
    )
    op.create_index("ix_inbox_event_status", "inbox_event", ["status"])


def downgrade(op: Operations) -> None:
    """Drop them all."""
    for table in ("inbox_event", "payment", "posting", "ledger_entry", "account"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change_of_books()")
