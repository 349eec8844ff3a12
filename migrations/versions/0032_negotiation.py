"""Public offers, negotiations in rounds, what the sides write to each other, and approval inside an organisation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0032_negotiation"
down_revision = "0031_life"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _approval()
    _approval_rule()
    _offer()
    _negotiation()
    _negotiation_message()
    _negotiation_round()


def _approval() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("terms_digest", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("rule_n", sa.BigInteger(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("approved_at", TIME, nullable=False),
        sa.Column("voided_at", TIME, nullable=True),
        sa.Column("superseded_by", sa.Text(), nullable=True),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_approval_amount_minor")),
        sa.CheckConstraint("(voided_at IS NULL) = (superseded_by IS NULL)", name=op.f("ck_approval_voided")),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_approval_key_id_api_key")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_approval_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(
        "uq_approval_standing",
        "approval",
        ["party_id", "terms_digest", "seat"],
        unique=True,
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_index(op.f("ix_approval_superseded_by"), "approval", ["superseded_by"])
    op.create_index(op.f("ix_approval_terms_digest"), "approval", ["terms_digest"])


def _approval_rule() -> None:
    op.create_table(
        "approval_rule",
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_approval_rule_n")),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_approval_rule_key_id_api_key")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_approval_rule_party_id_party")),
        sa.PrimaryKeyConstraint("party_id", "n", name=op.f("pk_approval_rule")),
    )


def _offer() -> None:
    op.create_table(
        "offer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("terms", JSONB(), nullable=False),
        sa.Column("terms_digest", sa.Text(), nullable=False),
        sa.Column("addressed", ARRAY(sa.Text()), nullable=True),
        sa.Column("seats", sa.BigInteger(), nullable=True),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "withdrawn",
                "taken",
                "expired",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("published_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(status = 'taken') = (seats IS NOT NULL AND taken = seats)", name=op.f("ck_offer_full")),
        sa.CheckConstraint("seats IS NULL OR seats BETWEEN 1 AND 1000000", name=op.f("ck_offer_seats")),
        sa.CheckConstraint("taken >= 0 AND (seats IS NULL OR taken <= seats)", name=op.f("ck_offer_taken")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_offer_listing_id_listing")),
        sa.ForeignKeyConstraint(["provider"], ["party.id"], name=op.f("fk_offer_provider_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index("ix_offer_listing_id", "offer", ["listing_id"])
    op.create_index("ix_offer_open", "offer", ["expires_at"], postgresql_where=sa.text("status = 'open'"))
    op.create_index(op.f("ix_offer_provider"), "offer", ["provider"])
    op.create_index(op.f("ix_offer_status"), "offer", ["status"])


def _negotiation() -> None:
    op.create_table(
        "negotiation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("offer_id", sa.Text(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "requested",
                "offered",
                "accepted",
                "terminated",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("on_due", sa.Text(), nullable=True),
        sa.Column("remind_at", TIME, nullable=True),
        sa.Column("reminded_at", TIME, nullable=True),
        sa.Column("end_code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("last_round", sa.BigInteger(), nullable=False),
        sa.Column("terms_digest", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("initiated_by", sa.Text(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(status = 'accepted') = (order_id IS NOT NULL) AND (order_id IS NULL) = (terms_digest IS NULL)",
            name=op.f("ck_negotiation_order"),
        ),
        sa.CheckConstraint("(status = 'terminated') = (end_code IS NOT NULL)", name=op.f("ck_negotiation_end_code")),
        sa.CheckConstraint(
            "(status IN ('requested', 'offered')) = (owner IS NOT NULL)", name=op.f("ck_negotiation_owner")
        ),
        sa.CheckConstraint(
            "end_code IN ('withdrawn', 'rejected', 'expired', 'lapsed')", name=op.f("ck_negotiation_end_code_known")
        ),
        sa.CheckConstraint("on_due IN ('expired', 'lapsed')", name=op.f("ck_negotiation_on_due")),
        sa.CheckConstraint(
            "owner IS NULL OR (status = 'requested') = (owner = provider)",
            name=op.f("ck_negotiation_owner_is_who_answers"),
        ),
        sa.CheckConstraint(
            "(owner IS NULL) = (due_at IS NULL) AND (owner IS NULL) = (on_due IS NULL)",
            name=op.f("ck_negotiation_clock"),
        ),
        sa.CheckConstraint("initiated_by IN (provider, consumer)", name=op.f("ck_negotiation_initiated_by")),
        sa.CheckConstraint("last_round >= 1", name=op.f("ck_negotiation_last_round")),
        sa.CheckConstraint(
            "owner IS NULL OR owner IN (provider, consumer)", name=op.f("ck_negotiation_owner_is_a_side")
        ),
        sa.CheckConstraint("provider <> consumer", name=op.f("ck_negotiation_two_parties")),
        sa.ForeignKeyConstraint(["consumer"], ["party.id"], name=op.f("fk_negotiation_consumer_party")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_negotiation_listing_id_listing")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_negotiation_offer_id_offer")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_negotiation_order_id_order")),
        sa.ForeignKeyConstraint(["provider"], ["party.id"], name=op.f("fk_negotiation_provider_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_negotiation")),
        sa.UniqueConstraint("order_id", name=op.f("uq_negotiation_order_id")),
    )
    op.create_index("ix_negotiation_consumer_id", "negotiation", ["consumer", "id"])
    op.create_index(
        "ix_negotiation_due_at",
        "negotiation",
        ["due_at"],
        postgresql_where=sa.text("status IN ('requested', 'offered')"),
    )
    op.create_index(op.f("ix_negotiation_listing_id"), "negotiation", ["listing_id"])
    op.create_index(op.f("ix_negotiation_offer_id"), "negotiation", ["offer_id"])
    op.create_index("ix_negotiation_provider_id", "negotiation", ["provider", "id"])
    op.create_index(
        "ix_negotiation_remind_at", "negotiation", ["remind_at"], postgresql_where=sa.text("reminded_at IS NULL")
    )
    op.create_index(op.f("ix_negotiation_status"), "negotiation", ["status"])


def _negotiation_message() -> None:
    op.create_table(
        "negotiation_message",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("negotiation_id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("attachments", JSONB(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["by"], ["party.id"], name=op.f("fk_negotiation_message_by_party")),
        sa.ForeignKeyConstraint(
            ["negotiation_id"], ["negotiation.id"], name=op.f("fk_negotiation_message_negotiation_id_negotiation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_negotiation_message")),
    )
    op.create_index(op.f("ix_negotiation_message_negotiation_id"), "negotiation_message", ["negotiation_id"])


def _negotiation_round() -> None:
    op.create_table(
        "negotiation_round",
        sa.Column("negotiation_id", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("terms", JSONB(), nullable=False),
        sa.Column("terms_digest", sa.Text(), nullable=False),
        sa.Column("expires_at", TIME, nullable=True),
        sa.Column("withdrawable", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("kind IN ('request', 'offer')", name=op.f("ck_negotiation_round_kind")),
        sa.CheckConstraint("n >= 1", name=op.f("ck_negotiation_round_n")),
        sa.ForeignKeyConstraint(["by"], ["party.id"], name=op.f("fk_negotiation_round_by_party")),
        sa.ForeignKeyConstraint(
            ["negotiation_id"], ["negotiation.id"], name=op.f("fk_negotiation_round_negotiation_id_negotiation")
        ),
        sa.PrimaryKeyConstraint("negotiation_id", "n", name=op.f("pk_negotiation_round")),
        sa.UniqueConstraint("message_id", name=op.f("uq_negotiation_round_message_id")),
    )
    op.create_index(op.f("ix_negotiation_round_terms_digest"), "negotiation_round", ["terms_digest"])
    op.execute(
        "CREATE TRIGGER approval_rule_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON approval_rule"
        " EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER negotiation_round_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON negotiation_round"
        " EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER negotiation_message_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON negotiation_message"
        " EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("negotiation_round")
    op.drop_table("negotiation_message")
    op.drop_table("negotiation")
    op.drop_table("offer")
    op.drop_table("approval_rule")
    op.drop_table("approval")
