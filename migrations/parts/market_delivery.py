"""The tables of deliveries."""

import sqlalchemy as sa
from alembic.operations import Operations

_STATES = ("prepared", "available", "received")


def upgrade(op: Operations) -> None:
    """Create the tables."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "delivery",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*_STATES, name="status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("receipt_id", sa.Text(), nullable=True),
        sa.Column("created_at", time, nullable=False),
        sa.Column("received_at", time, nullable=True),
        sa.Column("status_changed_at", time, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_delivery_order_id_order")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_delivery_agreement_id_agreement")),
        sa.ForeignKeyConstraint(["provider"], ["party.id"], name=op.f("fk_delivery_provider_party")),
        sa.ForeignKeyConstraint(["buyer"], ["party.id"], name=op.f("fk_delivery_buyer_party")),
        sa.ForeignKeyConstraint(["receipt_id"], ["document.id"], name=op.f("fk_delivery_receipt_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("order_id", name=op.f("uq_delivery_order_id")),
    )
    op.create_index(op.f("ix_delivery_provider"), "delivery", ["provider"])
    op.create_index(op.f("ix_delivery_buyer"), "delivery", ["buyer"])
    op.create_index(op.f("ix_delivery_status"), "delivery", ["status"])
    op.create_table(
        "delivery_file",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_file_delivery_id_delivery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_file")),
        sa.UniqueConstraint("delivery_id", "name", name=op.f("uq_delivery_file_delivery_id_name")),
    )
    op.create_table(
        "download",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("delivery_file_id", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("byte_range", sa.Text(), nullable=True),
        sa.Column("http_status", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_file_id"], ["delivery_file.id"], name=op.f("fk_download_delivery_file_id_delivery_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download")),
    )
    op.create_index(op.f("ix_download_delivery_file_id"), "download", ["delivery_file_id"])


def downgrade(op: Operations) -> None:
    """Drop them, the last first."""
    for table in ("download", "delivery_file", "delivery"):
        op.drop_table(table)
