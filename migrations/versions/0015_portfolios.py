"""Portfolios: many assets valued in one run, and the auditor's desk."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015_portfolios"
down_revision = "0014_engagements"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    _runs()
    _items()
    _parameters()
    op.execute(
        "CREATE TRIGGER portfolio_item_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portfolio_item"
        " EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER portfolio_run_ended BEFORE UPDATE ON portfolio_run FOR EACH ROW"
        " WHEN (OLD.status IN ('succeeded', 'failed', 'cancelled')) EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER portfolio_run_kept BEFORE DELETE OR TRUNCATE ON portfolio_run EXECUTE FUNCTION refuse_change()"
    )


def _runs() -> None:
    states = ("queued", "running", "succeeded", "failed", "cancelled")
    op.create_table(
        "portfolio_run",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("valuer", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("base_date", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("previous_id", sa.Text(), nullable=True),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("basis", JSON, nullable=False),
        sa.Column("asked_assets", sa.BigInteger(), nullable=False),
        sa.Column("done_assets", sa.BigInteger(), nullable=False),
        sa.Column("faulty_assets", sa.BigInteger(), nullable=False),
        sa.Column("result", JSON, nullable=True),
        sa.Column("problem", JSON, nullable=True),
        sa.Column(
            "status",
            sa.Enum(*states, name="status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_portfolio_run_currency")),
        sa.CheckConstraint("done_assets <= asked_assets", name=op.f("ck_portfolio_run_progress")),
        _to("portfolio_run", "valuer", "party"),
        _to("portfolio_run", "previous_id", "portfolio_run"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_run")),
    )
    op.create_index("ix_portfolio_run_valuer_id", "portfolio_run", ["valuer", "id"])
    op.create_index(op.f("ix_portfolio_run_status"), "portfolio_run", ["status"])


def _items() -> None:
    op.create_table(
        "portfolio_item",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("appraisal_id", sa.Text(), nullable=True),
        sa.Column("group_name", sa.Text(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("low_minor", sa.BigInteger(), nullable=False),
        sa.Column("high_minor", sa.BigInteger(), nullable=False),
        sa.Column("inputs_sha256", sa.Text(), nullable=True),
        sa.Column("document_sha256", sa.Text(), nullable=True),
        sa.Column("line", sa.LargeBinary(), nullable=True),
        sa.Column("upstream", JSON, nullable=False),
        sa.Column("faults", JSON, nullable=False),
        sa.CheckConstraint("(faults = '[]'::jsonb) = (line IS NOT NULL)", name=op.f("ck_portfolio_item_valued")),
        sa.CheckConstraint(
            "low_minor <= value_minor AND value_minor <= high_minor", name=op.f("ck_portfolio_item_range")
        ),
        _to("portfolio_item", "run_id", "portfolio_run"),
        _to("portfolio_item", "asset_id", "asset"),
        _to("portfolio_item", "appraisal_id", "appraisal"),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_portfolio_item")),
        sa.UniqueConstraint("run_id", "asset_id", name=op.f("uq_portfolio_item_run_id_asset_id")),
    )
    op.create_index(op.f("ix_portfolio_item_asset_id"), "portfolio_item", ["asset_id"])


def _parameters() -> None:
    op.create_table(
        "appraisal_parameter",
        sa.Column("appraisal_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("is_amount", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        _to("appraisal_parameter", "appraisal_id", "appraisal"),
        sa.PrimaryKeyConstraint("appraisal_id", "path", name=op.f("pk_appraisal_parameter")),
    )
    op.create_index(
        "ix_appraisal_parameter_peer_value",
        "appraisal_parameter",
        ["peer", "value"],
        postgresql_where=sa.text("NOT is_amount"),
    )
    op.create_index(
        "ix_appraisal_parameter_confidence_appraisal_id", "appraisal_parameter", ["confidence", "appraisal_id"]
    )


def downgrade() -> None:
    op.drop_table("appraisal_parameter")
    op.drop_table("portfolio_item")
    op.drop_table("portfolio_run")
