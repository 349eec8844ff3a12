"""Engagements: the valuers' workflow around an appraisal, market evidence, and automatic revaluation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014_engagements"
down_revision = "0013_quality_runs"
branch_labels = None
depends_on = None

FROZEN = (
    "working_paper",
    "engagement_draft",
    "engagement_opinion",
    "engagement_signature",
    "comparable",
    "revaluation",
)
"""Tables whose rows never change."""

TABLES = (
    "practitioner",
    "engagement",
    "engagement_draft",
    "engagement_opinion",
    "engagement_signature",
    "data_request",
    "working_paper",
    "comparable",
    "revaluation",
    "revaluation_cause",
    "log_watch",
)

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
LIST = postgresql.ARRAY(sa.Text())


def upgrade() -> None:
    _standing()
    _practitioners()
    _engagements()
    _drafts()
    _papers()
    _comparables()
    _revaluations()
    for table in FROZEN:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION refuse_change()"
        )


def _standing() -> None:
    op.add_column("appraisal", sa.Column("standing", sa.Text(), server_default="study", nullable=False))
    op.add_column("appraisal", sa.Column("engagement_id", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_appraisal_standing"), "appraisal", "standing IN ('study', 'issued', 'automatic')"
    )
    op.create_check_constraint(
        op.f("ck_appraisal_engagement"), "appraisal", "(standing = 'study') = (engagement_id IS NULL)"
    )
    op.create_index(op.f("ix_appraisal_engagement_id"), "appraisal", ["engagement_id"])
    op.add_column("appraisal", sa.Column("client", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_appraisal_client_party"), "appraisal", "party", ["client"], ["id"])


def _practitioners() -> None:
    op.create_table(
        "practitioner",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("firm", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("registration_number", sa.Text(), nullable=False),
        sa.Column("api_key_id", sa.Text(), nullable=False),
        sa.Column("signing_key_id", sa.Text(), nullable=False),
        sa.Column("interests", LIST, nullable=False),
        sa.Column("interests_declared_at", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.CheckConstraint(
            "length(registration_number) BETWEEN 6 AND 30", name=op.f("ck_practitioner_registration_number")
        ),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_key.id"], name=op.f("fk_practitioner_api_key_id_api_key")),
        sa.ForeignKeyConstraint(["firm"], ["party.id"], name=op.f("fk_practitioner_firm_party")),
        sa.ForeignKeyConstraint(
            ["signing_key_id"], ["signing_key.id"], name=op.f("fk_practitioner_signing_key_id_signing_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioner")),
        sa.UniqueConstraint("api_key_id", name=op.f("uq_practitioner_api_key_id")),
        sa.UniqueConstraint("signing_key_id", name=op.f("uq_practitioner_signing_key_id")),
    )
    op.create_index(op.f("ix_practitioner_firm"), "practitioner", ["firm"], unique=False)
    op.create_index(
        "uq_practitioner_registration_number_active",
        "practitioner",
        ["registration_number"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _engagements() -> None:
    op.create_table(
        "engagement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("firm", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("value_type", sa.Text(), nullable=False),
        sa.Column("base_date", sa.Date(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("intended_users", LIST, nullable=False),
        sa.Column("statutory", sa.Boolean(), nullable=False),
        sa.Column("fee_basis", sa.Text(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_currency", sa.Text(), nullable=False),
        sa.Column("supersedes_id", sa.Text(), nullable=True),
        sa.Column("first_valuer", sa.Text(), nullable=True),
        sa.Column("second_valuer", sa.Text(), nullable=True),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("checks", JSON, nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "declined",
                "accepted",
                "drafted",
                "seconded",
                "reviewed",
                "signed",
                "issued",
                "superseded",
                "withdrawn",
                "expired",
                "terminated",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("accepted_at", TIME, nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("appraisal_id", sa.Text(), nullable=True),
        sa.Column("issued_at", TIME, nullable=True),
        sa.Column("use_until", sa.Date(), nullable=True),
        sa.Column("market_mode", sa.Text(), nullable=True),
        sa.Column("market_field", sa.Text(), nullable=True),
        sa.Column("archive_until", sa.Date(), nullable=True),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("fee_basis IN ('fixed', 'hourly')", name=op.f("ck_engagement_fee_basis")),
        sa.CheckConstraint("number ~ '^PG[0-9]{10}$'", name=op.f("ck_engagement_number")),
        sa.CheckConstraint("(number IS NULL) = (appraisal_id IS NULL)", name=op.f("ck_engagement_issued")),
        sa.CheckConstraint("client <> firm", name=op.f("ck_engagement_two_parties")),
        sa.CheckConstraint("fee_minor > 0", name=op.f("ck_engagement_fee_minor")),
        sa.CheckConstraint("first_valuer <> second_valuer", name=op.f("ck_engagement_two_valuers")),
        sa.CheckConstraint("reviewer NOT IN (first_valuer, second_valuer)", name=op.f("ck_engagement_reviewer")),
        sa.CheckConstraint("use_until - base_date BETWEEN 0 AND 365", name=op.f("ck_engagement_use_until")),
        sa.ForeignKeyConstraint(["appraisal_id"], ["appraisal.id"], name=op.f("fk_engagement_appraisal_id_appraisal")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_engagement_asset_id_asset")),
        sa.ForeignKeyConstraint(["client"], ["party.id"], name=op.f("fk_engagement_client_party")),
        sa.ForeignKeyConstraint(["firm"], ["party.id"], name=op.f("fk_engagement_firm_party")),
        sa.ForeignKeyConstraint(
            ["first_valuer"], ["practitioner.id"], name=op.f("fk_engagement_first_valuer_practitioner")
        ),
        sa.ForeignKeyConstraint(["provider"], ["party.id"], name=op.f("fk_engagement_provider_party")),
        sa.ForeignKeyConstraint(["reviewer"], ["practitioner.id"], name=op.f("fk_engagement_reviewer_practitioner")),
        sa.ForeignKeyConstraint(
            ["second_valuer"], ["practitioner.id"], name=op.f("fk_engagement_second_valuer_practitioner")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["engagement.id"], name=op.f("fk_engagement_supersedes_id_engagement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement")),
        sa.UniqueConstraint("appraisal_id", name=op.f("uq_engagement_appraisal_id")),
        sa.UniqueConstraint("number", name=op.f("uq_engagement_number")),
    )
    op.create_index(op.f("ix_engagement_asset_id"), "engagement", ["asset_id"], unique=False)
    op.create_index(op.f("ix_engagement_client"), "engagement", ["client"], unique=False)
    op.create_index(op.f("ix_engagement_firm"), "engagement", ["firm"], unique=False)
    op.create_index(op.f("ix_engagement_provider"), "engagement", ["provider"], unique=False)
    op.create_index(op.f("ix_engagement_status"), "engagement", ["status"], unique=False)
    op.create_index(op.f("ix_engagement_supersedes_id"), "engagement", ["supersedes_id"], unique=False)
    op.create_index(
        "ix_engagement_market_issued",
        "engagement",
        ["market_mode", "market_field"],
        unique=False,
        postgresql_where=sa.text("status = 'issued'"),
    )
    op.create_index(
        "ix_engagement_use_until_issued",
        "engagement",
        ["use_until"],
        unique=False,
        postgresql_where=sa.text("status = 'issued'"),
    )


def _drafts() -> None:
    op.create_table(
        "engagement_draft",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("engagement_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("use_until", sa.Date(), nullable=False),
        sa.Column("drafted_by", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name=op.f("ck_engagement_draft_digest")),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["practitioner.id"], name=op.f("fk_engagement_draft_drafted_by_practitioner")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_engagement_draft_engagement_id_engagement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_draft")),
        sa.UniqueConstraint("engagement_id", "number", name=op.f("uq_engagement_draft_engagement_id_number")),
    )
    op.create_table(
        "engagement_opinion",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("engagement_id", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remarks", JSON, nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("stage IN ('second', 'review', 'signing')", name=op.f("ck_engagement_opinion_stage")),
        sa.CheckConstraint("verdict IN ('agree', 'return')", name=op.f("ck_engagement_opinion_verdict")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["engagement_draft.id"], name=op.f("fk_engagement_opinion_draft_id_engagement_draft")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_engagement_opinion_engagement_id_engagement")
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["practitioner.id"], name=op.f("fk_engagement_opinion_given_by_practitioner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_opinion")),
    )
    op.create_index(op.f("ix_engagement_opinion_engagement_id"), "engagement_opinion", ["engagement_id"], unique=False)
    op.create_table(
        "engagement_signature",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("engagement_id", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.Column("practitioner_id", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("signing_key_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("signed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["engagement_draft.id"], name=op.f("fk_engagement_signature_draft_id_engagement_draft")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_engagement_signature_engagement_id_engagement")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_engagement_signature_practitioner_id_practitioner")
        ),
        sa.ForeignKeyConstraint(
            ["signing_key_id"], ["signing_key.id"], name=op.f("fk_engagement_signature_signing_key_id_signing_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_signature")),
        sa.UniqueConstraint(
            "draft_id", "practitioner_id", name=op.f("uq_engagement_signature_draft_id_practitioner_id")
        ),
        sa.UniqueConstraint("draft_id", "public_key", name=op.f("uq_engagement_signature_draft_id_public_key")),
    )
    op.create_index(
        op.f("ix_engagement_signature_engagement_id"), "engagement_signature", ["engagement_id"], unique=False
    )


def _papers() -> None:
    op.create_table(
        "data_request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("engagement_id", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("files", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "status",
            sa.Enum("asked", "answered", "waived", name="status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["practitioner.id"], name=op.f("fk_data_request_asked_by_practitioner")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_data_request_engagement_id_engagement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
    )
    op.create_index(op.f("ix_data_request_engagement_id"), "data_request", ["engagement_id"], unique=False)
    op.create_index(op.f("ix_data_request_status"), "data_request", ["status"], unique=False)
    op.create_table(
        "working_paper",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("engagement_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("retention_until", sa.Date(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["practitioner.id"], name=op.f("fk_working_paper_added_by_practitioner")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_working_paper_engagement_id_engagement")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_working_paper_file_id_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_paper")),
        sa.UniqueConstraint("engagement_id", "file_id", name=op.f("uq_working_paper_engagement_id_file_id")),
    )
    op.create_index(op.f("ix_working_paper_engagement_id"), "working_paper", ["engagement_id"], unique=False)
    op.create_index(op.f("ix_working_paper_file_id"), "working_paper", ["file_id"], unique=False)


def _comparables() -> None:
    op.create_table(
        "comparable",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("evidence_sha256", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=True),
        sa.Column("parties", LIST, nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("price", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("tax_basis", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("update_cycle", sa.Text(), nullable=False),
        sa.Column("scale", sa.Numeric(), nullable=True),
        sa.Column("remaining_years", sa.Numeric(), nullable=True),
        sa.Column("quality", sa.Numeric(), nullable=True),
        sa.Column("licence", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_comparable_currency")),
        sa.CheckConstraint("kind IN ('realised', 'asking')", name=op.f("ck_comparable_kind")),
        sa.CheckConstraint("tax_basis IN ('pre-tax', 'post-tax')", name=op.f("ck_comparable_tax_basis")),
        sa.CheckConstraint("price > 0", name=op.f("ck_comparable_price")),
        sa.CheckConstraint("quality BETWEEN 0 AND 100", name=op.f("ck_comparable_quality")),
        sa.CheckConstraint("scale > 0 AND remaining_years > 0", name=op.f("ck_comparable_measures")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_comparable_asset_id_asset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparable")),
        sa.UniqueConstraint("kind", "reference", name=op.f("uq_comparable_kind_reference")),
    )
    op.create_index(op.f("ix_comparable_asset_id"), "comparable", ["asset_id"], unique=False)
    op.create_index(op.f("ix_comparable_created_at"), "comparable", ["created_at"], unique=False)
    op.create_index("ix_comparable_mode_dated", "comparable", ["mode", "dated"], unique=False)


def _revaluations() -> None:
    op.create_table(
        "revaluation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("engagement_id", sa.Text(), nullable=False),
        sa.Column("previous_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("appraisal_id", sa.Text(), nullable=True),
        sa.Column("causes", JSON, nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("faults", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint(
            "(outcome = 'revalued') = (appraisal_id IS NOT NULL)", name=op.f("ck_revaluation_appraisal")
        ),
        sa.CheckConstraint("outcome IN ('revalued', 'unchanged', 'refused')", name=op.f("ck_revaluation_outcome")),
        sa.ForeignKeyConstraint(["appraisal_id"], ["appraisal.id"], name=op.f("fk_revaluation_appraisal_id_appraisal")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_revaluation_engagement_id_engagement")
        ),
        sa.ForeignKeyConstraint(["previous_id"], ["appraisal.id"], name=op.f("fk_revaluation_previous_id_appraisal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revaluation")),
        sa.UniqueConstraint("appraisal_id", name=op.f("uq_revaluation_appraisal_id")),
    )
    op.create_index(op.f("ix_revaluation_engagement_id"), "revaluation", ["engagement_id"], unique=False)
    op.create_table(
        "revaluation_cause",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("engagement_id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entry_kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("revaluation_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_revaluation_cause_engagement_id_engagement")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["log_entry.id"], name=op.f("fk_revaluation_cause_entry_id_log_entry")),
        sa.ForeignKeyConstraint(
            ["revaluation_id"], ["revaluation.id"], name=op.f("fk_revaluation_cause_revaluation_id_revaluation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revaluation_cause")),
        sa.UniqueConstraint("engagement_id", "entry_id", name=op.f("uq_revaluation_cause_engagement_id_entry_id")),
    )
    op.create_index(
        "ix_revaluation_cause_engagement_id_waiting",
        "revaluation_cause",
        ["engagement_id"],
        unique=False,
        postgresql_where=sa.text("revaluation_id IS NULL"),
    )
    op.create_index(op.f("ix_revaluation_cause_revaluation_id"), "revaluation_cause", ["revaluation_id"], unique=False)
    op.create_table(
        "log_watch",
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("next_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reader", name=op.f("pk_log_watch")),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index(op.f("ix_appraisal_engagement_id"), "appraisal")
    op.drop_constraint(op.f("ck_appraisal_engagement"), "appraisal")
    op.drop_constraint(op.f("ck_appraisal_standing"), "appraisal")
    op.drop_constraint(op.f("fk_appraisal_client_party"), "appraisal")
    op.drop_column("appraisal", "client")
    op.drop_column("appraisal", "engagement_id")
    op.drop_column("appraisal", "standing")
