"""Valuation: quality runs, scorecards, appraisals."""

revision = "0003_valuation"
down_revision = "0002_rights"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
