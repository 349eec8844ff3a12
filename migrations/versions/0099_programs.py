"""Programs near the data: offers, runs, their results, and what was last found of the confinement."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0099_programs"
down_revision = "0098_call_names"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
STATES = ("queued", "running", "in_review", "released", "refused", "lapsed", "failed", "cancelled")
WAITING = "status IN ('queued', 'running', 'in_review')"


def _columns(kind: sa.types.TypeEngine[object], *names: str, null: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=null) for name in names]


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _check(table: str, name: str, that: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(that, name=op.f(f"ck_{table}_{name}"))


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def upgrade() -> None:
    table = "program_offer"
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "asset_id", "provider", "sha256"),
        *_columns(sa.BigInteger(), "n"),
        *_columns(JSON, "terms"),
        *_columns(TIME, "created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to(table, "asset_id", "asset"),
        _to(table, "provider", "party"),
        sa.UniqueConstraint("asset_id", "n", name=op.f(f"uq_{table}_asset_id_n")),
    )
    _indexes(table, "provider")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " EXECUTE FUNCTION refuse_change()"
    )
    _runs("program_run")
    table = "program_result"
    op.create_table(
        table,
        *_columns(sa.Text(), "run_id", "name"),
        *_columns(sa.Text(), "sha256", "problem", "storage_key", null=True),
        *_columns(sa.BigInteger(), "size_bytes"),
        *_columns(sa.BigInteger(), "rows", null=True),
        *_columns(TIME, "created_at"),
        sa.PrimaryKeyConstraint("run_id", "name", name=op.f(f"pk_{table}")),
        _to(table, "run_id", "program_run"),
        _check(table, "stored", "(problem IS NULL) = (storage_key IS NOT NULL)"),
        _check(table, "size_bytes", "size_bytes >= 0"),
    )
    table = "program_probe"
    op.create_table(
        table,
        *_columns(sa.Text(), "id"),
        *_columns(sa.Text(), "confinement", null=True),
        *_columns(JSON, "missing", "libraries"),
        *_columns(TIME, "probed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _check(table, "one", "id = 'workers'"),
    )


def _runs(table: str) -> None:
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "order_id", "agreement_id", "asset_id", "revision_id", "provider", "buyer"),
        *_columns(sa.Text(), "offer_id", "program", "program_sha256"),
        *_columns(sa.Text(), "confinement", "outcome", "said", "complained", "results_sha256", "use_id", null=True),
        *_columns(sa.Text(), "review_reason", "reviewed_by", null=True),
        *_columns(postgresql.ARRAY(sa.Text()), "result_names"),
        *_columns(JSON, "limits"),
        *_columns(sa.BigInteger(), "version"),
        *_columns(sa.BigInteger(), "rows_read", "exit_code", "milliseconds", "peak_bytes", null=True),
        *_columns(TIME, "due_at", "started_at", "ended_at", null=True),
        *_columns(TIME, "created_at", "status_changed_at"),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to(table, "order_id", "order"),
        _to(table, "agreement_id", "agreement"),
        _to(table, "asset_id", "asset"),
        _to(table, "revision_id", "asset_revision"),
        _to(table, "provider", "party"),
        _to(table, "buyer", "party"),
        _to(table, "offer_id", "program_offer"),
        _to(table, "use_id", "computing_use"),
        _check(table, "status", f"status IN {STATES}"),
        _check(table, "clock", f"({WAITING}) = (due_at IS NOT NULL)"),
        _check(table, "released", "status <> 'released' OR use_id IS NOT NULL"),
        _check(table, "outcome", "status NOT IN ('in_review', 'released') OR outcome IS NOT NULL"),
    )
    _indexes(table, "order_id", "agreement_id", "provider", "buyer", "status")
    waits = sa.text("due_at IS NOT NULL")
    op.create_index(f"ix_{table}_due_at", table, ["due_at"], postgresql_where=waits)


def downgrade() -> None:
    for table in ("program_probe", "program_result", "program_run", "program_offer"):
        op.drop_table(table)
