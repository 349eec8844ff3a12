"""Title: grants, lineage, shares, remarks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_title"
down_revision = "0005_market"
branch_labels = None
depends_on = None

NOW = sa.DateTime(timezone=True)


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    _grants()
    _lineage()
    _shares()
    _remarks()


def _grants() -> None:
    op.create_table(
        "title_grant",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("grantor_id", sa.Text(), nullable=True),
        sa.Column("grantee_id", sa.Text(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=True),
        sa.Column("box", postgresql.JSONB(), nullable=False),
        sa.Column("box_sha256", sa.Text(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("status_changed_at", NOW, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_grant")),
        sa.CheckConstraint(
            "source IN ('registration', 'licence', 'transfer')", name=op.f("ck_title_grant_source")
        ),
        sa.CheckConstraint("(parent_id IS NULL) = (grantor_id IS NULL)", name=op.f("ck_title_grant_root")),
        sa.CheckConstraint(
            "parent_id IS NOT NULL OR certificate_id IS NOT NULL", name=op.f("ck_title_grant_certificate")
        ),
        sa.CheckConstraint("box_sha256 ~ '^sha256:[0-9a-f]{64}$'", name=op.f("ck_title_grant_box_sha256")),
        sa.CheckConstraint("status IN ('active', 'ended')", name=op.f("ck_title_grant_status")),
        _key("title_grant", "asset_id", "asset"),
        _key("title_grant", "parent_id", "title_grant"),
        _key("title_grant", "grantor_id", "party"),
        _key("title_grant", "grantee_id", "party"),
        _key("title_grant", "certificate_id", "certificate"),
    )
    for column in ("parent_id", "grantee_id", "certificate_id", "status"):
        op.create_index(op.f(f"ix_title_grant_{column}"), "title_grant", [column])
    op.create_index("ix_title_grant_asset_id_grantee_id", "title_grant", ["asset_id", "grantee_id"])
    op.create_index(
        "ix_title_grant_asset_id_alone",
        "title_grant",
        ["asset_id"],
        postgresql_where=sa.text("alone AND status = 'active'"),
    )


def _lineage() -> None:
    op.create_table(
        "asset_lineage",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("child_id", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Text(), nullable=False),
        sa.Column("created_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_lineage")),
        sa.UniqueConstraint(
            "child_id", "parent_id", "grant_id", name=op.f("uq_asset_lineage_child_id_parent_id_grant_id")
        ),
        sa.CheckConstraint("child_id <> parent_id", name=op.f("ck_asset_lineage_distinct")),
        _key("asset_lineage", "child_id", "asset"),
        _key("asset_lineage", "parent_id", "asset"),
        _key("asset_lineage", "grant_id", "title_grant"),
    )
    for column in ("parent_id", "grant_id"):
        op.create_index(op.f(f"ix_asset_lineage_{column}"), "asset_lineage", [column])
    op.execute(
        "CREATE TRIGGER asset_lineage_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON asset_lineage"
        " EXECUTE FUNCTION refuse_change()"
    )


def _shares() -> None:
    op.create_table(
        "title_share",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=False),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("ended_at", NOW, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_share")),
        sa.CheckConstraint("0 < numerator AND numerator < denominator", name=op.f("ck_title_share_fraction")),
        _key("title_share", "asset_id", "asset"),
        _key("title_share", "party_id", "party"),
    )
    op.create_index(
        "uq_title_share_asset_id_party_id_standing",
        "title_share",
        ["asset_id", "party_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _remarks() -> None:
    op.create_table(
        "title_remark",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("condition", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("priority", sa.BigInteger(), nullable=True),
        sa.Column("beneficiary_id", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("release_basis", sa.Text(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("status_changed_at", NOW, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_remark")),
        sa.CheckConstraint("priority >= 1", name=op.f("ck_title_remark_priority")),
        sa.CheckConstraint("status IN ('entered', 'released')", name=op.f("ck_title_remark_status")),
        _key("title_remark", "asset_id", "asset"),
        _key("title_remark", "beneficiary_id", "party"),
    )
    op.create_index(op.f("ix_title_remark_status"), "title_remark", ["status"])
    op.create_index("ix_title_remark_asset_id", "title_remark", ["asset_id"])
    op.create_index(
        "uq_title_remark_asset_id_kind_priority_standing",
        "title_remark",
        ["asset_id", "kind", "priority"],
        unique=True,
        postgresql_where=sa.text("status = 'entered'"),
    )


def downgrade() -> None:
    op.drop_table("title_remark")
    op.drop_table("title_share")
    op.drop_table("asset_lineage")
    op.drop_table("title_grant")
