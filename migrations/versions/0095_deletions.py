"""Statements of deletion speak of what was handed over; one that was taken may prove false."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0095_deletions"
down_revision = "0094_table_conversions"
branch_labels = None
depends_on = None

TABLE = "deletion_statement"
JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("handed_over", JSON, nullable=False, server_default="[]"))
    op.add_column(TABLE, sa.Column("late", sa.Boolean(), nullable=False, server_default="false"))
    op.add_column(TABLE, sa.Column("evidence_sha256", sa.Text(), nullable=True))
    for column in ("handed_over", "late"):
        op.alter_column(TABLE, column, server_default=None)
    _states("'filed', 'accepted', 'contested', 'refuted'")


def downgrade() -> None:
    op.execute(f"UPDATE {TABLE} SET status = 'contested' WHERE status = 'refuted'")
    _states("'filed', 'accepted', 'contested'")
    for column in ("evidence_sha256", "late", "handed_over"):
        op.drop_column(TABLE, column)


def _states(states: str) -> None:
    op.drop_constraint(op.f(f"ck_{TABLE}_status"), TABLE)
    op.create_check_constraint(op.f(f"ck_{TABLE}_status"), TABLE, f"status IN ({states})")
