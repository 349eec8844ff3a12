"""Amendments of agreements, offers to renew them, and contracts concluded elsewhere that were filed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0033_amendments"
down_revision = "0032_negotiation"
branch_labels = None
depends_on = None

NOW = sa.DateTime(timezone=True)
AMENDMENT = ("proposed", "signed_by_one", "agreed", "in_effect", "declined", "withdrawn", "lapsed", "void")
RENEWAL = ("offered", "accepted", "declined", "withdrawn", "expired")
FILING = ("one_sided", "confirmed", "contested", "withdrawn")


def upgrade() -> None:
    op.add_column("agreement", sa.Column("amendments", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")))
    op.alter_column("agreement", "amendments", server_default=None)
    op.add_column("agreement", sa.Column("settled_on", sa.Date(), nullable=True))
    op.execute(
        "UPDATE agreement SET settled_on = (o.settled_at AT TIME ZONE 'Asia/Shanghai')::date"
        ' FROM "order" o WHERE o.agreement_id = agreement.id AND o.settled_at IS NOT NULL'
    )
    _amendments()
    _renewals()
    _filings()


def _amendments() -> None:
    op.create_table(
        "amendment",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("agreement_id", sa.Text, nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("wanted_at", NOW, nullable=True),
        sa.Column("effective_at", NOW, nullable=True),
        sa.Column("answer_due_at", NOW, nullable=False),
        sa.Column("end_reason", sa.Text, nullable=True),
        sa.Column("document_id", sa.Text, nullable=True),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("status", sa.Enum(*AMENDMENT, native_enum=False, length=40), nullable=False),
        sa.Column("status_changed_at", NOW, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_amendment"),
        sa.UniqueConstraint("agreement_id", "n", name="uq_amendment_agreement_id_n"),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_amendment_agreement_id_agreement"),
        sa.ForeignKeyConstraint(["provider"], ["party.id"], name="fk_amendment_provider_party"),
        sa.ForeignKeyConstraint(["consumer"], ["party.id"], name="fk_amendment_consumer_party"),
        sa.ForeignKeyConstraint(["proposed_by"], ["party.id"], name="fk_amendment_proposed_by_party"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_amendment_document_id_document"),
        sa.CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name=op.f("ck_amendment_digest")),
        sa.CheckConstraint(f"status IN {AMENDMENT}", name=op.f("ck_amendment_status")),
    )
    op.create_index("ix_amendment_status", "amendment", ["status"])
    op.create_index(
        "uq_amendment_open",
        "amendment",
        ["agreement_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('proposed', 'signed_by_one')"),
    )
    op.create_table(
        "amendment_signature",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("amendment_id", sa.Text, nullable=False),
        sa.Column("party_id", sa.Text, nullable=False),
        sa.Column("signing_key_id", sa.Text, nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.Column("signed_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_amendment_signature"),
        sa.UniqueConstraint("amendment_id", "party_id", name="uq_amendment_signature_amendment_id_party_id"),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendment.id"], name="fk_amendment_signature_amendment_id_amendment"
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="fk_amendment_signature_party_id_party"),
        sa.ForeignKeyConstraint(
            ["signing_key_id"], ["signing_key.id"], name="fk_amendment_signature_signing_key_id_signing_key"
        ),
    )
    op.execute(
        "CREATE TRIGGER amendment_signature_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON amendment_signature"
        " EXECUTE FUNCTION refuse_change()"
    )


def _renewals() -> None:
    op.create_table(
        "renewal",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("agreement_id", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("terms", JSONB, nullable=False),
        sa.Column("terms_digest", sa.Text, nullable=False),
        sa.Column("price_change", sa.Text, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("expires_at", NOW, nullable=False),
        sa.Column("order_id", sa.Text, nullable=True),
        sa.Column("end_reason", sa.Text, nullable=True),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("status", sa.Enum(*RENEWAL, native_enum=False, length=40), nullable=False),
        sa.Column("status_changed_at", NOW, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_renewal"),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_renewal_agreement_id_agreement"),
        sa.ForeignKeyConstraint(["provider"], ["party.id"], name="fk_renewal_provider_party"),
        sa.ForeignKeyConstraint(["consumer"], ["party.id"], name="fk_renewal_consumer_party"),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_renewal_order_id_order"),
        sa.CheckConstraint("terms_digest ~ '^sha256:[0-9a-f]{64}$'", name=op.f("ck_renewal_terms_digest")),
        sa.CheckConstraint("starts_on > ends_on", name=op.f("ck_renewal_starts_on")),
        sa.CheckConstraint("price_change IN ('lower', 'same', 'higher')", name=op.f("ck_renewal_price_change")),
        sa.CheckConstraint(f"status IN {RENEWAL}", name=op.f("ck_renewal_status")),
    )
    op.create_index("ix_renewal_status", "renewal", ["status"])
    op.create_index("ix_renewal_agreement_id", "renewal", ["agreement_id"])
    op.create_index(
        "uq_renewal_open",
        "renewal",
        ["agreement_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('offered', 'accepted')"),
    )


def _filings() -> None:
    op.create_table(
        "filing",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("filer", sa.Text, nullable=False),
        sa.Column("other", sa.Text, nullable=True),
        sa.Column("other_name", sa.Text, nullable=False),
        sa.Column("other_uscc", sa.Text, nullable=False),
        sa.Column("filer_role", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("concluded_on", sa.Date, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=True),
        sa.Column("currency", sa.Text, nullable=True),
        sa.Column("file_id", sa.Text, nullable=False),
        sa.Column("document_sha256", sa.Text, nullable=False),
        sa.Column("end_reason", sa.Text, nullable=True),
        sa.Column("confirmed_at", NOW, nullable=True),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("status", sa.Enum(*FILING, native_enum=False, length=40), nullable=False),
        sa.Column("status_changed_at", NOW, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_filing"),
        sa.ForeignKeyConstraint(["filer"], ["party.id"], name="fk_filing_filer_party"),
        sa.ForeignKeyConstraint(["other"], ["party.id"], name="fk_filing_other_party"),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name="fk_filing_file_id_stored_file"),
        sa.CheckConstraint("filer <> other", name=op.f("ck_filing_two_parties")),
        sa.CheckConstraint("filer_role IN ('provider', 'consumer')", name=op.f("ck_filing_filer_role")),
        sa.CheckConstraint("(amount_minor IS NULL) = (currency IS NULL)", name=op.f("ck_filing_amount")),
        sa.CheckConstraint(f"status IN {FILING}", name=op.f("ck_filing_status")),
    )
    op.create_index("ix_filing_filer", "filing", ["filer"])
    op.create_index("ix_filing_other", "filing", ["other"])
    op.create_index("ix_filing_status", "filing", ["status"])
    op.create_index(
        "uq_filing_standing",
        "filing",
        ["filer", "document_sha256"],
        unique=True,
        postgresql_where=sa.text("status <> 'withdrawn'"),
    )


def downgrade() -> None:
    op.drop_table("filing")
    op.drop_table("renewal")
    op.drop_table("amendment_signature")
    op.drop_table("amendment")
    op.drop_column("agreement", "settled_on")
    op.drop_column("agreement", "amendments")
