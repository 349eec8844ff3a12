"""Rights: assets, registrations, certificates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_rights"
down_revision = "0001_kernel"
branch_labels = None
depends_on = None

FROZEN = ("asset_revision", "registration_evidence")
"""Tables whose rows never change."""


def upgrade() -> None:
    _assets()
    _registrations()
    _certificates()
    for table in FROZEN:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION refuse_change()"
        )


def _assets() -> None:
    op.create_table(
        "asset",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("overview", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("update_cycle", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("covers_from", sa.Date(), nullable=True),
        sa.Column("covers_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_asset_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
    )
    op.create_index(op.f("ix_asset_party_id"), "asset", ["party_id"])
    op.create_table(
        "asset_revision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "content_sha256 ~ '^sha256:[0-9a-f]{64}$'", name=op.f("ck_asset_revision_content_sha256")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_revision_asset_id_asset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_revision")),
        sa.UniqueConstraint("asset_id", "number", name=op.f("uq_asset_revision_asset_id_number")),
    )
    op.create_index(op.f("ix_asset_revision_content_sha256"), "asset_revision", ["content_sha256"])


def _registrations() -> None:
    op.create_table(
        "registration",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("title_basis", sa.Text(), nullable=False),
        sa.Column("rights", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("restrictions", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("acceptance_due_on", sa.Date(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("case_due_on", sa.Date(), nullable=True),
        sa.Column("notice_from", sa.Date(), nullable=True),
        sa.Column("notice_until", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("provisional", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("checklist", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("grounds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("policies", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('submitted', 'accepted', 'reviewed', 'noticed', 'certified', 'rejected', 'refused', 'withdrawn')",
            name=op.f("ck_registration_status"),
        ),
        sa.CheckConstraint(
            "rights <@ ARRAY['HOLD', 'USE', 'OPERATE'] AND cardinality(rights) > 0", name=op.f("ck_registration_rights")
        ),
        sa.CheckConstraint("type IN ('initial')", name=op.f("ck_registration_type")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_registration_asset_id_asset")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_registration_party_id_party")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["asset_revision.id"], name=op.f("fk_registration_revision_id_asset_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
    )
    for column in ("asset_id", "content_sha256", "party_id", "status"):
        op.create_index(op.f(f"ix_registration_{column}"), "registration", [column])
    op.create_index("ix_registration_due_on_id", "registration", ["due_on", "id"])
    op.create_index(
        "uq_registration_revision_under_way",
        "registration",
        ["revision_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('submitted', 'accepted', 'reviewed', 'noticed')"),
    )
    op.create_index(
        "uq_registration_content_in_notice",
        "registration",
        ["content_sha256"],
        unique=True,
        postgresql_where=sa.text("status = 'noticed'"),
    )
    op.create_table(
        "registration_evidence",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("registration_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("retention_until", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_registration_evidence_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_registration_evidence_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_evidence")),
    )
    for column in ("file_id", "registration_id"):
        op.create_index(op.f(f"ix_registration_evidence_{column}"), "registration_evidence", [column])


def _certificates() -> None:
    op.create_table(
        "certificate_serial",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("last_serial", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("last_serial BETWEEN 1 AND 9999", name=op.f("ck_certificate_serial_last_serial")),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_certificate_serial")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("registration_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("asset_name", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("rights", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("title_basis", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("number ~ '^SJ[0-9]{13}$'", name=op.f("ck_certificate_number")),
        sa.CheckConstraint("status IN ('in_force', 'cancelled', 'expired')", name=op.f("ck_certificate_status")),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_certificate_validity")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_certificate_asset_id_asset")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_certificate_document_id_document")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_certificate_party_id_party")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_certificate_registration_id_registration")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["asset_revision.id"], name=op.f("fk_certificate_revision_id_asset_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_certificate_registration_id")),
    )
    for column in ("asset_id", "party_id", "status", "valid_until"):
        op.create_index(op.f(f"ix_certificate_{column}"), "certificate", [column])
    op.create_index(
        "uq_certificate_content_in_force",
        "certificate",
        ["content_sha256"],
        unique=True,
        postgresql_where=sa.text("status = 'in_force'"),
    )


def downgrade() -> None:
    op.drop_table("certificate")
    op.drop_table("certificate_serial")
    op.drop_table("registration_evidence")
    op.drop_table("registration")
    op.drop_table("asset_revision")
    op.drop_table("asset")
