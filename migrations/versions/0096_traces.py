"""Marked copies, each made for one agreement, and traces of files that were found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0096_traces"
down_revision = "0095_deletions"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
STATES = ("queued", "running", "done", "failed", "cancelled")


def upgrade() -> None:
    op.add_column("publication", sa.Column("marks", JSON, nullable=True))
    op.add_column("publication", sa.Column("marked_for", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_publication_marked_for_agreement"), "publication", "agreement", ["marked_for"], ["id"])
    op.create_index(op.f("ix_publication_marked_for"), "publication", ["marked_for"])
    _scope("(scope IS NULL AND marks IS NULL) = (scope_sha256 IS NULL)")
    op.create_check_constraint(op.f("ck_publication_marks"), "publication", "(marks IS NULL) = (marked_for IS NULL)")
    _traces()


def _traces() -> None:
    references = {
        "asset_id": "asset.id",
        "requested_by": "party.id",
        "file_id": "stored_file.id",
        "document_id": "document.id",
    }
    op.create_table(
        "trace",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("data_table", sa.Text(), nullable=False),
        sa.Column("policy", JSON, nullable=False),
        sa.Column("steps_done", sa.BigInteger(), nullable=False),
        sa.Column("steps_total", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("result", JSON, nullable=True),
        sa.Column("problem", JSON, nullable=True),
        sa.Column("document_id", sa.Text(), nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("steps_done >= 0 AND steps_done <= steps_total", name=op.f("ck_trace_steps")),
        sa.CheckConstraint(
            "status <> 'done' OR (result IS NOT NULL AND document_id IS NOT NULL)", name=op.f("ck_trace_result")
        ),
        sa.CheckConstraint("status <> 'failed' OR problem IS NOT NULL", name=op.f("ck_trace_problem")),
        sa.CheckConstraint("due_at IS NULL OR status IN ('queued', 'running')", name=op.f("ck_trace_due")),
        sa.CheckConstraint(f"status IN {STATES}", name=op.f("ck_trace_status")),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_trace_{column}_{target.removesuffix('.id')}"))
            for column, target in references.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace")),
    )
    for column in ("status", "asset_id", "requested_by"):
        op.create_index(op.f(f"ix_trace_{column}"), "trace", [column])
    op.create_index("ix_trace_due_at", "trace", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))


def downgrade() -> None:
    op.drop_table("trace")
    op.drop_constraint(op.f("ck_publication_marks"), "publication")
    _scope("(scope IS NULL) = (scope_sha256 IS NULL)")
    op.drop_index(op.f("ix_publication_marked_for"), "publication")
    op.drop_constraint(op.f("fk_publication_marked_for_agreement"), "publication")
    op.drop_column("publication", "marked_for")
    op.drop_column("publication", "marks")


def _scope(holds: str) -> None:
    op.drop_constraint(op.f("ck_publication_scope"), "publication")
    op.create_check_constraint(op.f("ck_publication_scope"), "publication", holds)
