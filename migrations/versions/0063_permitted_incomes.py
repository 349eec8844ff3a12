"""What authorised public data may earn, and the checks of its years."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0063_permitted_incomes"
down_revision = "0062_auction_records"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
STATES = ("open", "overdue", "answered", "closed")


def _columns(kind: sa.types.TypeEngine[object], *names: str, null: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=null) for name in names]


def _to_party(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f(f"fk_{table}_party_id_party"))


def upgrade() -> None:
    table = "permitted_income"
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "party_id", "decision", "currency", "recorded_by"),
        *_columns(postgresql.ARRAY(sa.Text()), "asset_ids"),
        *_columns(JSON, "inputs", "rule_set"),
        *_columns(sa.BigInteger(), "allowed_minor", "cycle_years", "checked_years"),
        *_columns(sa.BigInteger(), "cycle_excess_minor", null=True),
        *_columns(sa.Date(), "begins_on", "ends_on"),
        *_columns(TIME, "next_check_at", null=True),
        *_columns(TIME, "created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to_party(table),
        sa.CheckConstraint("allowed_minor > 0", name=op.f(f"ck_{table}_allowed_minor")),
        sa.CheckConstraint("cycle_years BETWEEN 1 AND 3", name=op.f(f"ck_{table}_cycle_years")),
        sa.CheckConstraint("(next_check_at IS NULL) = (checked_years = cycle_years)", name=op.f(f"ck_{table}_clock")),
        sa.CheckConstraint(
            "(cycle_excess_minor IS NULL) = (checked_years < cycle_years)", name=op.f(f"ck_{table}_cycle_excess_minor")
        ),
    )
    op.create_index(op.f(f"ix_{table}_party_id"), table, ["party_id"])
    op.create_index(f"ix_{table}_asset_ids", table, ["asset_ids"], postgresql_using="gin")
    waits = sa.text("next_check_at IS NOT NULL")
    op.create_index(f"ix_{table}_next_check_at", table, ["next_check_at"], postgresql_where=waits)
    _checks("income_check")


def _checks(table: str) -> None:
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "permitted_income_id", "party_id", "currency", "adjusts"),
        *_columns(sa.Text(), "gap", "answer", "decision_reason", "decided_by", null=True),
        *_columns(sa.BigInteger(), "year", "actual_minor", "allowed_minor", "excess_minor", "version"),
        *_columns(sa.Date(), "since", "until"),
        *_columns(TIME, "due_at", null=True),
        *_columns(TIME, "status_changed_at", "created_at"),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to_party(table),
        sa.ForeignKeyConstraint(
            ["permitted_income_id"],
            ["permitted_income.id"],
            name=op.f(f"fk_{table}_permitted_income_id_permitted_income"),
        ),
        sa.UniqueConstraint("permitted_income_id", "year", name=op.f(f"uq_{table}_permitted_income_id_year")),
        sa.CheckConstraint(f"status IN {STATES}", name=op.f(f"ck_{table}_status")),
        sa.CheckConstraint(
            "adjusts IN ('nothing', 'prices', 'caps', 'next-cycle')", name=op.f(f"ck_{table}_adjusts")
        ),
        sa.CheckConstraint("(status = 'closed') = (due_at IS NULL)", name=op.f(f"ck_{table}_clock")),
    )
    for column in ("party_id", "status"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    waits = sa.text("due_at IS NOT NULL")
    op.create_index(f"ix_{table}_due_at", table, ["due_at"], postgresql_where=waits)


def downgrade() -> None:
    op.drop_table("income_check")
    op.drop_table("permitted_income")
