"""A use of a channel says how many bytes of data were handed out in answer."""

import sqlalchemy as sa
from alembic import op

revision = "0093_channel_bytes"
down_revision = "0092_audit_costs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channel_use", sa.Column("response_bytes", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("channel_use", "response_bytes")
