"""Dated exchange rates, entered by one officer and confirmed by another; their figures never change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0054_exchange_rates"
down_revision = "0053_complaints"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
STATES = ("proposed", "confirmed", "refused", "lapsed")


def _check(name: str, that: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(that, name=op.f(f"ck_exchange_rate_{name}"))


def upgrade() -> None:
    op.create_table(
        "exchange_rate",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("rate", sa.Numeric(22, 10), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("corrects", sa.Text(), nullable=True),
        sa.Column("entered_by_key", sa.Text(), nullable=False),
        sa.Column("entered_by_line", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("decided_by_key", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("status", sa.Enum(*STATES, native_enum=False, length=40), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("entered_at", TIME, nullable=False),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _check("status", f"status IN {STATES}"),
        _check("pair", "base ~ '^[A-Z]{3}$' AND quote ~ '^[A-Z]{3}$' AND base <> quote"),
        _check("rate", "rate > 0"),
        _check("decided", "(status IN ('confirmed', 'refused')) = (decided_by_key IS NOT NULL)"),
        sa.ForeignKeyConstraint(["corrects"], ["exchange_rate.id"], name=op.f("fk_exchange_rate_corrects_exchange_rate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rate")),
    )
    op.create_index(op.f("ix_exchange_rate_status"), "exchange_rate", ["status"])
    op.create_index("ix_exchange_rate_pair", "exchange_rate", ["base", "quote", "dated"])
    op.create_index(
        "ix_exchange_rate_due_at", "exchange_rate", ["due_at"], postgresql_where=sa.text("status = 'proposed'")
    )
    op.execute(
        "CREATE TRIGGER exchange_rate_kept BEFORE DELETE OR TRUNCATE ON exchange_rate EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER exchange_rate_figures BEFORE UPDATE ON exchange_rate FOR EACH ROW WHEN"
        " (OLD.status <> 'proposed' OR (OLD.id, OLD.base, OLD.quote, OLD.rate, OLD.dated, OLD.source, OLD.corrects)"
        " IS DISTINCT FROM (NEW.id, NEW.base, NEW.quote, NEW.rate, NEW.dated, NEW.source, NEW.corrects))"
        " EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("exchange_rate")
