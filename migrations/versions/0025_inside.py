"""What was measured for a scorecard and is not shown outside."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025_inside"
down_revision = "0024_webhook_makers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scorecard_inside",
        sa.Column("scorecard_id", sa.Text(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecard.id"], name=op.f("fk_scorecard_inside_scorecard_id_scorecard")
        ),
        sa.PrimaryKeyConstraint("scorecard_id", name=op.f("pk_scorecard_inside")),
    )


def downgrade() -> None:
    op.drop_table("scorecard_inside")
