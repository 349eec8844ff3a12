"""Searches that a party keeps and what fitted them; and by what the lists of one's own things are read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

revision = "0104_saved_searches"
down_revision = "0103_facets"
branch_labels = None
depends_on = None

FACETS = ("theme", "sector", "grade", "price_kind", "delivery", "tested", "freshness", "territory", "provider")
OWN = (("scorecard", "provider"), ("scorecard", "scored_by"), ("appraisal", "provider"), ("appraisal", "client"))


def upgrade() -> None:
    op.create_table(
        "saved_search",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "party_id", "name", "words")),
        sa.Column("every", TSQUERY, nullable=True),
        *(sa.Column(name, ARRAY(sa.Text()), nullable=True) for name in FACETS),
        sa.Column("most_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("score_min", sa.Numeric(), nullable=True),
        sa.Column("notify", sa.Text(), nullable=False),
        sa.Column("tell_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("notify IN ('instant', 'daily')", name="ck_saved_search_notify"),
        sa.CheckConstraint("(notify = 'daily') = (tell_at IS NOT NULL)", name="ck_saved_search_clock"),
        sa.CheckConstraint("(most_minor IS NULL) = (currency IS NULL)", name="ck_saved_search_price"),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="fk_saved_search_party_id_party"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_search"),
    )
    op.create_index("ix_saved_search_party_id", "saved_search", ["party_id"])
    waits = sa.text("tell_at IS NOT NULL")
    op.create_index("ix_saved_search_tell_at", "saved_search", ["tell_at"], postgresql_where=waits)
    op.create_table(
        "saved_search_hit",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("search_id", "listing_id", "reason")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.CheckConstraint("reason IN ('listed', 'price', 'grade')", name="ck_saved_search_hit_reason"),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["saved_search.id"],
            name="fk_saved_search_hit_search_id_saved_search",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name="fk_saved_search_hit_listing_id_listing"),
        sa.PrimaryKeyConstraint("search_id", "listing_id", "reason", name="pk_saved_search_hit"),
    )
    untold = sa.text("NOT told")
    op.create_index("ix_saved_search_hit_untold", "saved_search_hit", ["search_id"], postgresql_where=untold)
    op.create_index("ix_saved_search_hit_at", "saved_search_hit", ["at"])
    for table, column in OWN:
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_agreement_readers", "agreement", ["readers"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_index("ix_agreement_readers", "agreement")
    for table, column in OWN:
        op.drop_index(f"ix_{table}_{column}", table)
    op.drop_table("saved_search_hit")
    op.drop_table("saved_search")
