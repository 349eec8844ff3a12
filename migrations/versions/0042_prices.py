"""A listing shows an amount, that it is free, or that its price is told on request."""

import sqlalchemy as sa
from alembic import op

from migrations.parts import market_lapses, market_prices

revision = "0042_prices"
down_revision = "0041_split"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("listing", sa.Column("price_kind", sa.Text(), nullable=False, server_default="one-off"))
    op.alter_column("listing", "price_kind", server_default=None)
    op.create_check_constraint(
        op.f("ck_listing_price_kind"), "listing", "price_kind IN ('one-off', 'free', 'on-request')"
    )
    op.create_check_constraint(
        op.f("ck_listing_price_without_amount"), "listing", "price_kind = 'one-off' OR price_minor IS NULL"
    )
    op.execute("DROP FUNCTION place_order")
    op.execute(market_prices.PLACE_ORDER)


def downgrade() -> None:
    op.execute("DROP FUNCTION place_order")
    op.execute(market_lapses.PLACE_ORDER)
    op.drop_column("listing", "price_kind")
