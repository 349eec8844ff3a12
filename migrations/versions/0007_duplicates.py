"""Duplicates: sketches of revisions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_duplicates"
down_revision = "0006_title"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asset_sketch",
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("sketch_version", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("faults", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_asset_sketch")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["asset_revision.id"], name=op.f("fk_asset_sketch_revision_id_asset_revision")
        ),
        sa.CheckConstraint("sketch_version > 0", name=op.f("ck_asset_sketch_sketch_version")),
    )
    op.create_table(
        "asset_sketch_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "revision_id", name=op.f("pk_asset_sketch_key")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["asset_sketch.revision_id"], name=op.f("fk_asset_sketch_key_revision_id_asset_sketch")
        ),
    )
    op.create_index("ix_asset_sketch_key_revision_id", "asset_sketch_key", ["revision_id"])


def downgrade() -> None:
    op.drop_table("asset_sketch_key")
    op.drop_table("asset_sketch")
