"""A valuer acts by an API key of their own, or as a member of the firm who signs in."""

import sqlalchemy as sa
from alembic import op

revision = "0113_practitioners_by_member"
down_revision = "0110_mandates"
branch_labels = None
depends_on = None

TABLE = "practitioner"

KEYS_OF_MEMBERS = """
INSERT INTO api_key (id, party_id, name, prefix, secret_sha256, roles, made_by, created_at, expires_at, revoked_at)
SELECT 'key_' || substr(id, 5), firm, name, 'member_' || id, '', '{}', member_id, created_at, created_at, created_at
FROM practitioner WHERE member_id IS NOT NULL
"""
"""Keys that never opened anything: of whoever acted as a member the earlier schema has no other word."""
ENDED_BY_KEY = """
UPDATE practitioner SET api_key_id = 'key_' || substr(id, 5), ended_at = coalesce(ended_at, now())
WHERE member_id IS NOT NULL
"""


def upgrade() -> None:
    op.alter_column(TABLE, "api_key_id", nullable=True)
    op.add_column(TABLE, sa.Column("member_id", sa.Text(), nullable=True))
    op.create_foreign_key("fk_practitioner_member_id_member", TABLE, "member", ["member_id"], ["id"])
    practising = sa.text("ended_at IS NULL")
    op.create_index("uq_practitioner_member_id", TABLE, ["member_id"], unique=True, postgresql_where=practising)
    op.create_check_constraint("acts_by_one", TABLE, "num_nonnulls(api_key_id, member_id) = 1")


def downgrade() -> None:
    op.drop_constraint("acts_by_one", TABLE, type_="check")
    op.drop_index("uq_practitioner_member_id", table_name=TABLE)
    op.execute(KEYS_OF_MEMBERS)
    op.execute(ENDED_BY_KEY)
    op.drop_constraint("fk_practitioner_member_id_member", TABLE, type_="foreignkey")
    op.drop_column(TABLE, "member_id")
    op.alter_column(TABLE, "api_key_id", nullable=False)
