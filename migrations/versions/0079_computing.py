"""Controlled computing: offers, privacy budgets, templates and runs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0079_computing"
down_revision = "0076_share_queries"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
TEMPLATE_STATES = ("drafted", "approved", "withdrawn", "lapsed")
RUN_STATES = ("queued", "running", "in_review", "released", "refused", "lapsed", "failed", "cancelled")
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
    table = "computing_offer"
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
    table = "computing_budget"
    op.create_table(
        table,
        *_columns(sa.Text(), "subject_id"),
        *_columns(sa.BigInteger(), "spent_micro_epsilon"),
        sa.PrimaryKeyConstraint("subject_id", name=op.f(f"pk_{table}")),
        _check(table, "spent_micro_epsilon", "spent_micro_epsilon >= 0"),
    )
    _templates("computing_template")
    _runs("computing_run")


def _templates(table: str) -> None:
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "asset_id", "provider", "sha256"),
        *_columns(JSON, "content"),
        *_columns(TIME, "approved_at", "withdrawn_at", "due_at", null=True),
        *_columns(TIME, "created_at", "status_changed_at"),
        *_columns(sa.BigInteger(), "version"),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to(table, "asset_id", "asset"),
        _to(table, "provider", "party"),
        _check(table, "status", f"status IN {TEMPLATE_STATES}"),
        _check(table, "clock", "(status = 'drafted') = (due_at IS NOT NULL)"),
    )
    _indexes(table, "asset_id", "provider", "status")
    waits = sa.text("due_at IS NOT NULL")
    op.create_index(f"ix_{table}_due_at", table, ["due_at"], postgresql_where=waits)


def _runs(table: str) -> None:
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "order_id", "agreement_id", "asset_id", "revision_id", "provider", "buyer"),
        *_columns(sa.Text(), "question_sha256"),
        *_columns(sa.Text(), "offer_id", "template_id", "sql", "answer_sha256", "use_id", null=True),
        *_columns(sa.Text(), "review_reason", "reviewed_by", null=True),
        *_columns(JSON, "question"),
        *_columns(JSON, "answer", null=True),
        *_columns(sa.BigInteger(), "micro_epsilon", "pico_delta", "version"),
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
        _to(table, "offer_id", "computing_offer"),
        _to(table, "template_id", "computing_template"),
        _to(table, "use_id", "computing_use"),
        _check(table, "status", f"status IN {RUN_STATES}"),
        _check(table, "clock", f"({WAITING}) = (due_at IS NOT NULL)"),
        _check(table, "kind", "(offer_id IS NULL) <> (template_id IS NULL)"),
        _check(table, "released", "status <> 'released' OR use_id IS NOT NULL"),
    )
    _indexes(table, "order_id", "provider", "buyer", "status")
    op.create_index(f"ix_{table}_question", table, ["agreement_id", "question_sha256"])
    waits = sa.text("due_at IS NOT NULL")
    op.create_index(f"ix_{table}_due_at", table, ["due_at"], postgresql_where=waits)


def downgrade() -> None:
    for table in ("computing_run", "computing_template", "computing_budget", "computing_offer"):
        op.drop_table(table)
