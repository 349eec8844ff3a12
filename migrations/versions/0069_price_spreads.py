"""Settled deals by the key of their terms, and entries about unequal prices for equal terms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0069_price_spreads"
down_revision = "0068_delivery_parts"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
STATES = ("asked", "answered", "unanswered", "justified", "referred")
OPEN = "status IN ('asked', 'answered', 'unanswered')"


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "priced_deal",
        sa.Column("settlement_id", sa.Text(), nullable=False),
        sa.Column("terms_key", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_priced_deal_price_minor")),
        _key("priced_deal", "order_id", "order"),
        _key("priced_deal", "asset_id", "asset"),
        _key("priced_deal", "provider", "party"),
        _key("priced_deal", "buyer", "party"),
        sa.PrimaryKeyConstraint("settlement_id", name=op.f("pk_priced_deal")),
    )
    op.create_index("ix_priced_deal_terms_key", "priced_deal", ["terms_key", "currency", "settled_on"])
    op.create_table(
        "price_spread",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("terms_key", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("lowest_minor", sa.BigInteger(), nullable=False),
        sa.Column("highest_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("spread", sa.Numeric(), nullable=False),
        sa.Column("policy", JSONB(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("status", sa.Enum(*STATES, native_enum=False, length=40), nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"status IN {STATES}", name=op.f("ck_price_spread_status")),
        sa.CheckConstraint(f"({OPEN}) = (due_at IS NOT NULL)", name=op.f("ck_price_spread_clock")),
        sa.CheckConstraint("0 < lowest_minor AND lowest_minor < highest_minor", name=op.f("ck_price_spread_prices")),
        _key("price_spread", "asset_id", "asset"),
        _key("price_spread", "provider", "party"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_spread")),
    )
    op.create_index(op.f("ix_price_spread_status"), "price_spread", ["status"])
    op.create_index(op.f("ix_price_spread_provider"), "price_spread", ["provider"])
    op.create_index(
        "uq_price_spread_open", "price_spread", ["terms_key", "currency"], unique=True, postgresql_where=sa.text(OPEN)
    )
    due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_price_spread_due_at", "price_spread", ["due_at"], postgresql_where=due)
    op.execute(
        "CREATE TRIGGER priced_deal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON priced_deal"
        " EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("price_spread")
    op.drop_table("priced_deal")
