"""Months are closed: a trigger refuses what would be booked into one, and corrections name what they put right."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0052_closing"
down_revision = "0051_books"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
LINE = postgresql.ARRAY(sa.Text())
CLOSING = ("due", "closed", "reopening", "reopened")
CORRECTION = ("proposed", "booked", "refused", "lapsed")

# Whoever books shares the lock until its unit ends, and whoever closes waits for them all.
_REFUSE = """
CREATE FUNCTION refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    earliest date;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('ledger-months', 0));
    IF TG_TABLE_NAME = 'ledger_entry' THEN
        SELECT min(booked_on) INTO earliest FROM fresh;
    ELSE
        SELECT min(e.booked_on) INTO earliest FROM fresh JOIN ledger_entry e ON e.id = fresh.entry_id;
    END IF;
    IF EXISTS (
        SELECT FROM month_closing
        WHERE status IN ('closed', 'reopening') AND month >= date_trunc('month', earliest)::date
    ) THEN
        RAISE EXCEPTION 'the month of % is closed', earliest
            USING ERRCODE = 'check_violation', CONSTRAINT = 'month_closed';
    END IF;
    RETURN NULL;
END
$$
"""


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _status(table: str, states: tuple[str, ...]) -> list[sa.Column[str] | sa.CheckConstraint]:
    return [
        sa.Column("status", sa.Enum(*states, native_enum=False, length=40), nullable=False),
        sa.CheckConstraint(f"status IN {states}", name=op.f(f"ck_{table}_status")),
    ]


def _stateful() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
    ]


def upgrade() -> None:
    _closings()
    _corrections()
    op.execute(_REFUSE)
    for table in ("ledger_entry", "posting"):
        op.execute(
            f"CREATE TRIGGER {table}_in_open_month AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_month()"
        )
    op.execute(
        "CREATE TRIGGER month_closing_kept BEFORE DELETE OR TRUNCATE ON month_closing EXECUTE FUNCTION refuse_change()"
    )


def _closings() -> None:
    op.create_table(
        "month_closing",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("previous_id", sa.Text(), nullable=True),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("entry_count", sa.BigInteger(), nullable=True),
        sa.Column("last_entry_id", sa.Text(), nullable=True),
        sa.Column("balances_sha256", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=True),
        sa.Column("asked_by_line", LINE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        *_status("month_closing", CLOSING),
        sa.Column("due_at", TIME, nullable=True),
        *_stateful(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_closing")),
        sa.UniqueConstraint("month", "n", name=op.f("uq_month_closing_month_n")),
        _to("month_closing", "previous_id", "month_closing"),
        _to("month_closing", "last_entry_id", "ledger_entry"),
        sa.CheckConstraint("month = date_trunc('month', month)::date", name=op.f("ck_month_closing_month")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (balances_sha256 IS NULL)", name=op.f("ck_month_closing_closed")
        ),
    )
    op.create_index(
        "uq_month_closing_standing", "month_closing", ["month"], unique=True,
        postgresql_where=sa.text("status <> 'reopened'"),
    )  # fmt: skip
    op.create_index(
        "ix_month_closing_due_at", "month_closing", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.create_index(op.f("ix_month_closing_status"), "month_closing", ["status"])


def _corrections() -> None:
    op.create_table(
        "ledger_correction",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("legs", JSON, nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_by_line", LINE, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("booked_entry_id", sa.Text(), nullable=True),
        *_status("ledger_correction", CORRECTION),
        sa.Column("due_at", TIME, nullable=True),
        *_stateful(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_correction")),
        _to("ledger_correction", "entry_id", "ledger_entry"),
        _to("ledger_correction", "booked_entry_id", "ledger_entry"),
    )
    op.create_index(
        "uq_ledger_correction_entry", "ledger_correction", ["entry_id"], unique=True,
        postgresql_where=sa.text("status IN ('proposed', 'booked')"),
    )  # fmt: skip
    op.create_index(
        "ix_ledger_correction_due_at", "ledger_correction", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.create_index(op.f("ix_ledger_correction_status"), "ledger_correction", ["status"])


def downgrade() -> None:
    for table in ("ledger_entry", "posting"):
        op.execute(f"DROP TRIGGER {table}_in_open_month ON {table}")
    op.execute("DROP FUNCTION refuse_closed_month()")
    op.drop_table("ledger_correction")
    op.drop_table("month_closing")
