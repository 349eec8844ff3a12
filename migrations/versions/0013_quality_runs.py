"""Quality runs: progress, schedules, thresholds, testers, desensitisation."""

import sqlalchemy as sa
from alembic import op

revision = "0013_quality_runs"
down_revision = "0012_filing"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    _progress()


def _progress() -> None:
    op.create_table(
        "quality_run_progress",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("step_number", sa.BigInteger(), nullable=False),
        sa.Column("steps", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("restarts", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        _to("quality_run_progress", "run_id", "quality_run"),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_quality_run_progress")),
    )
    op.create_table(
        "quality_run_part",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _to("quality_run_part", "run_id", "quality_run"),
        sa.PrimaryKeyConstraint("run_id", "object", name=op.f("pk_quality_run_part")),
    )


def downgrade() -> None:
    for table in ("quality_run_part", "quality_run_progress"):
        op.drop_table(table)
