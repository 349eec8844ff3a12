"""Keys of channels, and every use of them."""

import sqlalchemy as sa
from alembic import op

revision = "0074_channel_keys"
down_revision = "0072_integrity"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def _columns(kind: sa.types.TypeEngine[object], *names: str, null: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=null) for name in names]


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    table = "channel_key"
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "order_id", "agreement_id", "buyer", "provider", "recipient", "prefix"),
        *_columns(sa.LargeBinary(), "secret_sha256"),
        *_columns(TIME, "created_at", "expires_at"),
        *_columns(TIME, "revoked_at", null=True),
        *_columns(sa.Text(), "replaced_by", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("prefix", name=op.f(f"uq_{table}_prefix")),
        sa.CheckConstraint("created_at < expires_at", name=op.f(f"ck_{table}_life")),
        _refers(table, "order_id", "order"),
        _refers(table, "agreement_id", "agreement"),
        _refers(table, "buyer", "party"),
        _refers(table, "provider", "party"),
        _refers(table, "replaced_by", table),
    )
    for column in ("order_id", "agreement_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    _uses("channel_use")


def _uses(table: str) -> None:
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "channel_key_id", "operation", "address"),
        *_columns(sa.Text(), "subject", "byte_range", "release_id", null=True),
        *_columns(sa.BigInteger(), "http_status"),
        *_columns(TIME, "at"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _refers(table, "channel_key_id", "channel_key"),
        _refers(table, "release_id", "usage_release"),
    )
    op.create_index(op.f(f"ix_{table}_channel_key_id"), table, ["channel_key_id"])
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("channel_use")
    op.drop_table("channel_key")
