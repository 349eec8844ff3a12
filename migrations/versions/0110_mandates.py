"""Mandates of software agents, the quotes that they order at, and the orders that they ask for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0110_mandates"
down_revision = "0108_applied_manifests"
branch_labels = None
depends_on = None

MANDATE_STATES = ("drafted", "in_force", "revoked", "expired")
ORDER_STATES = ("awaiting_approval", "placed", "rejected", "lapsed")


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _counts(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def _times(*names: str, nullable: bool = False) -> list[sa.Column[sa.DateTime]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]


def _status(*states: str) -> sa.Column[str]:
    kind = sa.Enum(*states, name="status", native_enum=False, create_constraint=True, length=40)
    return sa.Column("status", kind, nullable=False)


def upgrade() -> None:
    _mandate()
    _quote()
    _order()


def _mandate() -> None:
    op.create_table(
        "mandate",
        *_texts("id", "principal", "digest", "agent_jkt", "currency"),
        *(sa.Column(name, JSONB(astext_type=sa.Text()), nullable=False) for name in ("content", "policy")),
        *_counts("per_order_minor", "budget_minor", "count_max", "spent_minor", "orders_count"),
        *_counts("human_above_minor", nullable=True),
        sa.Column("refund_recredits", sa.Boolean(), nullable=False),
        *_times("not_before", "not_after", "created_at", "status_changed_at"),
        *_texts("signing_key_id", "signature", "document_id", "revoked_because", nullable=True),
        *_times("signed_at", "revoked_at", nullable=True),
        _status(*MANDATE_STATES),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("spent_minor BETWEEN 0 AND budget_minor", name="ck_mandate_spent"),
        sa.CheckConstraint("orders_count BETWEEN 0 AND count_max", name="ck_mandate_orders_count"),
        sa.CheckConstraint("not_before < not_after", name="ck_mandate_term"),
        sa.CheckConstraint("(status = 'in_force') <= (signature IS NOT NULL)", name="ck_mandate_signed"),
        sa.ForeignKeyConstraint(["principal"], ["party.id"], name="fk_mandate_principal_party"),
        sa.ForeignKeyConstraint(["signing_key_id"], ["signing_key.id"], name="fk_mandate_signing_key_id_signing_key"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_mandate_document_id_document"),
        sa.PrimaryKeyConstraint("id", name="pk_mandate"),
    )
    op.create_index("ix_mandate_principal_id", "mandate", ["principal", "id"])
    op.create_index("ix_mandate_status", "mandate", ["status"])
    opens = sa.text("status IN ('drafted', 'in_force')")
    op.create_index("ix_mandate_not_after", "mandate", ["not_after"], postgresql_where=opens)


def _quote() -> None:
    op.create_table(
        "order_quote",
        *_texts("id", "buyer", "provider", "listing_id", "revision_id", "purpose", "use_case"),
        sa.Column("places", ARRAY(sa.Text()), nullable=False),
        *_counts("amount_minor"),
        *_texts("currency", "terms_digest"),
        *_times("expires_at", "created_at"),
        sa.ForeignKeyConstraint(["buyer"], ["party.id"], name="fk_order_quote_buyer_party"),
        sa.PrimaryKeyConstraint("id", name="pk_order_quote"),
    )
    op.create_index("ix_order_quote_buyer_expires_at", "order_quote", ["buyer", "expires_at"])
    op.create_index("ix_order_quote_expires_at", "order_quote", ["expires_at"])


def _order() -> None:
    op.create_table(
        "mandate_order",
        *_texts("id", "mandate_id", "principal", "key", "quote_id", "listing_id", "purpose", "use_case"),
        *_texts("terms_digest", "currency", "signed_at", "public_key", "signature"),
        *_counts("amount_minor", "recredited_minor"),
        *_texts("order_id", "decided_by", "reason", nullable=True),
        *_times("due_at", "decided_at", nullable=True),
        *_times("created_at", "status_changed_at"),
        _status(*ORDER_STATES),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("recredited_minor BETWEEN 0 AND amount_minor", name="ck_mandate_order_recredited"),
        sa.CheckConstraint("(status = 'placed') = (order_id IS NOT NULL)", name="ck_mandate_order_placed"),
        sa.CheckConstraint("(status = 'awaiting_approval') = (due_at IS NOT NULL)", name="ck_mandate_order_clock"),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name="fk_mandate_order_mandate_id_mandate"),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_mandate_order_order_id_order"),
        sa.PrimaryKeyConstraint("id", name="pk_mandate_order"),
        sa.UniqueConstraint("mandate_id", "key", name="uq_mandate_order_mandate_id_key"),
        sa.UniqueConstraint("order_id", name="uq_mandate_order_order_id"),
    )
    op.create_index("ix_mandate_order_mandate_id_id", "mandate_order", ["mandate_id", "id"])
    op.create_index("ix_mandate_order_principal_id", "mandate_order", ["principal", "id"])
    op.create_index("ix_mandate_order_status", "mandate_order", ["status"])
    waits = sa.text("due_at IS NOT NULL")
    op.create_index("ix_mandate_order_due_at", "mandate_order", ["due_at"], postgresql_where=waits)


def downgrade() -> None:
    op.drop_table("mandate_order")
    op.drop_table("order_quote")
    op.drop_table("mandate")
