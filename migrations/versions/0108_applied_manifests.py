"""What was carried out last of the manifests by which a party keeps its products."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0108_applied_manifests"
down_revision = "0107_calls_together"
branch_labels = None
depends_on = None

TABLE = "applied_manifest"


def upgrade() -> None:
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("party_id", "kind", "name", "manager")),
        sa.Column("set_name", sa.Text(), nullable=True),
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("spec", JSONB(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="fk_applied_manifest_party_id_party"),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name="fk_applied_manifest_listing_id_listing"),
        sa.ForeignKeyConstraint(["replaces"], ["listing.id"], name="fk_applied_manifest_replaces_listing"),
        sa.PrimaryKeyConstraint("party_id", "kind", "name", name="pk_applied_manifest"),
        sa.UniqueConstraint("listing_id", name="uq_applied_manifest_listing_id"),
    )
    op.create_index("ix_applied_manifest_set_name", TABLE, ["party_id", "manager", "set_name"])
    waiting = sa.text("replaces IS NOT NULL")
    op.create_index("ix_applied_manifest_waiting", TABLE, ["listing_id"], postgresql_where=waiting)


def downgrade() -> None:
    op.drop_table(TABLE)
