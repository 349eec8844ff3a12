"""Refunds are rows of their own: what payments knew of them moves there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0045_refunds"
down_revision = "0044_listed_plans"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
WRITE_OFFS = ("proposed", "written_off", "refused", "lapsed")
STATES = ("proposed", "refused", "lapsed", "begun", "sent", "succeeded", "failed")

_MOVED = """
INSERT INTO refund (
    id, subject, subject_id, payment_id, buyer, provider, amount_minor, currency, reason, because, method,
    distribution_id, proposed_by, proposed_by_line, decided_by, decision_reason, policy, attempts, gateway_reference,
    bank_reference, sent_on, failure, due_at, status, status_changed_at, version, created_at
)
SELECT 'rfd' || substr(p.id, 4), 'order', o.id, p.id, p.payer, o.provider, p.amount_minor, p.currency,
    COALESCE(left(o.end_reason, 400), 'the order was refunded'), NULL, p.method, NULL, 'system', '{}', NULL, NULL,
    '{}', 1, CASE WHEN p.method = 'card' THEN p.refund_reference END,
    CASE WHEN p.method = 'bank_transfer' THEN p.refund_reference END, NULL, NULL,
    CASE WHEN p.status = 'refunded' THEN NULL ELSE p.refund_requested_at END,
    CASE WHEN p.status = 'refunded' THEN 'succeeded' ELSE 'begun' END,
    p.status_changed_at, 1, p.refund_requested_at
FROM payment p JOIN "order" o ON o.id = p.order_id
WHERE p.refund_requested_at IS NOT NULL
"""


def _to(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_refund_{column}_{target}"))


def _check(name: str, that: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(that, name=op.f(f"ck_refund_{name}"))


def upgrade() -> None:
    _refunds()
    _write_offs()
    op.execute(_MOVED)
    op.add_column("payment", sa.Column("refunded_minor", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE payment SET refunded_minor = amount_minor WHERE refund_requested_at IS NOT NULL")
    op.alter_column("payment", "refunded_minor", server_default=None)
    op.create_check_constraint(
        op.f("ck_payment_refunded_minor"), "payment", "refunded_minor >= 0 AND refunded_minor <= amount_minor"
    )
    op.drop_index("ix_payment_refund_key", "payment")
    op.drop_index("ix_payment_refund_due", "payment")
    op.drop_column("payment", "refund_reference")
    op.drop_column("payment", "refund_requested_at")


def _refunds() -> None:
    op.create_table(
        "refund",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Text(), nullable=True),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("distribution_id", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_by_line", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("policy", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("gateway_reference", sa.Text(), nullable=True),
        sa.Column("bank_reference", sa.Text(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("gateway_reference", name=op.f("uq_refund_gateway_reference")),
        _to("payment_id", "payment"),
        _to("buyer", "party"),
        _to("provider", "party"),
        _to("distribution_id", "distribution"),
        _check("subject", "subject IN ('order', 'bill', 'top-up')"),
        _check("method", "method IN ('card', 'bank_transfer', 'prepaid')"),
        _check("amount_minor", "amount_minor > 0"),
        _check("currency", "currency ~ '^[A-Z]{3}$'"),
        _check("status", f"status IN ({', '.join(repr(each) for each in STATES)})"),
    )
    for column in ("subject_id", "payment_id", "buyer", "provider", "status"):
        op.create_index(op.f(f"ix_refund_{column}"), "refund", [column])
    waiting = sa.text("due_at IS NOT NULL")
    op.create_index("ix_refund_due_at", "refund", ["due_at"], postgresql_where=waiting)
    op.create_index("uq_refund_bank_key", "refund", [sa.text("upper(bank_reference)")], unique=True)


def _write_offs() -> None:
    table = "clawback_write_off"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_by_line", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f(f"fk_{table}_party_id_party")),
        sa.CheckConstraint("amount_minor > 0", name=op.f(f"ck_{table}_amount_minor")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f(f"ck_{table}_currency")),
        sa.CheckConstraint(
            f"status IN ({', '.join(repr(each) for each in WRITE_OFFS)})", name=op.f(f"ck_{table}_status")
        ),
    )
    for column in ("party_id", "status"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(f"ix_{table}_due_at", table, ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))


def downgrade() -> None:
    op.add_column("payment", sa.Column("refund_requested_at", TIME, nullable=True))
    op.add_column("payment", sa.Column("refund_reference", sa.Text(), nullable=True))
    op.execute(
        "UPDATE payment p SET refund_requested_at = r.created_at,"
        " refund_reference = COALESCE(r.gateway_reference, r.bank_reference)"
        " FROM refund r WHERE r.payment_id = p.id AND r.amount_minor = p.amount_minor"
    )
    op.create_unique_constraint(op.f("uq_payment_refund_reference"), "payment", ["refund_reference"])
    op.create_index("ix_payment_refund_key", "payment", [sa.text("upper(refund_reference)")])
    due = sa.text("refund_requested_at IS NOT NULL")
    op.create_index("ix_payment_refund_due", "payment", ["refund_requested_at"], postgresql_where=due)
    op.drop_constraint(op.f("ck_payment_refunded_minor"), "payment")
    op.drop_column("payment", "refunded_minor")
    op.drop_table("clawback_write_off")
    op.drop_table("refund")
