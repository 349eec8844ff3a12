"""Sources of derived data that are not registered here."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027_outside_sources"
down_revision = "0026_related"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("registration", sa.Column("outside_sources", JSONB(), server_default=sa.text("'[]'"), nullable=False))
    op.alter_column("registration", "outside_sources", server_default=None)


def downgrade() -> None:
    op.drop_column("registration", "outside_sources")
