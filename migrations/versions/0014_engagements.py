"""Engagements: the valuers' workflow around an appraisal."""

revision = "0014_engagements"
down_revision = "0013_quality_runs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
