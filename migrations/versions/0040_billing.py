"""Bills with their lines and numbers, and revenue that was declared."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040_billing"
down_revision = "0039_metering"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
STATES = ("issued", "overdue", "paid", "written_off")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    _bill()
    _line()
    op.create_table(
        "bill_series",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_bill_series")),
    )
    table = "revenue_declaration"
    op.create_table(
        table,
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("component", sa.Text(), nullable=False),
        sa.Column("period_start", TIME, nullable=False),
        sa.Column("declared", sa.Text(), nullable=True),
        sa.Column("declared_at", TIME, nullable=True),
        sa.Column("audited", sa.Text(), nullable=True),
        sa.Column("audited_at", TIME, nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        _to(table, "subscription_id", "subscription"),
        sa.PrimaryKeyConstraint("subscription_id", "component", "period_start", name=op.f(f"pk_{table}")),
    )


def _bill() -> None:
    table = "bill"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("plan_number", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("usage", JSON, nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATES, name="status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("issued_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("steps", sa.BigInteger(), nullable=False),
        sa.Column("next_step_at", TIME, nullable=True),
        sa.Column("collect", sa.Boolean(), nullable=False),
        sa.Column("paid_at", TIME, nullable=True),
        sa.Column("document_id", sa.Text(), nullable=True),
        sa.Column("settlement", JSON, nullable=True),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("total_minor >= 0", name=op.f("ck_bill_total_minor")),
        sa.CheckConstraint("paid_minor >= 0 AND paid_minor <= total_minor", name=op.f("ck_bill_paid_minor")),
        sa.CheckConstraint("kind IN ('period', 'change', 'instalment')", name=op.f("ck_bill_kind")),
        _to(table, "subscription_id", "subscription"),
        _to(table, "document_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill")),
        sa.UniqueConstraint("subscription_id", "n", name=op.f("uq_bill_subscription_id_n")),
        sa.UniqueConstraint("number", name=op.f("uq_bill_number")),
    )
    op.create_index("ix_bill_buyer_id", table, ["buyer", "id"])
    op.create_index("ix_bill_provider_id", table, ["provider", "id"])
    op.create_index(op.f("ix_bill_status"), table, ["status"])
    op.create_index(
        "ix_bill_next_step_at", table, ["next_step_at"], postgresql_where=sa.text("next_step_at IS NOT NULL")
    )
    op.create_index("ix_bill_collect", table, ["id"], postgresql_where=sa.text("collect"))


def _line() -> None:
    table = "bill_line"
    op.create_table(
        table,
        sa.Column("bill_id", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("component", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period_start", TIME, nullable=False),
        sa.Column("period_end", TIME, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        _to(table, "bill_id", "bill"),
        sa.PrimaryKeyConstraint("bill_id", "n", name=op.f("pk_bill_line")),
        sa.UniqueConstraint(
            "subscription_id",
            "component",
            "kind",
            "period_start",
            "revision",
            name="uq_bill_line_once",
        ),
    )
    op.execute(
        "CREATE TRIGGER bill_line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON bill_line"
        " EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    for table in ("revenue_declaration", "bill_series", "bill_line", "bill"):
        op.drop_table(table)
