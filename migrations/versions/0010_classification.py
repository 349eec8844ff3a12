"""Classification: what was declared of assets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010_classification"
down_revision = "0009_register"
branch_labels = None
depends_on = None


def upgrade() -> None:
    facts = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "classification",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        *(sa.Column(name, facts, nullable=False) for name in ("declared", "items", "evidence", "policy")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level IN ('general', 'important')", name=op.f("ck_classification_level")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_classification_asset_id_asset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classification")),
    )
    op.create_index(op.f("ix_classification_asset_id"), "classification", ["asset_id"])
    op.execute(
        "CREATE TRIGGER classification_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON classification"
        " EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("classification")
