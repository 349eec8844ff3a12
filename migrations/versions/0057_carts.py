"""Carts, whose lines become orders together, and the buyer's own references on an order."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.parts import listed_plans, purchase_references

revision = "0057_carts"
down_revision = "0056_self_issued_tokens"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
STATES = ("open", "placed", "discarded", "abandoned")


def upgrade() -> None:
    op.add_column("order", sa.Column("purchase_order_number", sa.Text(), nullable=True))
    op.add_column("order", sa.Column("cost_centre", sa.Text(), nullable=True))
    op.create_index(
        "ix_order_purchase_order_number",
        "order",
        ["buyer", "purchase_order_number"],
        postgresql_where=sa.text("purchase_order_number IS NOT NULL"),
    )
    op.execute("DROP FUNCTION place_order")
    op.execute(purchase_references.PLACE_ORDER)
    _cart()
    op.create_table(
        "cart_line",
        sa.Column("cart_id", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("use_case", sa.Text(), nullable=False),
        sa.Column("price", JSON, nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("added_at", TIME, nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_cart_line_n")),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_cart_line_cart_id_cart")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_cart_line_listing_id_listing")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_cart_line_order_id_order")),
        sa.PrimaryKeyConstraint("cart_id", "n", name=op.f("pk_cart_line")),
        sa.UniqueConstraint("cart_id", "listing_id", "purpose", name=op.f("uq_cart_line_cart_id_listing_id_purpose")),
        sa.UniqueConstraint("order_id", name=op.f("uq_cart_line_order_id")),
    )


def _cart() -> None:
    op.create_table(
        "cart",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("purchase_order_number", sa.Text(), nullable=True),
        sa.Column("cost_centre", sa.Text(), nullable=True),
        sa.Column("lines_added", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("transfer_reference", sa.Text(), nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("placed_at", TIME, nullable=True),
        sa.Column("status", sa.Enum(*STATES, native_enum=False, length=40), nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"status IN {STATES}", name=op.f("ck_cart_status")),
        sa.CheckConstraint("(status = 'open') = (due_at IS NOT NULL)", name=op.f("ck_cart_clock")),
        sa.CheckConstraint(
            "(status = 'placed') = (placed_at IS NOT NULL) AND (status = 'placed') = (total_minor IS NOT NULL)"
            " AND (total_minor IS NULL) = (currency IS NULL) AND (status = 'placed') = (transfer_reference IS NOT NULL)",
            name=op.f("ck_cart_placed"),
        ),
        sa.ForeignKeyConstraint(["buyer"], ["party.id"], name=op.f("fk_cart_buyer_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart")),
        sa.UniqueConstraint("transfer_reference", name=op.f("uq_cart_transfer_reference")),
    )
    op.create_index(op.f("ix_cart_status"), "cart", ["status"])
    op.create_index("ix_cart_buyer_id", "cart", ["buyer", "id"])
    op.create_index("ix_cart_due_at", "cart", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))


def downgrade() -> None:
    op.drop_table("cart_line")
    op.drop_table("cart")
    op.execute("DROP FUNCTION place_order")
    op.execute(listed_plans.PLACE_ORDER)
    op.drop_index("ix_order_purchase_order_number", table_name="order")
    op.drop_column("order", "cost_centre")
    op.drop_column("order", "purchase_order_number")
