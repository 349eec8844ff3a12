"""A key that was replaced knows which key took its place."""

import sqlalchemy as sa
from alembic import op

revision = "0023_key_successors"
down_revision = "0022_usage"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_key", sa.Column("replaced_by", sa.Text(), nullable=True))
    op.create_foreign_key("fk_api_key_replaced_by_api_key", "api_key", "api_key", ["replaced_by"], ["id"])


def downgrade() -> None:
    op.drop_column("api_key", "replaced_by")
