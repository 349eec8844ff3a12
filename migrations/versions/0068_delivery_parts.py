"""Delivery in parts: plans that both sides agree on, their parts, and the orders that are delivered so."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0068_delivery_parts"
down_revision = "0067_book_checks"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
PLANS = ("proposed", "agreed", "declined", "withdrawn", "lapsed")
PARTS = ("planned", "released", "received", "accepted", "refunded", "ended")
SUBJECTS = "subject IN ('order', 'bill', 'top-up')"
SUBJECTS_WITH_PARTS = "subject IN ('order', 'part', 'bill', 'top-up')"


def _stateful(*states: str) -> list[sa.Column[object]]:
    return [
        sa.Column("status", sa.Enum(*states, native_enum=False, length=40), nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
    ]


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _check(table: str, name: str, that: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(that, name=op.f(f"ck_{table}_{name}"))


def _index(name: str, table: str, *columns: str, where: str, unique: bool = False) -> None:
    op.create_index(name, table, list(columns), unique=unique, postgresql_where=sa.text(where))


def upgrade() -> None:
    op.add_column("order", sa.Column("in_parts", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "delivery_plan",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("parts", JSONB(), nullable=False),
        sa.Column("policy", JSONB(), nullable=False),
        *_stateful(*PLANS),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        _check("delivery_plan", "status", f"status IN {PLANS}"),
        _check("delivery_plan", "clock", "(status = 'proposed') = (due_at IS NOT NULL)"),
        _key("delivery_plan", "order_id", "order"),
        _key("delivery_plan", "agreement_id", "agreement"),
        _key("delivery_plan", "proposed_by", "party"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_plan")),
    )
    op.create_index(op.f("ix_delivery_plan_status"), "delivery_plan", ["status"])
    op.create_index("ix_delivery_plan_order_id_id", "delivery_plan", ["order_id", "id"])
    standing = "status IN ('proposed', 'agreed')"
    _index("uq_delivery_plan_standing", "delivery_plan", "order_id", where=standing, unique=True)
    _index("ix_delivery_plan_due_at", "delivery_plan", "due_at", where="due_at IS NOT NULL")
    op.create_table(
        "delivery_part",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("available_at", TIME, nullable=False),
        *_stateful(*PARTS),
        sa.Column("collect_due_at", TIME, nullable=True),
        sa.Column("inspection_due_at", TIME, nullable=True),
        sa.Column("receipt_id", sa.Text(), nullable=True),
        sa.Column("statement_id", sa.Text(), nullable=True),
        sa.Column("complaint_id", sa.Text(), nullable=True),
        sa.Column("disputed_minor", sa.BigInteger(), nullable=True),
        sa.Column("received_at", TIME, nullable=True),
        sa.Column("accepted_at", TIME, nullable=True),
        _check("delivery_part", "status", f"status IN {PARTS}"),
        _check("delivery_part", "n", "n >= 1"),
        _check("delivery_part", "amount_minor", "amount_minor > 0"),
        _check("delivery_part", "complaint", "(complaint_id IS NULL) = (disputed_minor IS NULL)"),
        _check("delivery_part", "collect_due_at", "status <> 'released' OR collect_due_at IS NOT NULL"),
        _check("delivery_part", "inspection_due_at", "status <> 'received' OR inspection_due_at IS NOT NULL"),
        _key("delivery_part", "plan_id", "delivery_plan"),
        _key("delivery_part", "order_id", "order"),
        _key("delivery_part", "receipt_id", "document"),
        _key("delivery_part", "statement_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_part")),
    )
    op.create_index(op.f("ix_delivery_part_status"), "delivery_part", ["status"])
    op.create_index("uq_delivery_part_order_id_n", "delivery_part", ["order_id", "n"], unique=True)
    for column, state in (("available_at", "planned"), ("collect_due_at", "released"), ("inspection_due_at", "received")):
        _index(f"ix_delivery_part_{column}", "delivery_part", column, where=f"status = '{state}'")
    op.drop_constraint(op.f("ck_refund_subject"), "refund")
    op.create_check_constraint(op.f("ck_refund_subject"), "refund", SUBJECTS_WITH_PARTS)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_refund_subject"), "refund")
    op.create_check_constraint(op.f("ck_refund_subject"), "refund", SUBJECTS)
    op.drop_table("delivery_part")
    op.drop_table("delivery_plan")
    op.drop_column("order", "in_parts")
