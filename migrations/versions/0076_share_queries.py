"""Queries of shares that were metered."""

import sqlalchemy as sa
from alembic import op

revision = "0076_share_queries"
down_revision = "0075_publishing"
branch_labels = None
depends_on = None

TABLE = "share_query"


def upgrade() -> None:
    columns = ("event", "agreement_id", "table_id", "release_id")
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Text(), nullable=False) for name in columns),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("version", "rows")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f(f"pk_{TABLE}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{TABLE}_{column}_{to}"))
            for column, to in (
                ("agreement_id", "agreement"),
                ("table_id", "published_table"),
                ("release_id", "usage_release"),
            )
        ),
    )
    op.create_index(op.f(f"ix_{TABLE}_agreement_id"), TABLE, ["agreement_id"])
    op.execute(
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE}"
        " EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table(TABLE)
