"""When it is next looked what a subscription's end before its time gives back of what was paid in advance."""

import sqlalchemy as sa
from alembic import op

revision = "0065_unused_fees"
down_revision = "0064_balance_before_counters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscription", sa.Column("unused_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_subscription_unused_at",
        "subscription",
        ["unused_at"],
        postgresql_where=sa.text("unused_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_subscription_unused_at", "subscription")
    op.drop_column("subscription", "unused_at")
