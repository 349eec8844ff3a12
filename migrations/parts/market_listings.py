"""The table of listings."""

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR


def upgrade(op: Operations) -> None:
    """Create the table."""
    op.create_table(
        "listing",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=True),
        sa.Column("scorecard_id", sa.Text(), nullable=True),
        sa.Column("appraisal_id", sa.Text(), nullable=True),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("summary_zh", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("keywords", ARRAY(sa.Text()), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("licence", JSONB(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("row_count", sa.BigInteger(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("freshness_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quality_score", sa.Numeric(), nullable=True),
        sa.Column("quality_grade", sa.Text(), nullable=True),
        sa.Column("sample_rows", JSONB(), nullable=False),
        sa.Column("gates", JSONB(), nullable=True),
        sa.Column("search", TSVECTOR(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_listing"),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_listing_price_minor")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_listing_currency")),
        sa.CheckConstraint("(price_minor IS NULL) = (currency IS NULL)", name=op.f("ck_listing_price")),
        sa.CheckConstraint("quality_score BETWEEN 0 AND 100", name=op.f("ck_listing_quality_score")),
        sa.ForeignKeyConstraint(["provider"], ["party.id"], name="fk_listing_provider_party"),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name="fk_listing_asset_id_asset"),
        sa.ForeignKeyConstraint(["revision_id"], ["asset_revision.id"], name="fk_listing_revision_id_asset_revision"),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name="fk_listing_certificate_id_certificate"),
        sa.ForeignKeyConstraint(["scorecard_id"], ["scorecard.id"], name="fk_listing_scorecard_id_scorecard"),
        sa.ForeignKeyConstraint(["appraisal_id"], ["appraisal.id"], name="fk_listing_appraisal_id_appraisal"),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'listed', 'rejected', 'suspended', 'delisted')",
            name=op.f("ck_listing_status"),
        ),
    )
    # Ranking reads the search text of every candidate; inside the row it needs no second look-up and no unpacking.
    op.execute("ALTER TABLE listing SET (toast_tuple_target = 8160)")
    for column in ("provider", "asset_id", "status"):
        op.create_index(f"ix_listing_{column}", "listing", [column])
    op.create_index(
        "ix_listing_search",
        "listing",
        ["search"],
        postgresql_using="gin",
        postgresql_where=sa.text("status = 'listed'"),
    )


def downgrade(op: Operations) -> None:
    """Drop it."""
    op.drop_table("listing")
