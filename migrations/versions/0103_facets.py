"""How many products have each value is kept as sets of places, and what changes is noted by the tables themselves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

revision = "0103_facets"
down_revision = "0101_sign_in"
branch_labels = None
depends_on = None

ON_LISTING = """
CREATE FUNCTION note_listing_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO facet_change (listing_id) VALUES (NEW.id);
    RETURN NULL;
END $$
"""
ON_PARTY = """
CREATE FUNCTION note_party_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO facet_change (listing_id) SELECT id FROM listing WHERE provider = NEW.id;
    RETURN NULL;
END $$
"""
ON_ASSET = """
CREATE FUNCTION note_asset_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed text := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
    INSERT INTO facet_change (listing_id) SELECT id FROM listing WHERE asset_id = changed;
    RETURN NULL;
END $$
"""
ON_TEXT = """
CREATE FUNCTION keep_listing_find() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    least bigint := CASE NEW.price_kind WHEN 'free' THEN 0 ELSE COALESCE(NEW.price_minor, NEW.from_minor) END;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO listing_find (place, search, amount, currency)
        VALUES (NEW.place, NEW.search, least, NEW.currency);
    ELSIF NEW.search IS DISTINCT FROM OLD.search THEN
        UPDATE listing_find SET search = NEW.search, amount = least, currency = NEW.currency WHERE place = NEW.place;
    ELSE
        UPDATE listing_find SET amount = least, currency = NEW.currency WHERE place = NEW.place;
    END IF;
    RETURN NULL;
END $$
"""
PRICE = """COALESCE(CASE price_kind WHEN 'free' THEN 0 ELSE
    CASE WHEN currency = 'CNY' THEN COALESCE(price_minor, from_minor) END END, 4611686018427387904)"""
LISTED = (
    "status, certificate_id, look_again_on, lapses_rule, quality_grade, price_kind, price_minor, from_minor, currency,"
    " delivery, freshness_at, revision_id, licence, theme"
)
TRIGGERS = (
    (
        "listing_is_found",
        "listing",
        "INSERT OR UPDATE OF search, price_kind, price_minor, from_minor, currency",
        "",
        "keep_listing_find()",
    ),
    ("listing_appears", "listing", "INSERT", "WHEN (NEW.status = 'listed')", "note_listing_change()"),
    (
        "listing_changes",
        "listing",
        f"UPDATE OF {LISTED}",
        "WHEN (OLD.status = 'listed' OR NEW.status = 'listed')",
        "note_listing_change()",
    ),
    ("party_changes_listings", "party", "UPDATE OF status, admitted_until", "", "note_party_change()"),
    ("asset_changes_listings", "asset", "UPDATE OF industry", "", "note_asset_change('id')"),
    (
        "certificate_changes_listings",
        "certificate",
        "INSERT OR UPDATE OF status, valid_from, valid_until",
        "",
        "note_asset_change('asset_id')",
    ),
    (
        "test_changes_listings",
        "third_party_test",
        "INSERT OR UPDATE OF status, valid_until, content",
        "",
        "note_asset_change('asset_id')",
    ),
)


def upgrade() -> None:
    op.add_column("listing", sa.Column("place", sa.Integer(), sa.Identity(always=True), nullable=False))
    op.create_unique_constraint("uq_listing_place", "listing", ["place"])
    op.create_index("ix_third_party_test_revision_id", "third_party_test", ["revision_id"])
    score = sa.text("CAST(-100 * COALESCE(quality_score, -1) AS bigint)")
    listed = sa.text("status = 'listed'")
    op.create_index("ix_listing_score", "listing", [score, sa.text("id DESC")], postgresql_where=listed)
    op.create_index("ix_listing_price", "listing", [sa.text(PRICE), sa.text("id DESC")], postgresql_where=listed)
    _tables()
    for function in (ON_TEXT, ON_LISTING, ON_PARTY, ON_ASSET):
        op.execute(function)
    for name, table, event, when, function in TRIGGERS:
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION {function}")
    op.execute(
        "INSERT INTO listing_find (place, search, amount, currency) SELECT place, search,"
        " CASE price_kind WHEN 'free' THEN 0 ELSE COALESCE(price_minor, from_minor) END, currency FROM listing"
    )
    op.execute("INSERT INTO facet_change (listing_id) SELECT id FROM listing WHERE status = 'listed'")


def _tables() -> None:
    op.create_table(
        "listing_find",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("search", TSVECTOR, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("filler", sa.Text(), server_default=sa.text("repeat(' ', 2000)"), nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_listing_find"),
    )
    # The text lies in pages of its own, so that the places of many hits are read from few. PostgreSQL looks at a row
    # that way only when it is longer than two kilobytes: the filler makes each so long, and is packed to a few bytes.
    op.execute("ALTER TABLE listing_find SET (toast_tuple_target = 128)")
    op.execute("ALTER TABLE listing_find ALTER COLUMN search SET STORAGE EXTERNAL")
    op.create_index("ix_listing_find_search", "listing_find", ["search"], postgresql_using="gin")
    op.create_index("ix_listing_find_amount", "listing_find", ["amount"])
    op.create_table(
        "facet_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_facet_change"),
    )
    op.create_table(
        "facet_place",
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("values", JSONB(), nullable=False),
        sa.Column("price", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name="fk_facet_place_listing_id_listing"),
        sa.PrimaryKeyConstraint("listing_id", name="pk_facet_place"),
    )
    waits = sa.text("next_at IS NOT NULL")
    op.create_index("ix_facet_place_next_at", "facet_place", ["next_at"], postgresql_where=waits)
    op.create_table(
        "facet_set",
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("facet", "value", "chunk", name="pk_facet_set"),
    )
    op.create_index("ix_facet_set_version", "facet_set", ["version"])
    op.execute("ALTER TABLE facet_set ALTER COLUMN places SET STORAGE EXTERNAL")
    op.create_table(
        "facet_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_facet_count_single"),
        sa.PrimaryKeyConstraint("id", name="pk_facet_count"),
    )


def downgrade() -> None:
    for name, table, *_ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for function in ("keep_listing_find", "note_listing_change", "note_party_change", "note_asset_change"):
        op.execute(f"DROP FUNCTION {function}()")
    for table in ("listing_find", "facet_count", "facet_set", "facet_place", "facet_change"):
        op.drop_table(table)
    op.drop_index("ix_listing_price", "listing")
    op.drop_index("ix_listing_score", "listing")
    op.drop_index("ix_third_party_test_revision_id", "third_party_test")
    op.drop_constraint("uq_listing_place", "listing")
    op.drop_column("listing", "place")
