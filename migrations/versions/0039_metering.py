"""Subscriptions, meters that charge in one statement, and prepaid balances kept by the postings."""

import sqlalchemy as sa
from alembic import op
from migrations.parts import metering
from sqlalchemy.dialects import postgresql

revision = "0039_metering"
down_revision = "0038_service"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
STATES = ("active", "trialing", "past_due", "suspended", "cancelled", "ended")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    _subscription()
    _plan()
    _counter()
    _event()
    _prepaid()
    _payment()
    metering.upgrade(op)


def _subscription() -> None:
    table = "subscription"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("anchor_on", sa.Date(), nullable=False),
        sa.Column("plan", JSON, nullable=False),
        sa.Column("plan_number", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATES, name="status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("billed", JSON, nullable=False),
        sa.Column("opened_by_order", sa.Boolean(), nullable=False),
        sa.Column("bills", sa.BigInteger(), nullable=False),
        sa.Column("credit_minor", sa.BigInteger(), nullable=False),
        sa.Column("next_plan", JSON, nullable=True),
        sa.Column("next_plan_at", TIME, nullable=True),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column("period_start", TIME, nullable=False),
        sa.Column("period_end", TIME, nullable=False),
        sa.Column("trial_ends_at", TIME, nullable=True),
        sa.Column("bill_at", TIME, nullable=True),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("spend_limit_minor", sa.BigInteger(), nullable=True),
        sa.Column("cancel_at", TIME, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("collection IN ('invoice', 'prepaid')", name=op.f("ck_subscription_collection")),
        sa.CheckConstraint("spend_limit_minor >= 0", name=op.f("ck_subscription_spend_limit_minor")),
        sa.CheckConstraint("buyer <> provider", name=op.f("ck_subscription_two_parties")),
        sa.CheckConstraint("period_start < period_end", name=op.f("ck_subscription_period")),
        _to(table, "agreement_id", "agreement"),
        _to(table, "order_id", "order"),
        _to(table, "provider", "party"),
        _to(table, "buyer", "party"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("agreement_id", name=op.f("uq_subscription_agreement_id")),
    )
    op.create_index("ix_subscription_buyer_id", table, ["buyer", "id"])
    op.create_index("ix_subscription_provider_id", table, ["provider", "id"])
    op.create_index(op.f("ix_subscription_status"), table, ["status"])
    op.create_index(
        "ix_subscription_bill_at", table, ["bill_at", "id"], postgresql_where=sa.text("bill_at IS NOT NULL")
    )


def _plan() -> None:
    table = "subscription_plan"
    op.create_table(
        table,
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("plan", JSON, nullable=False),
        sa.Column("effective_at", TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _to(table, "subscription_id", "subscription"),
        sa.PrimaryKeyConstraint("subscription_id", "number", name=op.f("pk_subscription_plan")),
    )
    op.execute(
        "CREATE TRIGGER subscription_plan_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON subscription_plan"
        " EXECUTE FUNCTION refuse_change()"
    )


def _counter() -> None:
    table = "usage_counter"
    op.create_table(
        table,
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("meter", sa.Text(), nullable=False),
        sa.Column("period_start", TIME, nullable=False),
        sa.Column("period_end", TIME, nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("rated_minor", sa.BigInteger(), nullable=False),
        sa.Column("held_minor", sa.BigInteger(), nullable=False),
        sa.Column("frozen_at", TIME, nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_usage_counter_used")),
        sa.CheckConstraint("rated_minor >= 0", name=op.f("ck_usage_counter_rated_minor")),
        sa.CheckConstraint("held_minor >= 0", name=op.f("ck_usage_counter_held_minor")),
        sa.PrimaryKeyConstraint("subscription_id", "meter", "period_start", name=op.f("pk_usage_counter")),
    )
    op.create_index("ix_usage_counter_stale", table, ["subscription_id"], postgresql_where=sa.text("stale"))


def _event() -> None:
    table = "usage_event"
    op.create_table(
        table,
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("meter", sa.Text(), nullable=False),
        sa.Column("period_start", TIME, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("occurred_at", TIME, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("corrects", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("hold_until", TIME, nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('reserved', 'counted', 'released')", name=op.f("ck_usage_event_state")),
        sa.CheckConstraint("(state = 'reserved') = (hold_until IS NOT NULL)", name=op.f("ck_usage_event_hold")),
        sa.CheckConstraint("quantity >= 0 OR corrects IS NOT NULL", name=op.f("ck_usage_event_quantity")),
        sa.PrimaryKeyConstraint("source", "event_id", name=op.f("pk_usage_event")),
    )
    op.create_index("ix_usage_event_counted", table, ["subscription_id", "meter", "period_start", "subject"])
    op.create_index(
        "ix_usage_event_hold_until", table, ["hold_until"], postgresql_where=sa.text("hold_until IS NOT NULL")
    )


def _prepaid() -> None:
    table = "prepaid_balance"
    op.create_table(
        table,
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("held_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("held_minor >= 0", name=op.f("ck_prepaid_balance_held_minor")),
        sa.CheckConstraint("balance_minor >= held_minor", name=op.f("ck_prepaid_balance_covered")),
        _to(table, "party_id", "party"),
        sa.PrimaryKeyConstraint("party_id", "currency", name=op.f("pk_prepaid_balance")),
    )


def _payment() -> None:
    """A payment is for an order, for a bill, or tops a balance up."""
    op.add_column("payment", sa.Column("subject", sa.Text(), nullable=False, server_default="order"))
    op.alter_column("payment", "subject", server_default=None)
    op.add_column("payment", sa.Column("bill_id", sa.Text(), nullable=True))
    op.alter_column("payment", "order_id", nullable=True)
    op.create_check_constraint(op.f("ck_payment_subject"), "payment", "subject IN ('order', 'bill', 'top-up')")
    op.create_check_constraint(
        op.f("ck_payment_one_subject"),
        "payment",
        "(subject = 'order') = (order_id IS NOT NULL) AND (subject = 'bill') = (bill_id IS NOT NULL)",
    )
    op.create_index(op.f("ix_payment_bill_id"), "payment", ["bill_id"])
    op.create_index(
        "uq_payment_open_bill", "payment", ["bill_id"], unique=True, postgresql_where=sa.text("status = 'opened'")
    )


def downgrade() -> None:
    op.drop_index("uq_payment_open_bill", "payment")
    op.drop_index(op.f("ix_payment_bill_id"), "payment")
    op.drop_constraint(op.f("ck_payment_one_subject"), "payment")
    op.drop_constraint(op.f("ck_payment_subject"), "payment")
    op.alter_column("payment", "order_id", nullable=False)
    op.drop_column("payment", "bill_id")
    op.drop_column("payment", "subject")
    metering.downgrade(op)
    for table in ("prepaid_balance", "usage_event", "usage_counter", "subscription_plan", "subscription"):
        op.drop_table(table)
