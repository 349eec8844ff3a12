"""Joint computing: agreements that two providers consent to, and their runs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0097_joint"
down_revision = "0096_traces"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
AGREEMENT_STATES = ("proposed", "consented_by_one", "in_force", "refused", "withdrawn", "lapsed", "ended", "expired")
OPEN = "status IN ('proposed', 'consented_by_one', 'in_force')"
RUN_STATES = (
    *("queued", "running", "in_review", "reviewed_by_one"),
    *("released", "refused", "lapsed", "failed", "stopped", "cancelled"),
)
WAITING = "status IN ('queued', 'running', 'in_review', 'reviewed_by_one')"


def _columns(kind: sa.types.TypeEngine[object], *names: str, null: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=null) for name in names]


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _check(table: str, name: str, that: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(that, name=op.f(f"ck_{table}_{name}"))


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(f"ix_{table}_due_at", table, ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))


def _state() -> list[sa.Column[object]]:
    return [
        sa.Column("status", sa.String(length=40), nullable=False),
        *_columns(TIME, "created_at", "status_changed_at"),
        *_columns(sa.BigInteger(), "version"),
        *_columns(TIME, "due_at", null=True),
    ]


def _of_sides(*names: str) -> list[str]:
    return [f"{side}_{name}" for side in ("a", "b") for name in names]


def upgrade() -> None:
    table = "joint_agreement"
    others = {"order_id": "order", "agreement_id": "agreement", "asset_id": "asset", "provider": "party"}
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "buyer", "sha256", *_of_sides(*others)),
        *_columns(sa.Text(), "reason", null=True),
        *_columns(JSON, "content"),
        *_columns(TIME, "in_force_at", "ended_at", *_of_sides("consented_at"), null=True),
        *_state(),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to(table, "buyer", "party"),
        *(_to(table, f"{side}_{name}", other) for side in ("a", "b") for name, other in others.items()),
        _check(table, "status", f"status IN {AGREEMENT_STATES}"),
        _check(table, "clock", f"({OPEN}) = (due_at IS NOT NULL)"),
        _check(table, "sides", "a_provider <> b_provider"),
        _check(
            table, "consents", "status <> 'in_force' OR (a_consented_at IS NOT NULL AND b_consented_at IS NOT NULL)"
        ),
    )
    _indexes(table, "buyer", "status", *_of_sides("asset_id", "provider"))
    _runs("joint_run")


def _runs(table: str) -> None:
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "joint_agreement_id", "buyer", "question_sha256"),
        *_columns(sa.Text(), *_of_sides("provider", "revision_id")),
        *_columns(sa.Text(), "sql", "template", "answer_sha256", null=True),
        *_columns(sa.Text(), *_of_sides("use_id", "review_reason", "reviewed_by"), null=True),
        *_columns(JSON, "question"),
        *_columns(JSON, "answer", null=True),
        *_columns(sa.BigInteger(), "micro_epsilon", "pico_delta"),
        *_columns(TIME, "started_at", "ended_at", null=True),
        *_state(),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to(table, "joint_agreement_id", "joint_agreement"),
        _to(table, "buyer", "party"),
        *(_to(table, f"{side}_provider", "party") for side in ("a", "b")),
        *(_to(table, f"{side}_revision_id", "asset_revision") for side in ("a", "b")),
        *(_to(table, f"{side}_use_id", "computing_use") for side in ("a", "b")),
        _check(table, "status", f"status IN {RUN_STATES}"),
        _check(table, "clock", f"({WAITING}) = (due_at IS NOT NULL)"),
        _check(table, "kind", "(sql IS NULL) <> (template IS NULL)"),
        _check(table, "released", "status <> 'released' OR (a_use_id IS NOT NULL AND b_use_id IS NOT NULL)"),
    )
    _indexes(table, "buyer", "status", *_of_sides("provider"))
    op.create_index(f"ix_{table}_question", table, ["joint_agreement_id", "question_sha256"])


def downgrade() -> None:
    for table in ("joint_run", "joint_agreement"):
        op.drop_table(table)
