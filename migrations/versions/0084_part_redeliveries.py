"""A redelivery may be of one part of an order's delivery."""

import sqlalchemy as sa
from alembic import op

revision = "0084_part_redeliveries"
down_revision = "0083_referred_reversals"
branch_labels = None
depends_on = None

ASKED = sa.text("status IN ('asked', 'required') AND because IS NULL")
PART = "fk_redelivery_part_id_delivery_part"


def upgrade() -> None:
    op.add_column("redelivery", sa.Column("part_id", sa.Text(), nullable=True))
    op.create_foreign_key(op.f(PART), "redelivery", "delivery_part", ["part_id"], ["id"])
    op.drop_index("uq_redelivery_open", "redelivery")
    op.create_index(
        "uq_redelivery_open",
        "redelivery",
        ["order_id", "part_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=ASKED,
    )


def downgrade() -> None:
    op.drop_index("uq_redelivery_open", "redelivery")
    op.execute("DELETE FROM redelivery WHERE part_id IS NOT NULL")
    op.create_index("uq_redelivery_open", "redelivery", ["order_id"], unique=True, postgresql_where=ASKED)
    op.drop_constraint(op.f(PART), "redelivery", type_="foreignkey")
    op.drop_column("redelivery", "part_id")
