"""A webhook address knows the key that set it up, and ends with its revocation; earlier ones have none and go on."""

import sqlalchemy as sa
from alembic import op

revision = "0024_webhook_makers"
down_revision = "0023_key_successors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("webhook_endpoint", sa.Column("made_by", sa.Text(), nullable=True))
    op.create_foreign_key("fk_webhook_endpoint_made_by_api_key", "webhook_endpoint", "api_key", ["made_by"], ["id"])


def downgrade() -> None:
    op.drop_column("webhook_endpoint", "made_by")
