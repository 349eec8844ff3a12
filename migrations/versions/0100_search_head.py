"""What a listing's search text holds of title and keywords stands by itself, short enough to be ranked by the hundred."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0100_search_head"
down_revision = "0099_programs"
branch_labels = None
depends_on = None

COLUMN, INDEX = "search_head", "ix_listing_head"


def upgrade() -> None:
    head = sa.Computed("ts_filter(search, '{a,b}')", persisted=True)
    op.add_column("listing", sa.Column(COLUMN, TSVECTOR, head, nullable=False))
    listed = sa.text("status = 'listed'")
    op.create_index(INDEX, "listing", [COLUMN], postgresql_using="gin", postgresql_where=listed)


def downgrade() -> None:
    op.drop_index(INDEX, "listing")
    op.drop_column("listing", COLUMN)
