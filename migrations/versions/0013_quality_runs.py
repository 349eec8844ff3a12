"""Quality runs: progress, schedules, thresholds, testers, desensitisation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013_quality_runs"
down_revision = "0012_filing"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    _progress()
    _watch()
    _desensitisation()
    _third_party_tests()
    op.execute(
        "CREATE TRIGGER third_party_test_sample_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON third_party_test_sample EXECUTE FUNCTION refuse_change()"
    )


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


def _watch() -> None:
    op.create_table(
        "quality_watch",
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("data_contract_id", sa.Text(), nullable=True),
        sa.Column("scorecard_id", sa.Text(), nullable=True),
        sa.Column("revision_id", sa.Text(), nullable=True),
        sa.Column("minimum_score", sa.Numeric(), nullable=True),
        sa.Column("follow", sa.Text(), nullable=False),
        sa.Column("rescoring", sa.Boolean(), nullable=False),
        sa.Column("cycle_seconds", sa.BigInteger(), nullable=True),
        sa.Column("next_due_at", TIME, nullable=True),
        sa.Column("overdue_since", TIME, nullable=True),
        sa.Column("missed", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("minimum_score BETWEEN 0 AND 100", name=op.f("ck_quality_watch_minimum_score")),
        sa.CheckConstraint("follow IN ('contract', 'asset')", name=op.f("ck_quality_watch_follow")),
        _to("quality_watch", "asset_id", "asset"),
        _to("quality_watch", "provider", "party"),
        _to("quality_watch", "data_contract_id", "data_contract"),
        _to("quality_watch", "scorecard_id", "scorecard"),
        _to("quality_watch", "revision_id", "asset_revision"),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_quality_watch")),
    )
    op.create_index(op.f("ix_quality_watch_next_due_at"), "quality_watch", ["next_due_at"])


def _desensitisation() -> None:
    states = ("queued", "running", "succeeded", "failed")
    op.create_table(
        "desensitisation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("into_asset_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("plan", JSON, nullable=False),
        sa.Column("data_contract", JSON, nullable=True),
        _status(*states),
        sa.Column("new_revision_id", sa.Text(), nullable=True),
        sa.Column("evidence_file_id", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Text(), nullable=True),
        sa.Column("report", JSON, nullable=True),
        sa.Column("problem", JSON, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _to("desensitisation", "asset_id", "asset"),
        _to("desensitisation", "revision_id", "asset_revision"),
        _to("desensitisation", "into_asset_id", "asset"),
        _to("desensitisation", "provider", "party"),
        _to("desensitisation", "new_revision_id", "asset_revision"),
        _to("desensitisation", "evidence_file_id", "stored_file"),
        _to("desensitisation", "document_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desensitisation")),
    )
    op.create_index(op.f("ix_desensitisation_asset_id"), "desensitisation", ["asset_id"])
    op.create_index(op.f("ix_desensitisation_status"), "desensitisation", ["status"])


def _third_party_tests() -> None:
    states = ("ordered", "declined", "accepted", "measuring", "measured", "signed", "terminated", "revoked", "expired")
    op.create_table(
        "third_party_test",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("data_contract", JSON, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("tester", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("samples", sa.BigInteger(), nullable=False),
        sa.Column("sample_minutes", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("checks", JSON, nullable=False),
        _status(*states),
        sa.Column("quality_run_id", sa.Text(), nullable=True),
        sa.Column("content", JSON, nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Text(), nullable=True),
        sa.Column("signed_at", TIME, nullable=True),
        sa.Column("valid_until", TIME, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _to("third_party_test", "asset_id", "asset"),
        _to("third_party_test", "revision_id", "asset_revision"),
        _to("third_party_test", "provider", "party"),
        _to("third_party_test", "tester", "party"),
        _to("third_party_test", "quality_run_id", "quality_run"),
        _to("third_party_test", "document_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_third_party_test")),
    )
    for column in ("asset_id", "status", "tester"):
        op.create_index(op.f(f"ix_third_party_test_{column}"), "third_party_test", [column])
    _samples()


def _samples() -> None:
    columns = ("test_id", "round", "number", "file")
    op.create_table(
        "third_party_test_sample",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("test_id", sa.Text(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("taken_at", TIME, nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.Column("read_bytes", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        _to("third_party_test_sample", "test_id", "third_party_test"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_third_party_test_sample")),
        sa.UniqueConstraint(*columns, name=op.f("uq_third_party_test_sample_test_id_round_number_file")),
    )


def _status(*states: str) -> sa.Column[str]:
    kind = sa.Enum(*states, name="status", native_enum=False, create_constraint=True, length=40)
    return sa.Column("status", kind, nullable=False)


def downgrade() -> None:
    for table in (
        "third_party_test_sample",
        "third_party_test",
        "desensitisation",
        "quality_watch",
        "quality_run_part",
        "quality_run_progress",
    ):
        op.drop_table(table)
