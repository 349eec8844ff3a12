"""What was counted in the files of a revision."""

import sqlalchemy as sa
from alembic import op

revision = "0021_measures"
down_revision = "0020_readers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revision_measure",
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("record_count", sa.BigInteger(), nullable=True),
        sa.Column("field_count", sa.BigInteger(), nullable=True),
        sa.Column("earliest", sa.Date(), nullable=True),
        sa.Column("latest", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("record_count >= 0", name=op.f("ck_revision_measure_record_count")),
        sa.CheckConstraint("field_count >= 0", name=op.f("ck_revision_measure_field_count")),
        sa.CheckConstraint("earliest <= latest", name=op.f("ck_revision_measure_period")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["asset_revision.id"], name=op.f("fk_revision_measure_revision_id_asset_revision")
        ),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_revision_measure")),
    )


def downgrade() -> None:
    op.drop_table("revision_measure")
