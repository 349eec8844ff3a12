"""Portfolios: many assets valued in one run, and the auditor's desk."""

revision = "0015_portfolios"
down_revision = "0014_engagements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
