"""Entries are found by when they were posted: a month's statements read that month."""

from alembic import op

revision = "0080_posted_at"
down_revision = "0079_computing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_ledger_entry_posted_at", "ledger_entry", ["posted_at"])


def downgrade() -> None:
    op.drop_index("ix_ledger_entry_posted_at", "ledger_entry")
