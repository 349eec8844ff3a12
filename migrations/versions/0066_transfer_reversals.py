"""Transfers at Stripe that are taken back, and what of a payout they took."""

import sqlalchemy as sa
from alembic import op

revision = "0066_transfer_reversals"
down_revision = "0065_unused_fees"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
NAME = "transfer_reversal"


def upgrade() -> None:
    op.add_column("payout", sa.Column("reversed_minor", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column("payout", "reversed_minor", server_default=None)
    op.create_check_constraint(
        op.f("ck_payout_reversed_minor"), "payout", "reversed_minor >= 0 AND reversed_minor <= amount_minor"
    )
    op.create_table(
        NAME,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("payout_id", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("gateway_reference", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f(f"ck_{NAME}_amount_minor")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f(f"ck_{NAME}_currency")),
        sa.CheckConstraint("status IN ('begun', 'reversed', 'failed')", name=op.f(f"ck_{NAME}_status")),
        sa.ForeignKeyConstraint(["payout_id"], ["payout.id"], name=op.f(f"fk_{NAME}_payout_id_payout")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f(f"fk_{NAME}_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NAME}")),
        sa.UniqueConstraint("gateway_reference", name=op.f(f"uq_{NAME}_gateway_reference")),
    )
    for column in ("payout_id", "party_id", "status"):
        op.create_index(op.f(f"ix_{NAME}_{column}"), NAME, [column])
    op.create_index(f"ix_{NAME}_due_at", NAME, ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))


def downgrade() -> None:
    op.drop_table(NAME)
    op.drop_constraint(op.f("ck_payout_reversed_minor"), "payout", type_="check")
    op.drop_column("payout", "reversed_minor")
