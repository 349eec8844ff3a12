"""Valuation: data contracts, quality runs, scorecards, appraisals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_valuation"
down_revision = "0002_rights"
branch_labels = None
depends_on = None

FROZEN = ("data_contract", "scorecard", "appraisal")
"""Tables whose rows never change."""

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    _contracts_and_runs()
    _scorecards()
    _appraisals()
    for table in FROZEN:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION refuse_change()"
        )


def _contracts_and_runs() -> None:
    op.create_table(
        "data_contract",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contract_version", sa.Text(), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _to("data_contract", "asset_id", "asset"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_contract")),
        sa.UniqueConstraint("asset_id", "sha256", name=op.f("uq_data_contract_asset_id_sha256")),
    )
    states = ("queued", "running", "succeeded", "failed", "cancelled")
    op.create_table(
        "quality_run",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("data_contract_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("scored_by", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*states, name="status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("problem", JSON, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _to("quality_run", "asset_id", "asset"),
        _to("quality_run", "revision_id", "asset_revision"),
        _to("quality_run", "data_contract_id", "data_contract"),
        _to("quality_run", "provider", "party"),
        _to("quality_run", "scored_by", "party"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_run")),
    )
    op.create_index(op.f("ix_quality_run_asset_id"), "quality_run", ["asset_id"])
    op.create_index(op.f("ix_quality_run_scored_by"), "quality_run", ["scored_by"])
    op.create_index(op.f("ix_quality_run_status"), "quality_run", ["status"])
    op.create_index(
        "uq_quality_run_revision_under_way",
        "quality_run",
        ["revision_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('queued', 'running')"),
    )


def _scorecards() -> None:
    op.create_table(
        "scorecard",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("scored_by", sa.Text(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Numeric(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("freshness_at", TIME, nullable=True),
        sa.Column("body", JSON, nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("scored_at", TIME, nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_scorecard_score")),
        _to("scorecard", "run_id", "quality_run"),
        _to("scorecard", "asset_id", "asset"),
        _to("scorecard", "revision_id", "asset_revision"),
        _to("scorecard", "provider", "party"),
        _to("scorecard", "scored_by", "party"),
        _to("scorecard", "document_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecard")),
        sa.UniqueConstraint("run_id", name=op.f("uq_scorecard_run_id")),
    )
    op.create_index(op.f("ix_scorecard_asset_id"), "scorecard", ["asset_id"])
    op.create_index(op.f("ix_scorecard_revision_id"), "scorecard", ["revision_id"])


def _appraisals() -> None:
    op.create_table(
        "appraisal",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("scorecard_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("valuer", sa.Text(), nullable=False),
        sa.Column("approach", sa.Text(), nullable=False),
        sa.Column("base_date", sa.Date(), nullable=False),
        sa.Column("use_until", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("low_minor", sa.BigInteger(), nullable=False),
        sa.Column("high_minor", sa.BigInteger(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_appraisal_currency")),
        sa.CheckConstraint("low_minor <= value_minor AND value_minor <= high_minor", name=op.f("ck_appraisal_range")),
        sa.CheckConstraint("use_until >= base_date", name=op.f("ck_appraisal_use_until")),
        _to("appraisal", "asset_id", "asset"),
        _to("appraisal", "revision_id", "asset_revision"),
        _to("appraisal", "scorecard_id", "scorecard"),
        _to("appraisal", "provider", "party"),
        _to("appraisal", "valuer", "party"),
        _to("appraisal", "document_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal")),
    )
    op.create_index(op.f("ix_appraisal_asset_id"), "appraisal", ["asset_id"])
    op.create_index(op.f("ix_appraisal_revision_id"), "appraisal", ["revision_id"])
    op.create_index(op.f("ix_appraisal_valuer"), "appraisal", ["valuer"])


def downgrade() -> None:
    for table in ("appraisal", "scorecard", "quality_run", "data_contract"):
        op.drop_table(table)
