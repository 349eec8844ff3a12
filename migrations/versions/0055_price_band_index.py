"""The realised trades that a price is seen beside are read by an index."""

from alembic import op

revision = "0055_price_band_index"
down_revision = "0054_exchange_rates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_comparable_field", "comparable", ["kind", "field", "currency", "dated", "id"])


def downgrade() -> None:
    op.drop_index("ix_comparable_field", table_name="comparable")
