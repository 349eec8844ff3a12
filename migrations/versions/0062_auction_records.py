"""When an auction was to close before any extension, so that its record can be computed again."""

import sqlalchemy as sa
from alembic import op

revision = "0062_auction_records"
down_revision = "0061_set_off"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("auction", sa.Column("announced_closes_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE auction SET announced_closes_at = closes_at WHERE extensions = 0")


def downgrade() -> None:
    op.drop_column("auction", "announced_closes_at")
