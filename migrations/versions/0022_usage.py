"""Meters of agreements, and every access that the gate permitted."""

import sqlalchemy as sa
from alembic import op

revision = "0022_usage"
down_revision = "0021_measures"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "usage_meter",
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("first_access_at", TIME, nullable=True),
        sa.CheckConstraint("calls >= 0", name=op.f("ck_usage_meter_calls")),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_usage_meter_rows")),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_usage_meter_seconds")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_usage_meter_agreement_id_agreement")),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_usage_meter")),
    )
    op.create_table(
        "usage_release",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("environment", sa.Text(), nullable=True),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_usage_release_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_usage_release_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_release")),
    )
    op.create_index(op.f("ix_usage_release_agreement_id"), "usage_release", ["agreement_id"])
    op.execute(
        "CREATE TRIGGER usage_release_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON usage_release"
        " EXECUTE FUNCTION refuse_change()"
    )


    op.add_column("computing_use", sa.Column("rows", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("computing_use", "rows")
    op.drop_table("usage_release")
    op.drop_table("usage_meter")
