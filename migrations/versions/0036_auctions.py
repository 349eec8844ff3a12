"""Auctions, their bidders with deposits, bids, sealed bids, and marks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0036_auctions"
down_revision = "0035_quotation"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def _status(*states: str) -> sa.Column[str]:
    kind = sa.Enum(*states, name="status", native_enum=False, create_constraint=True, length=40)
    return sa.Column("status", kind, nullable=False)


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _number(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def _time(*names: str, nullable: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, TIME, nullable=nullable) for name in names]


def upgrade() -> None:
    _auction()
    _bidder()
    _bid()
    _commitment()
    _mark()


def _auction() -> None:
    op.create_table(
        "auction",
        *_text("id", "provider", "listing_id", "title_zh", "title_en", "format", "terms_digest", "currency"),
        sa.Column("terms", JSONB(), nullable=False),
        *_number("start_minor", "deposit_minor", "extensions", "last_seq"),
        sa.Column("steps", JSONB(), nullable=False),
        sa.Column("reserve", JSONB(), nullable=False),
        *_text("reserve_digest"),
        sa.Column("runner_up", sa.Boolean(), nullable=False),
        *_time("displays_at", "opens_at", "closes_at", "created_at"),
        *_time("reveals_until", "confirm_due_at", "due_at", nullable=True),
        *_number("current_minor", nullable=True),
        sa.Column("outcome", JSONB(), nullable=True),
        sa.Column("signatures", JSONB(), nullable=False),
        *_text(
            "current_bidder",
            "order_id",
            "end_reason",
            "confirmation_document_id",
            "minutes_document_id",
            nullable=True,
        ),
        _status(
            "draft",
            "noticed",
            "displayed",
            "open",
            "closing",
            "closed",
            "confirmed",
            "failed",
            "annulled",
            "defaulted",
        ),
        *_time("status_changed_at"),
        *_number("version"),
        sa.CheckConstraint("format IN ('english', 'sealed', 'vickrey')", name=op.f("ck_auction_format")),
        sa.CheckConstraint("start_minor > 0 AND deposit_minor > 0", name=op.f("ck_auction_amounts")),
        sa.CheckConstraint("(format = 'english') = (reveals_until IS NULL)", name=op.f("ck_auction_reveals_until")),
        sa.CheckConstraint(
            "(status IN ('confirmed', 'failed', 'annulled', 'defaulted')) = (due_at IS NULL)",
            name=op.f("ck_auction_clock"),
        ),
        sa.CheckConstraint("(status = 'confirmed') = (order_id IS NOT NULL)", name=op.f("ck_auction_order")),
        sa.CheckConstraint("last_seq >= 0 AND extensions >= 0", name=op.f("ck_auction_counts")),
        sa.ForeignKeyConstraint(["provider"], ["party.id"], name=op.f("fk_auction_provider_party")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_auction_listing_id_listing")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_auction_order_id_order")),
        sa.ForeignKeyConstraint(
            ["confirmation_document_id"], ["document.id"], name=op.f("fk_auction_confirmation_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["minutes_document_id"], ["document.id"], name=op.f("fk_auction_minutes_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auction")),
    )
    for column in ("provider", "listing_id", "status"):
        op.create_index(op.f(f"ix_auction_{column}"), "auction", [column])
    op.create_index("ix_auction_due_at", "auction", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))


def _bidder() -> None:
    op.create_table(
        "auction_bidder",
        *_text("id", "auction_id", "party_id", "purpose", "use_case"),
        *_text("deposit_reference", "return_reference", nullable=True),
        *_number("forfeited_minor"),
        _status("registered", "held", "releasing", "returned", "forfeited", "lapsed"),
        *_time("registered_at", "status_changed_at"),
        *_number("version"),
        sa.CheckConstraint("forfeited_minor >= 0", name=op.f("ck_auction_bidder_forfeited_minor")),
        sa.ForeignKeyConstraint(["auction_id"], ["auction.id"], name=op.f("fk_auction_bidder_auction_id_auction")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_auction_bidder_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auction_bidder")),
        sa.UniqueConstraint("auction_id", "party_id", name=op.f("uq_auction_bidder_auction_id_party_id")),
    )
    for column in ("party_id", "status"):
        op.create_index(op.f(f"ix_auction_bidder_{column}"), "auction_bidder", [column])
    op.create_index(
        "uq_auction_bidder_deposit_key", "auction_bidder", [sa.text("upper(deposit_reference)")], unique=True
    )


def _bid() -> None:
    op.create_table(
        "auction_bid",
        *_text("auction_id"),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        *_text("bidder_id", "key"),
        *_number("amount_minor"),
        *_time("at", "closes_at"),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("seq >= 1 AND amount_minor > 0", name=op.f("ck_auction_bid_amounts")),
        sa.ForeignKeyConstraint(["auction_id"], ["auction.id"], name=op.f("fk_auction_bid_auction_id_auction")),
        sa.ForeignKeyConstraint(
            ["bidder_id"], ["auction_bidder.id"], name=op.f("fk_auction_bid_bidder_id_auction_bidder")
        ),
        sa.PrimaryKeyConstraint("auction_id", "seq", name=op.f("pk_auction_bid")),
        sa.UniqueConstraint("bidder_id", "key", name=op.f("uq_auction_bid_bidder_id_key")),
    )
    op.execute(
        "CREATE TRIGGER auction_bid_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON auction_bid"
        " EXECUTE FUNCTION refuse_change()"
    )


def _commitment() -> None:
    op.create_table(
        "auction_commitment",
        *_text("bidder_id", "auction_id", "digest", "signing_key_id", "signature"),
        *_time("committed_at"),
        *_time("revealed_at", nullable=True),
        *_number("amount_minor", nullable=True),
        *_text("nonce", nullable=True),
        sa.CheckConstraint(
            "(revealed_at IS NULL) = (amount_minor IS NULL)", name=op.f("ck_auction_commitment_revealed")
        ),
        sa.ForeignKeyConstraint(["auction_id"], ["auction.id"], name=op.f("fk_auction_commitment_auction_id_auction")),
        sa.ForeignKeyConstraint(
            ["bidder_id"], ["auction_bidder.id"], name=op.f("fk_auction_commitment_bidder_id_auction_bidder")
        ),
        sa.PrimaryKeyConstraint("bidder_id", name=op.f("pk_auction_commitment")),
    )
    op.create_index(
        "ix_auction_commitment_order", "auction_commitment", ["auction_id", "committed_at", "bidder_id"]
    )


def _mark() -> None:
    op.create_table(
        "auction_mark",
        *_text("id", "auction_id", "bidder_id", "code"),
        sa.Column("others", ARRAY(sa.Text()), nullable=False),
        *_time("at"),
        sa.ForeignKeyConstraint(["auction_id"], ["auction.id"], name=op.f("fk_auction_mark_auction_id_auction")),
        sa.ForeignKeyConstraint(
            ["bidder_id"], ["auction_bidder.id"], name=op.f("fk_auction_mark_bidder_id_auction_bidder")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auction_mark")),
    )
    op.create_index(op.f("ix_auction_mark_auction_id"), "auction_mark", ["auction_id"])
    op.execute(
        "CREATE TRIGGER auction_mark_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON auction_mark"
        " EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    for table in ("auction_mark", "auction_commitment", "auction_bid", "auction_bidder", "auction"):
        op.drop_table(table)
