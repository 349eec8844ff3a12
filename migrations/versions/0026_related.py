"""By which ties the parties of a trade are one hand."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0026_related"
down_revision = "0025_inside"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comparable", sa.Column("related", ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False))
    op.alter_column("comparable", "related", server_default=None)


def downgrade() -> None:
    op.drop_column("comparable", "related")
