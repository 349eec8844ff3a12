"""The table of files."""

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    """Create the table."""
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("retention_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stored_file"),
        sa.ForeignKeyConstraint(["owner"], ["party.id"], name="fk_stored_file_owner_party"),
        sa.UniqueConstraint("storage_key", name="uq_stored_file_storage_key"),
    )
    op.create_index("ix_stored_file_owner", "stored_file", ["owner"])
    op.create_index("ix_stored_file_sha256", "stored_file", ["sha256"])


def downgrade(op: Operations) -> None:
    """Drop it."""
    op.drop_table("stored_file")
