"""Title and trade: what listing, ordering and signing need of the chain of title, and the gates' stored answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.parts import market_orders, title_trade

revision = "0011_title_trade"
down_revision = "0010_classification"
branch_labels = None
depends_on = None

FACTS = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    _title()
    _gates()
    _trade()
    title_trade.upgrade(op)


def _title() -> None:
    op.add_column("title_grant", sa.Column("replaces_id", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_title_grant_replaces_id_title_grant"), "title_grant", "title_grant", ["replaces_id"], ["id"]
    )
    op.create_index(op.f("ix_title_grant_replaces_id"), "title_grant", ["replaces_id"])
    op.add_column("asset_lineage", sa.Column("basis", sa.Text(), nullable=True))
    op.alter_column("asset_lineage", "grant_id", nullable=True)
    op.create_check_constraint(
        op.f("ck_asset_lineage_basis"), "asset_lineage", "grant_id IS NOT NULL OR basis IS NOT NULL"
    )
    op.create_index(
        "uq_asset_lineage_child_id_parent_id_ungranted",
        "asset_lineage",
        ["child_id", "parent_id"],
        unique=True,
        postgresql_where=sa.text("grant_id IS NULL"),
    )
    op.add_column("title_remark", sa.Column("blocks", postgresql.ARRAY(sa.Text()), nullable=True))
    op.execute(
        "UPDATE title_remark SET blocks = CASE kind"
        " WHEN 'pledge' THEN ARRAY['grant', 'transfer']"
        " WHEN 'seizure' THEN ARRAY['grant', 'transfer', 'secure']"
        " WHEN 'agreed-condition' THEN ARRAY['exercise', 'grant']"
        " ELSE ARRAY['exercise', 'grant', 'transfer', 'secure'] END"
    )
    op.alter_column("title_remark", "blocks", nullable=False)


    op.add_column("registration", sa.Column("consents", postgresql.ARRAY(sa.Text()), nullable=True))


def _gates() -> None:
    op.create_table(
        "gate_sheet",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("answers", FACTS, nullable=False),
        sa.Column("policy", FACTS, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("act IN ('listing', 'order', 'contract', 'transfer')", name=op.f("ck_gate_sheet_act")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_gate_sheet_asset_id_asset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_sheet")),
    )
    for column in ("subject", "asset_id"):
        op.create_index(op.f(f"ix_gate_sheet_{column}"), "gate_sheet", [column])
    op.execute(
        "CREATE TRIGGER gate_sheet_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gate_sheet"
        " EXECUTE FUNCTION refuse_change()"
    )


def _trade() -> None:
    op.add_column("listing", sa.Column("held_by", sa.Text(), nullable=True))
    op.add_column("agreement", sa.Column("offer", FACTS, nullable=True))
    op.add_column("agreement", sa.Column("grant_id", sa.Text(), nullable=True))
    op.add_column("agreement", sa.Column("licence_ends_on", sa.Date(), nullable=True))
    op.create_foreign_key(
        op.f("fk_agreement_grant_id_title_grant"), "agreement", "title_grant", ["grant_id"], ["id"]
    )
    op.create_index(op.f("ix_agreement_asset_id"), "agreement", ["asset_id"])


def downgrade() -> None:
    title_trade.downgrade(op)
    op.execute(market_orders.PLACE_ORDER)
    op.drop_index(op.f("ix_agreement_asset_id"), "agreement")
    for column in ("licence_ends_on", "grant_id", "offer"):
        op.drop_column("agreement", column)
    op.drop_column("listing", "held_by")
    op.drop_table("gate_sheet")
    op.drop_column("registration", "consents")
    op.drop_column("title_remark", "blocks")
    op.drop_index("uq_asset_lineage_child_id_parent_id_ungranted", "asset_lineage")
    op.drop_column("asset_lineage", "basis")
    op.alter_column("asset_lineage", "grant_id", nullable=False)
    op.drop_column("title_grant", "replaces_id")
