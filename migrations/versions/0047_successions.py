"""Agreements that pass on with the data, whoever may read them, and trees of who shares from then on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0047_successions"
down_revision = "0046_refunds"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
STATES = ("called", "joined", "effective", "refused", "lapsed")


def upgrade() -> None:
    op.add_column(
        "agreement", sa.Column("readers", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}")
    )
    op.alter_column("agreement", "readers", server_default=None)
    op.add_column("agreement", sa.Column("ending_reason", sa.Text(), nullable=True))
    op.add_column("split_tree", sa.Column("number", sa.BigInteger(), nullable=False, server_default="1"))
    op.alter_column("split_tree", "number", server_default=None)
    op.drop_constraint(op.f("pk_split_tree"), "split_tree", type_="primary")
    op.create_primary_key(op.f("pk_split_tree"), "split_tree", ["agreement_id", "number"])
    _successions()


def _successions() -> None:
    listed = ", ".join(f"'{state}'" for state in STATES)
    op.create_table(
        "succession",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Text(), nullable=False),
        sa.Column("transferor", sa.Text(), nullable=False),
        sa.Column("transferee", sa.Text(), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("signatures", JSON, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("effective_at", TIME, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession")),
        sa.UniqueConstraint("agreement_id", "grant_id", name=op.f("uq_succession_agreement_id_grant_id")),
        *(_to(*each) for each in _KEYS),
        sa.CheckConstraint(f"status IN ({listed})", name=op.f("ck_succession_status")),
        *(sa.CheckConstraint(that, name=op.f(f"ck_succession_{name}")) for name, that in _CHECKS),
    )
    for column in ("transferor", "transferee", "consumer", "status"):
        op.create_index(op.f(f"ix_succession_{column}"), "succession", [column])
    op.create_index(
        "ix_succession_due_at",
        "succession",
        ["due_at"],
        postgresql_where=sa.text("status IN ('called', 'joined')"),
    )


def _to(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_succession_{column}_{target}"))


_KEYS = (
    ("agreement_id", "agreement"),
    ("grant_id", "title_grant"),
    ("transferor", "party"),
    ("transferee", "party"),
    ("consumer", "party"),
    ("document_id", "document"),
)
_CHECKS = (
    ("digest", "digest ~ '^sha256:[0-9a-f]{64}$'"),
    ("mode", "mode IN ('follows', 'consent')"),
    ("parties", "transferor <> transferee AND transferee <> consumer"),
    ("effective_at", "status <> 'effective' OR effective_at IS NOT NULL"),
)


def downgrade() -> None:
    op.drop_table("succession")
    op.drop_constraint(op.f("pk_split_tree"), "split_tree", type_="primary")
    op.drop_column("split_tree", "number")
    op.create_primary_key(op.f("pk_split_tree"), "split_tree", ["agreement_id"])
    op.drop_column("agreement", "ending_reason")
    op.drop_column("agreement", "readers")
