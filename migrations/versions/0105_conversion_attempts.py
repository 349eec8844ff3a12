"""A conversion counts its attempts, so that of two jobs which wait for their turn one takes it up."""

import sqlalchemy as sa
from alembic import op

revision = "0105_conversion_attempts"
down_revision = "0104_saved_searches"
branch_labels = None
depends_on = None

TABLE = "table_conversion"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("attempts", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column(TABLE, "attempts", server_default=None)
    op.add_column(TABLE, sa.Column("begun_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column(TABLE, "begun_at")
    op.drop_column(TABLE, "attempts")
