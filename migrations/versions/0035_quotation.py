"""Requests for quotation, quotes with their versions, and questions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0035_quotation"
down_revision = "0034_dataspace"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def _status(*states: str) -> sa.Column[str]:
    kind = sa.Enum(*states, name="status", native_enum=False, create_constraint=True, length=40)
    return sa.Column("status", kind, nullable=False)


def upgrade() -> None:
    _request()
    _quote()
    _clarification()


def _request() -> None:
    op.create_table(
        "quotation_request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("want", JSONB(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("addressed", ARRAY(sa.Text()), nullable=True),
        sa.Column("closes_at", TIME, nullable=False),
        sa.Column("award_due_at", TIME, nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("awarded_quote_id", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        _status("draft", "open", "closed", "awarded", "none", "cancelled"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("opened_at", TIME, nullable=True),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('draft', 'open', 'closed')) = (due_at IS NOT NULL)", name=op.f("ck_quotation_request_clock")
        ),
        sa.CheckConstraint(
            "(status = 'awarded') = (awarded_quote_id IS NOT NULL)", name=op.f("ck_quotation_request_awarded")
        ),
        sa.CheckConstraint(
            "status = 'cancelled' OR (status = 'draft') = (opened_at IS NULL)",
            name=op.f("ck_quotation_request_opened"),
        ),
        sa.ForeignKeyConstraint(["buyer"], ["party.id"], name=op.f("fk_quotation_request_buyer_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation_request")),
    )
    op.create_index(op.f("ix_quotation_request_buyer"), "quotation_request", ["buyer"])
    op.create_index(op.f("ix_quotation_request_status"), "quotation_request", ["status"])
    op.create_index(
        "ix_quotation_request_due_at",
        "quotation_request",
        ["due_at"],
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def _quote() -> None:
    op.create_table(
        "quote",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("terms", JSONB(), nullable=False),
        sa.Column("terms_digest", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("versions", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        _status("submitted", "revised", "withdrawn", "awarded", "lost"),
        sa.Column("submitted_at", TIME, nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("terms_digest ~ '^sha256:[0-9a-f]{64}$'", name=op.f("ck_quote_terms_digest")),
        sa.CheckConstraint("(status = 'awarded') = (order_id IS NOT NULL)", name=op.f("ck_quote_order")),
        sa.CheckConstraint("versions >= 1", name=op.f("ck_quote_versions")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_quote_listing_id_listing")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_quote_order_id_order")),
        sa.ForeignKeyConstraint(["provider"], ["party.id"], name=op.f("fk_quote_provider_party")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["quotation_request.id"], name=op.f("fk_quote_request_id_quotation_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
    )
    op.create_index(op.f("ix_quote_provider"), "quote", ["provider"])
    op.create_index(op.f("ix_quote_request_id"), "quote", ["request_id"])
    op.create_index(op.f("ix_quote_status"), "quote", ["status"])
    op.create_index(
        "uq_quote_standing",
        "quote",
        ["request_id", "provider"],
        unique=True,
        postgresql_where=sa.text("status IN ('submitted', 'revised')"),
    )
    op.create_table(
        "quote_version",
        sa.Column("quote_id", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("terms", JSONB(), nullable=False),
        sa.Column("terms_digest", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_quote_version_n")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_quote_version_quote_id_quote")),
        sa.PrimaryKeyConstraint("quote_id", "n", name=op.f("pk_quote_version")),
    )
    op.execute(
        "CREATE TRIGGER quote_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON quote_version"
        " EXECUTE FUNCTION refuse_change()"
    )


def _clarification() -> None:
    op.create_table(
        "clarification",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", TIME, nullable=True),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_clarification_answered")),
        sa.ForeignKeyConstraint(["asked_by"], ["party.id"], name=op.f("fk_clarification_asked_by_party")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["quotation_request.id"], name=op.f("fk_clarification_request_id_quotation_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification")),
    )
    op.create_index(op.f("ix_clarification_request_id"), "clarification", ["request_id"])


def downgrade() -> None:
    op.drop_table("clarification")
    op.drop_table("quote_version")
    op.drop_table("quote")
    op.drop_table("quotation_request")
