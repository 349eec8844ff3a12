"""Redeliveries, each with its clock; those that complaints were waiting for become rows."""

import sqlalchemy as sa
from alembic import op

revision = "0059_redeliveries"
down_revision = "0058_messages"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
STATES = ("asked", "required", "delivered", "declined", "unanswered", "missed", "called_off")
OPEN = "status IN ('asked', 'required')"


def _check(name: str, that: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(that, name=op.f(f"ck_redelivery_{name}"))


def upgrade() -> None:
    op.create_table(
        "redelivery",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("revision_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Enum(*STATES, native_enum=False, length=40), nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _check("status", f"status IN {STATES}"),
        _check("clock", f"({OPEN}) = (due_at IS NOT NULL)"),
        _check("delivered", "(status = 'delivered') = (revision_id IS NOT NULL)"),
        _check("n", "n >= 1"),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_redelivery_order_id_order")),
        sa.ForeignKeyConstraint(["buyer"], ["party.id"], name=op.f("fk_redelivery_buyer_party")),
        sa.ForeignKeyConstraint(["provider"], ["party.id"], name=op.f("fk_redelivery_provider_party")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["asset_revision.id"], name=op.f("fk_redelivery_revision_id_asset_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redelivery")),
    )
    op.create_index(op.f("ix_redelivery_status"), "redelivery", ["status"])
    op.create_index(op.f("ix_redelivery_buyer"), "redelivery", ["buyer"])
    op.create_index(op.f("ix_redelivery_provider"), "redelivery", ["provider"])
    op.create_index("uq_redelivery_order_id_n", "redelivery", ["order_id", "n"], unique=True)
    asked = sa.text(f"{OPEN} AND because IS NULL")
    op.create_index("uq_redelivery_open", "redelivery", ["order_id"], unique=True, postgresql_where=asked)
    op.create_index("uq_redelivery_because", "redelivery", ["because"], unique=True, postgresql_where=sa.text(OPEN))
    op.create_index("ix_redelivery_due_at", "redelivery", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))
    # What a complaint waits for already is owed as before: its id is spelt from the complaint's.
    op.execute(
        "INSERT INTO redelivery (id, order_id, n, buyer, provider, reason, because, status, due_at, created_at,"
        " status_changed_at, version) SELECT 'rdl' || substr(id, 4), order_id,"
        " row_number() OVER (PARTITION BY order_id ORDER BY id), buyer, provider, reason, id,"
        " 'required', due_at, status_changed_at, status_changed_at, 1 FROM complaint WHERE status = 'redelivering'"
    )


def downgrade() -> None:
    op.drop_table("redelivery")
