"""Destructions of stored data by their keys, and the legal holds that forbid them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0071_destructions"
down_revision = "0069_price_spreads"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
STATES = ("requested", "approved", "destroyed", "final", "refused", "lapsed")


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def upgrade() -> None:
    op.create_table(
        "destruction",
        *_text("id", "asset_id", "party_id"),
        sa.Column("revision_ids", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("objects", postgresql.JSONB(), nullable=False),
        *_text("digest", "reason", "requested_by"),
        sa.Column("requested_by_line", postgresql.ARRAY(sa.Text()), nullable=False),
        *_text("approved_by", nullable=True),
        sa.Column("approved_at", TIME, nullable=True),
        *_text("end_reason", nullable=True),
        sa.Column("kek_versions", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Enum(*STATES, native_enum=False, length=40), nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("destroyed_at", TIME, nullable=True),
        *_text("certificate_id", "final_certificate_id", nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"status IN {STATES}", name=op.f("ck_destruction_status")),
        sa.CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name=op.f("ck_destruction_digest")),
        sa.CheckConstraint(
            "(status IN ('requested', 'destroyed')) = (due_at IS NOT NULL)", name=op.f("ck_destruction_clock")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_destruction_asset_id_asset")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_destruction_party_id_party")),
        sa.ForeignKeyConstraint(["certificate_id"], ["document.id"], name=op.f("fk_destruction_certificate_id_document")),
        sa.ForeignKeyConstraint(
            ["final_certificate_id"], ["document.id"], name=op.f("fk_destruction_final_certificate_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction")),
    )
    for column in ("asset_id", "party_id", "status"):
        op.create_index(op.f(f"ix_destruction_{column}"), "destruction", [column])
    open_ones = sa.text("status IN ('requested', 'approved')")
    op.create_index("uq_destruction_open", "destruction", ["asset_id"], unique=True, postgresql_where=open_ones)
    waiting = sa.text("due_at IS NOT NULL")
    op.create_index("ix_destruction_due_at", "destruction", ["due_at"], postgresql_where=waiting)
    op.create_table(
        "legal_hold",
        *_text("id", "asset_id", "basis"),
        sa.Column("until", sa.Date(), nullable=False),
        *_text("set_by"),
        sa.Column("lifted_at", TIME, nullable=True),
        *_text("lifted_by", nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_legal_hold_asset_id_asset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_asset_id"), "legal_hold", ["asset_id"])


def downgrade() -> None:
    op.drop_table("legal_hold")
    op.drop_table("destruction")
