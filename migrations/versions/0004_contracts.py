"""Contracts: agreements and signatures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004_contracts"
down_revision = "0003_valuation"
branch_labels = None
depends_on = None

NOW = sa.DateTime(timezone=True)
STATES = ("drafted", "signed_by_one", "in_force", "declined", "terminated")


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("order_id", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("asset_id", sa.Text, nullable=False),
        sa.Column("revision_id", sa.Text, nullable=False),
        sa.Column("files", JSONB, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("term_days", sa.BigInteger, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("document_id", sa.Text, nullable=True),
        sa.Column("status", sa.Enum(*STATES, native_enum=False, length=40), nullable=False),
        sa.Column("in_force_at", NOW, nullable=True),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("status_changed_at", NOW, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agreement"),
        sa.UniqueConstraint("order_id", name="uq_agreement_order_id"),
        sa.ForeignKeyConstraint(["provider"], ["party.id"], name="fk_agreement_provider_party"),
        sa.ForeignKeyConstraint(["consumer"], ["party.id"], name="fk_agreement_consumer_party"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_agreement_document_id_document"),
        sa.CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name=op.f("ck_agreement_digest")),
        sa.CheckConstraint("provider <> consumer", name=op.f("ck_agreement_two_parties")),
        sa.CheckConstraint("term_days > 0", name=op.f("ck_agreement_term_days")),
        sa.CheckConstraint(f"status IN {STATES}", name=op.f("ck_agreement_status")),
    )
    op.create_index("ix_agreement_provider", "agreement", ["provider"])
    op.create_index("ix_agreement_consumer", "agreement", ["consumer"])
    op.create_index("ix_agreement_status", "agreement", ["status"])
    op.create_table(
        "agreement_signature",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("agreement_id", sa.Text, nullable=False),
        sa.Column("party_id", sa.Text, nullable=False),
        sa.Column("signing_key_id", sa.Text, nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.Column("signed_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agreement_signature"),
        sa.UniqueConstraint("agreement_id", "party_id", name="uq_agreement_signature_agreement_id_party_id"),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name="fk_agreement_signature_agreement_id_agreement"
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="fk_agreement_signature_party_id_party"),
        sa.ForeignKeyConstraint(
            ["signing_key_id"], ["signing_key.id"], name="fk_agreement_signature_signing_key_id_signing_key"
        ),
    )
    op.execute(
        "CREATE TRIGGER agreement_signature_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON agreement_signature"
        " EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("agreement_signature")
    op.drop_table("agreement")
