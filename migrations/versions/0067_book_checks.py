"""Checks of the books that were asked for, with their progress and outcome."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0067_book_checks"
down_revision = "0066_transfer_reversals"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
STATES = ("waiting", "running", "done", "failed", "cancelled")


def upgrade() -> None:
    op.create_table(
        "book_check",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=True),
        sa.Column("steps_done", sa.BigInteger(), nullable=False),
        sa.Column("steps", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("fault_count", sa.BigInteger(), nullable=True),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("steps_done >= 0 AND steps_done <= steps", name=op.f("ck_book_check_steps")),
        sa.CheckConstraint("(fault_count IS NOT NULL) = (status = 'done')", name=op.f("ck_book_check_fault_count")),
        sa.CheckConstraint(f"status IN {STATES}", name=op.f("ck_book_check_status")),
        sa.ForeignKeyConstraint(["requested_by"], ["party.id"], name=op.f("fk_book_check_requested_by_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_check")),
    )
    op.create_index(op.f("ix_book_check_status"), "book_check", ["status"])
    op.create_index("ix_book_check_due_at", "book_check", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))


def downgrade() -> None:
    op.drop_table("book_check")
