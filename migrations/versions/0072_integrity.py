"""Nights in which stored files are read back, when each was, and what was not as it had been."""

import sqlalchemy as sa
from alembic import op

revision = "0072_integrity"
down_revision = "0071_destructions"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
STATES = ("open", "checking", "restored", "lost")
WAITING = "status IN ('open', 'checking')"


def upgrade() -> None:
    op.create_table(
        "integrity_night",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        *[sa.Column(name, sa.BigInteger(), nullable=False) for name in ("stored", "drawn", "checked", "faults")],
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint(
            "0 <= checked AND checked <= drawn AND drawn <= stored", name=op.f("ck_integrity_night_counts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_night")),
        sa.UniqueConstraint("night", name=op.f("uq_integrity_night_night")),
    )
    op.create_table(
        "file_check",
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("night_id", sa.Text(), nullable=False),
        sa.Column("checked_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_file_check_file_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["night_id"], ["integrity_night.id"], name=op.f("fk_file_check_night_id_integrity_night")
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_file_check")),
    )
    op.create_index(op.f("ix_file_check_checked_at"), "file_check", ["checked_at"])
    op.create_table(
        "integrity_finding",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("status", sa.Enum(*STATES, native_enum=False, length=40), nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"status IN {STATES}", name=op.f("ck_integrity_finding_status")),
        sa.CheckConstraint("fault IN ('missing', 'altered', 'digest')", name=op.f("ck_integrity_finding_fault")),
        sa.CheckConstraint(f"({WAITING}) = (due_at IS NOT NULL)", name=op.f("ck_integrity_finding_clock")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_integrity_finding_file_id_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_finding")),
    )
    op.create_index(op.f("ix_integrity_finding_file_id"), "integrity_finding", ["file_id"])
    op.create_index(op.f("ix_integrity_finding_status"), "integrity_finding", ["status"])
    op.create_index(
        "uq_integrity_finding_open",
        "integrity_finding",
        ["storage_key"],
        unique=True,
        postgresql_where=sa.text(WAITING),
    )
    due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_integrity_finding_due_at", "integrity_finding", ["due_at"], postgresql_where=due)


def downgrade() -> None:
    op.drop_table("integrity_finding")
    op.drop_table("file_check")
    op.drop_table("integrity_night")
