"""Orders that a negotiation led to, and orders that cost nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0028_terms"
down_revision = "0027_outside_sources"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order", sa.Column("negotiation_id", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("uq_order_negotiation_id"), "order", ["negotiation_id"])
    op.drop_constraint(op.f("ck_order_amount_minor"), "order", type_="check")
    op.create_check_constraint(op.f("ck_order_amount_minor"), "order", "amount_minor >= 0")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_order_amount_minor"), "order", type_="check")
    op.create_check_constraint(op.f("ck_order_amount_minor"), "order", "amount_minor > 0")
    op.drop_constraint(op.f("uq_order_negotiation_id"), "order", type_="unique")
    op.drop_column("order", "negotiation_id")
