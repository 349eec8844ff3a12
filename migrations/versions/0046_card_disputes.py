"""Card disputes, and shares that are kept back for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0046_card_disputes"
down_revision = "0045_refunds"
branch_labels = None
depends_on = None

TABLE = "card_dispute"
TIME = sa.DateTime(timezone=True)
STATES = ("warned", "open", "answered", "won", "lost", "closed")
GROUND = "ck_withheld_share_ground"


def _to(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{TABLE}_{column}_{target}"))


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("gateway_reference", sa.Text(), nullable=False),
        sa.Column("gateway_status", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("reinstated_minor", sa.BigInteger(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due_by", TIME, nullable=True),
        sa.Column("sent_at", TIME, nullable=True),
        sa.Column("look_at", TIME, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("gateway_reference", name=op.f(f"uq_{TABLE}_gateway_reference")),
        _to("payment_id", "payment"),
        _to("buyer", "party"),
        _to("provider", "party"),
        sa.CheckConstraint("amount_minor > 0", name=op.f(f"ck_{TABLE}_amount_minor")),
        sa.CheckConstraint(
            "withdrawn_minor IN (0, amount_minor) AND reinstated_minor IN (0, withdrawn_minor) AND fee_minor >= 0",
            name=op.f(f"ck_{TABLE}_amounts"),
        ),
        sa.CheckConstraint(f"status IN ({', '.join(repr(each) for each in STATES)})", name=op.f(f"ck_{TABLE}_status")),
    )
    for column in ("payment_id", "subject_id", "buyer", "provider", "status"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    op.create_index(f"ix_{TABLE}_look_at", TABLE, ["look_at"], postgresql_where=sa.text("look_at IS NOT NULL"))
    op.drop_constraint(op.f(GROUND), "withheld_share")
    op.create_check_constraint(
        op.f(GROUND), "withheld_share", "ground IN ('objection', 'remark', 'decision', 'card-dispute')"
    )


def downgrade() -> None:
    op.drop_constraint(op.f(GROUND), "withheld_share")
    op.execute("UPDATE withheld_share SET ground = 'decision' WHERE ground = 'card-dispute'")
    op.create_check_constraint(op.f(GROUND), "withheld_share", "ground IN ('objection', 'remark', 'decision')")
    op.drop_table(TABLE)
