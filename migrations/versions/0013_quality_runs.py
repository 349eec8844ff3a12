"""Quality runs: progress, schedules, thresholds, testers, desensitisation."""

revision = "0013_quality_runs"
down_revision = "0012_filing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
