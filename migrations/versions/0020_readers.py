"""One run for each scorer, whose contract makes columns public, overrides of scans, a second report, consents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020_readers"
down_revision = "0019_access"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
UNDER_WAY = "uq_quality_run_revision_under_way"


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    open_ = sa.text("status IN ('queued', 'running')")
    op.drop_index(UNDER_WAY, "quality_run")
    op.create_index(UNDER_WAY, "quality_run", ["revision_id", "scored_by"], unique=True, postgresql_where=open_)
    op.add_column("quality_run", sa.Column("publicity_contract_id", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_quality_run_publicity_contract_id_data_contract"),
        "quality_run",
        "data_contract",
        ["publicity_contract_id"],
        ["id"],
    )
    # What waits in the queue was asked for by the provider, or shows nothing.
    op.execute("UPDATE quality_run SET publicity_contract_id = data_contract_id WHERE scored_by = provider")
    op.add_column("desensitisation", sa.Column("anonymisation_file_id", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_desensitisation_anonymisation_file_id_stored_file"),
        "desensitisation",
        "stored_file",
        ["anonymisation_file_id"],
        ["id"],
    )
    op.add_column("engagement", sa.Column("consented_at", TIME, nullable=True))
    # Who proposed for its own asset consented by that; what was reported on before stands as it does.
    op.execute("UPDATE engagement SET consented_at = created_at WHERE client = provider OR number IS NOT NULL")
    _overrides()


def _overrides() -> None:
    op.create_table(
        "classification_override",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("findings", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("officer_key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _to("classification_override", "asset_id", "asset"),
        _to("classification_override", "revision_id", "asset_revision"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classification_override")),
    )
    op.create_index(op.f("ix_classification_override_revision_id"), "classification_override", ["revision_id"])
    op.execute(
        "CREATE TRIGGER classification_override_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON classification_override EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("classification_override")
    op.drop_column("engagement", "consented_at")
    op.drop_column("desensitisation", "anonymisation_file_id")
    op.drop_column("quality_run", "publicity_contract_id")
    open_ = sa.text("status IN ('queued', 'running')")
    op.drop_index(UNDER_WAY, "quality_run")
    op.create_index(UNDER_WAY, "quality_run", ["revision_id"], unique=True, postgresql_where=open_)
