"""Delivered tables in other formats, and every fetch of what was made."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0094_table_conversions"
down_revision = "0093_channel_bytes"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
STATES = ("queued", "running", "made", "failed", "removed")
STANDING = "status IN ('queued', 'running', 'made')"


def _columns(kind: sa.types.TypeEngine[object], *names: str, null: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=null) for name in names]


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _check(table: str, name: str, that: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(that, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    table = "table_conversion"
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "order_id", "agreement_id", "buyer", "provider", "revision_id"),
        *_columns(sa.Text(), "table_name", "table_key", "format"),
        *_columns(sa.Text(), "source_name", "source_sha256", "sha256", "storage_key", null=True),
        *_columns(JSON, "problem", null=True),
        *_columns(sa.BigInteger(), "rows", "neutralised", "size_bytes", null=True),
        *_columns(sa.BigInteger(), "rows_done", "version"),
        *_columns(TIME, "due_at", null=True),
        *_columns(TIME, "created_at", "status_changed_at"),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to(table, "order_id", "order"),
        _to(table, "agreement_id", "agreement"),
        _to(table, "buyer", "party"),
        _to(table, "provider", "party"),
        _to(table, "revision_id", "asset_revision"),
        _check(table, "status", f"status IN {STATES}"),
        _check(table, "clock", f"({STANDING}) = (due_at IS NOT NULL)"),
        _check(table, "made", "(status = 'made') <= (storage_key IS NOT NULL AND sha256 IS NOT NULL)"),
        _check(table, "problem", "status <> 'failed' OR jsonb_typeof(problem) = 'object'"),
    )
    for column in ("status", "order_id", "revision_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    wanted = ["order_id", "revision_id", "table_key", "format"]
    where = sa.text(STANDING)
    op.create_index("uq_table_conversion_standing", table, wanted, unique=True, postgresql_where=where)
    op.create_index(f"ix_{table}_due_at", table, ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))
    _downloads("conversion_download")


def _downloads(table: str) -> None:
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "conversion_id", "method", "address"),
        *_columns(sa.Text(), "byte_range", null=True),
        *_columns(sa.BigInteger(), "http_status", "size_bytes"),
        *_columns(TIME, "at"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to(table, "conversion_id", "table_conversion"),
    )
    op.create_index(op.f(f"ix_{table}_conversion_id"), table, ["conversion_id"])
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("conversion_download")
    op.drop_table("table_conversion")
