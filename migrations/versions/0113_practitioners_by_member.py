"""A valuer acts by an API key of their own, or as a member of the firm who signs in."""

import sqlalchemy as sa
from alembic import op

revision = "0113_practitioners_by_member"
down_revision = "0110_mandates"
branch_labels = None
depends_on = None

TABLE = "practitioner"


def upgrade() -> None:
    op.alter_column(TABLE, "api_key_id", nullable=True)
    op.add_column(TABLE, sa.Column("member_id", sa.Text(), nullable=True))
    op.create_foreign_key("fk_practitioner_member_id_member", TABLE, "member", ["member_id"], ["id"])
    op.create_unique_constraint("uq_practitioner_member_id", TABLE, ["member_id"])
    op.create_check_constraint("acts_by_one", TABLE, "num_nonnulls(api_key_id, member_id) = 1")


def downgrade() -> None:
    op.drop_constraint("acts_by_one", TABLE, type_="check")
    op.drop_constraint("uq_practitioner_member_id", TABLE, type_="unique")
    op.drop_constraint("fk_practitioner_member_id_member", TABLE, type_="foreignkey")
    op.drop_column(TABLE, "member_id")
    op.alter_column(TABLE, "api_key_id", nullable=False)
