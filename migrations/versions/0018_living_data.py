"""Living data: revisions entered by their digest, the listings that follow them, and what reaches entitled buyers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018_living_data"
down_revision = "0017_time"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
FROZEN = ("certified_revision", "listing_revision", "delivery_update")
DIGEST = "content_sha256 ~ '^sha256:[0-9a-f]{64}$'"


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    _register()
    _market()
    for table in FROZEN:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION refuse_change()"
        )


def _register() -> None:
    op.add_column("asset_sketch", sa.Column("fields", JSON, nullable=True))
    table = "certified_revision"
    op.create_table(
        table,
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("base_revision_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("covers_from", sa.Date(), nullable=False),
        sa.Column("covers_until", sa.Date(), nullable=False),
        sa.Column("statement", JSON, nullable=False),
        sa.Column("policy", JSON, nullable=False),
        sa.Column("entered_at", TIME, nullable=False),
        sa.CheckConstraint(DIGEST, name=op.f("ck_certified_revision_content_sha256")),
        sa.CheckConstraint("covers_from <= covers_until", name=op.f("ck_certified_revision_period")),
        _to(table, "revision_id", "asset_revision"),
        _to(table, "certificate_id", "certificate"),
        _to(table, "asset_id", "asset"),
        _to(table, "base_revision_id", "asset_revision"),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_certified_revision")),
        sa.UniqueConstraint("base_revision_id", "number", name=op.f("uq_certified_revision_base_revision_id_number")),
    )
    for column in ("certificate_id", "asset_id", "content_sha256"):
        op.create_index(op.f(f"ix_certified_revision_{column}"), table, [column])


def _market() -> None:
    op.create_table(
        "listing_revision",
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("scorecard_id", sa.Text(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("released_at", TIME, nullable=False),
        _to("listing_revision", "listing_id", "listing"),
        _to("listing_revision", "revision_id", "asset_revision"),
        _to("listing_revision", "scorecard_id", "scorecard"),
        _to("listing_revision", "certificate_id", "certificate"),
        sa.PrimaryKeyConstraint("listing_id", "number", name=op.f("pk_listing_revision")),
    )
    op.create_table(
        "delivery_update",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("scorecard_id", sa.Text(), nullable=False),
        sa.Column("files", JSON, nullable=False),
        sa.Column("available_at", TIME, nullable=False),
        sa.CheckConstraint(DIGEST, name=op.f("ck_delivery_update_content_sha256")),
        _to("delivery_update", "delivery_id", "delivery"),
        _to("delivery_update", "order_id", "order"),
        _to("delivery_update", "revision_id", "asset_revision"),
        _to("delivery_update", "scorecard_id", "scorecard"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_update")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_delivery_update_order_id_number")),
    )
    op.add_column("delivery_file", sa.Column("update_id", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_delivery_file_update_id_delivery_update"), "delivery_file", "delivery_update", ["update_id"], ["id"]
    )
    op.drop_constraint(op.f("uq_delivery_file_delivery_id_name"), "delivery_file", type_="unique")
    op.create_unique_constraint(
        op.f("uq_delivery_file_delivery_id_update_id_name"),
        "delivery_file",
        ["delivery_id", "update_id", "name"],
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    op.drop_constraint(op.f("uq_delivery_file_delivery_id_update_id_name"), "delivery_file", type_="unique")
    op.execute("DELETE FROM download WHERE delivery_file_id IN (SELECT id FROM delivery_file WHERE update_id IS NOT NULL)")
    op.execute("DELETE FROM delivery_file WHERE update_id IS NOT NULL")
    op.create_unique_constraint(op.f("uq_delivery_file_delivery_id_name"), "delivery_file", ["delivery_id", "name"])
    op.drop_column("delivery_file", "update_id")
    for table in reversed(FROZEN):
        op.drop_table(table)
    op.drop_column("asset_sketch", "fields")
