"""A listing shows a whole price plan, and is ordered at it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.parts import listed_plans, market_prices

revision = "0044_listed_plans"
down_revision = "0043_service_credits"
branch_labels = None
depends_on = None

_KINDS = "ck_listing_price_kind"
_PRICE = "ck_listing_price"


def upgrade() -> None:
    op.add_column("listing", sa.Column("price_plan", JSONB(), nullable=True))
    op.add_column("listing", sa.Column("from_minor", sa.BigInteger(), nullable=True))
    op.drop_constraint(op.f(_KINDS), "listing")
    op.create_check_constraint(op.f(_KINDS), "listing", "price_kind IN ('one-off', 'free', 'on-request', 'plan')")
    op.drop_constraint(op.f(_PRICE), "listing")
    op.create_check_constraint(
        op.f(_PRICE), "listing", "(price_minor IS NULL AND from_minor IS NULL) = (currency IS NULL)"
    )
    op.create_check_constraint(
        op.f("ck_listing_price_plan"),
        "listing",
        "(price_kind = 'plan') = (price_plan IS NOT NULL) AND (price_plan IS NULL) = (from_minor IS NULL)",
    )
    op.create_check_constraint(op.f("ck_listing_from_minor"), "listing", "from_minor >= 0")
    op.execute("DROP FUNCTION place_order")
    op.execute(listed_plans.PLACE_ORDER)


def downgrade() -> None:
    op.execute("DROP FUNCTION place_order")
    op.execute(market_prices.PLACE_ORDER)
    # An earlier release cannot sell at a plan: there its price is told on request.
    op.execute("UPDATE listing SET price_kind = 'on-request', currency = NULL WHERE price_kind = 'plan'")
    op.drop_constraint(op.f(_KINDS), "listing")
    op.drop_constraint(op.f(_PRICE), "listing")
    op.drop_constraint(op.f("ck_listing_price_plan"), "listing")
    op.drop_column("listing", "from_minor")
    op.drop_column("listing", "price_plan")
    op.create_check_constraint(op.f(_KINDS), "listing", "price_kind IN ('one-off', 'free', 'on-request')")
    op.create_check_constraint(op.f(_PRICE), "listing", "(price_minor IS NULL) = (currency IS NULL)")
