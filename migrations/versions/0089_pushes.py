"""Pushes into a buyer's bucket: targets, pushes, their objects and parts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0089_pushes"
down_revision = "0088_gateway_metering"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
TARGET_STATES = ("checking", "ready", "refused", "removed")
PUSH_STATES = ("planned", "uploading", "verifying", "done", "failed", "revoked", "cancelled")
UNDER_WAY = "status IN ('planned', 'uploading', 'verifying')"


def _columns(kind: sa.types.TypeEngine[object], *names: str, null: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=null) for name in names]


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _check(table: str, name: str, that: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(that, name=op.f(f"ck_{table}_{name}"))


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _clock(table: str) -> None:
    op.create_index(f"ix_{table}_due_at", table, ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))


def upgrade() -> None:
    table = "push_target"
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "order_id", "agreement_id", "buyer", "provider", "endpoint", "bucket", "prefix"),
        *_columns(sa.Text(), "region", "addressing", "access_key_id"),
        *_columns(sa.Text(), "place", "made_by", null=True),
        *_columns(sa.LargeBinary(), "secret", null=True),
        *_columns(sa.Boolean(), "follows"),
        *_columns(JSON, "problem", null=True),
        *_columns(TIME, "due_at", null=True),
        *_columns(TIME, "created_at", "status_changed_at"),
        *_columns(sa.BigInteger(), "attempts", "version"),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to(table, "order_id", "order"),
        _to(table, "agreement_id", "agreement"),
        _to(table, "buyer", "party"),
        _to(table, "provider", "party"),
        _check(table, "status", f"status IN {TARGET_STATES}"),
        _check(table, "secret", "(status IN ('checking', 'ready')) = (secret IS NOT NULL)"),
        _check(table, "clock", "(status = 'checking') = (due_at IS NOT NULL)"),
        _check(table, "problem", "status <> 'refused' OR jsonb_typeof(problem) = 'object'"),
    )
    _indexes(table, "order_id", "status")
    _clock(table)
    _pushes("push")
    _objects("push_object", "push_part")


def _pushes(table: str) -> None:
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "target_id", "order_id", "agreement_id", "buyer", "provider", "revision_id"),
        *_columns(sa.Text(), "release_id", "worker", "manifest_sha256", null=True),
        *_columns(JSON, "problem", null=True),
        *_columns(TIME, "next_attempt_at", "lease_until", "due_at", "started_at", "ended_at", null=True),
        *_columns(TIME, "created_at", "status_changed_at"),
        *_columns(sa.BigInteger(), "attempts", "version"),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to(table, "target_id", "push_target"),
        _to(table, "order_id", "order"),
        _to(table, "agreement_id", "agreement"),
        _to(table, "buyer", "party"),
        _to(table, "provider", "party"),
        _to(table, "revision_id", "asset_revision"),
        _check(table, "status", f"status IN {PUSH_STATES}"),
        _check(table, "clock", f"({UNDER_WAY}) = (due_at IS NOT NULL)"),
        _check(table, "problem", "status <> 'failed' OR jsonb_typeof(problem) = 'object'"),
        _check(table, "manifest", "status <> 'done' OR manifest_sha256 IS NOT NULL"),
    )
    _indexes(table, "target_id", "order_id", "buyer", "provider", "status")
    op.create_index("uq_push_under_way", table, ["target_id"], unique=True, postgresql_where=sa.text(UNDER_WAY))
    _clock(table)


def _objects(table: str, parts: str) -> None:
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "push_id", "delivery_file_id", "key"),
        *_columns(sa.Text(), "upload_id", null=True),
        *_columns(sa.BigInteger(), "n", "size_bytes", "part_bytes", "parts_done"),
        *_columns(TIME, "written_at", "verified_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to(table, "push_id", "push"),
        _to(table, "delivery_file_id", "delivery_file"),
        sa.UniqueConstraint("push_id", "n", name=op.f(f"uq_{table}_push_id_n")),
    )
    op.create_index(
        "ix_push_object_upload", table, ["push_id"], postgresql_where=sa.text("upload_id IS NOT NULL")
    )
    op.create_table(
        parts,
        *_columns(sa.Text(), "object_id", "etag", "sha256"),
        *_columns(sa.BigInteger(), "number"),
        sa.PrimaryKeyConstraint("object_id", "number", name=op.f(f"pk_{parts}")),
        _to(parts, "object_id", table),
    )


def downgrade() -> None:
    for table in ("push_part", "push_object", "push", "push_target"):
        op.drop_table(table)
