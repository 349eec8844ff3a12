"""Filing: what a registration states beyond the spine's form, its check for duplicates, and who witnesses the log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012_filing"
down_revision = "0011_title_trade"
branch_labels = None
depends_on = None

FACTS = postgresql.JSONB(astext_type=sa.Text())
NOW = sa.DateTime(timezone=True)
COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine], ...] = (
    ("asset", "region_level", sa.Text()),
    ("asset", "structure", sa.Text()),
    ("asset", "records", sa.BigInteger()),
    ("asset", "public_basis", sa.Text()),
    ("registration", "applicant", FACTS),
    ("registration", "scope", FACTS),
    ("registration", "screening", FACTS),
    ("certificate", "scope", FACTS),
    ("objection", "earlier_asset_id", sa.Text()),
    ("objection", "finding", FACTS),
    ("objection_evidence", "side", sa.Text()),
)
"""Nullable, because rows from before do not say."""


def upgrade() -> None:
    for table, name, kind in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_check_constraint(
        op.f("ck_asset_region_level"),
        "asset",
        "region_level IN ('international', 'national', 'province', 'city', 'county', 'below')",
    )
    op.create_check_constraint(
        op.f("ck_asset_structure"), "asset", "structure IN ('structured', 'semi-structured', 'unstructured')"
    )
    op.create_check_constraint(op.f("ck_asset_records"), "asset", "records > 0")
    op.create_foreign_key(
        op.f("fk_objection_earlier_asset_id_asset"), "objection", "asset", ["earlier_asset_id"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_objection_evidence_side"), "objection_evidence", "side IN ('objector', 'respondent')"
    )
    op.create_index("ix_registration_revision_id", "registration", ["revision_id"])
    op.create_index("ix_certificate_revision_id", "certificate", ["revision_id"])
    op.create_table(
        "log_witness",
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("told_at", NOW, nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("witness", name=op.f("pk_log_witness")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_log_witness_size")),
    )


def downgrade() -> None:
    op.drop_table("log_witness")
    op.drop_index("ix_certificate_revision_id", "certificate")
    op.drop_index("ix_registration_revision_id", "registration")
    op.drop_constraint(op.f("ck_objection_evidence_side"), "objection_evidence", type_="check")
    op.drop_constraint(op.f("fk_objection_earlier_asset_id_asset"), "objection", type_="foreignkey")
    for name in ("records", "structure", "region_level"):
        op.drop_constraint(op.f(f"ck_asset_{name}"), "asset", type_="check")
    for table, name, _ in reversed(COLUMNS):
        op.drop_column(table, name)
