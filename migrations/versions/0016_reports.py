"""Accounting decisions and notes of data resources."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016_reports"
down_revision = "0015_portfolios"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
FROZEN = ("accounting_decision", "accounting_note")
CLASSES = "'intangible', 'inventory', 'development', 'expense', 'unrecognised'"


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    op.create_table(
        "accounting_decision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("classification", sa.Text(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint(f"classification IN ({CLASSES})", name=op.f("ck_accounting_decision_classification")),
        _to("accounting_decision", "asset_id", "asset"),
        _to("accounting_decision", "revision_id", "asset_revision"),
        _to("accounting_decision", "party", "party"),
        _to("accounting_decision", "document_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounting_decision")),
    )
    op.create_index(op.f("ix_accounting_decision_asset_id"), "accounting_decision", ["asset_id"])
    op.create_index(op.f("ix_accounting_decision_party"), "accounting_decision", ["party"])
    op.create_table(
        "accounting_note",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_until", sa.Date(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_accounting_note_currency")),
        sa.CheckConstraint("period_from <= period_until", name=op.f("ck_accounting_note_period")),
        _to("accounting_note", "party", "party"),
        _to("accounting_note", "document_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounting_note")),
    )
    op.create_index(op.f("ix_accounting_note_party"), "accounting_note", ["party"])
    for table in FROZEN:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in reversed(FROZEN):
        op.drop_table(table)
