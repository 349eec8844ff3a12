"""The whole procedure of registration: later types, stopped clocks, objections, public data."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008_procedure"
down_revision = "0007_duplicates"
branch_labels = None
depends_on = None

NOW = sa.DateTime(timezone=True)
STATES = (
    "submitted", "pending", "returned", "accepted", "supplementing", "reviewed", "noticed", "objected", "certified",
    "entered", "rejected", "refused", "withdrawn",
)  # fmt: skip
STATES_BEFORE = ("submitted", "accepted", "reviewed", "noticed", "certified", "rejected", "refused", "withdrawn")
TYPES = ("initial", "transfer", "change", "renewal", "correction", "cancellation", "licence")


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _in(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def _check(table: str, name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)


def _again(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    _check(table, name, condition)


def _add(table: str, name: str, kind: sa.types.TypeEngine, before: str) -> None:
    """Add a column that must be filled, with what it says of the rows from before."""
    op.add_column(table, sa.Column(name, kind, nullable=False, server_default=sa.text(before)))
    op.alter_column(table, name, server_default=None)


def upgrade() -> None:
    _add("asset", "public_data", sa.Boolean(), "false")
    _registrations()
    _indexes(
        "status IN ('submitted', 'pending', 'returned', 'accepted', 'supplementing', 'reviewed', 'noticed', 'objected')"
        " AND type NOT IN ('correction', 'licence')",
        "status IN ('noticed', 'objected')",
    )
    _certificates()
    _objections()


def _registrations() -> None:
    words, facts = postgresql.ARRAY(sa.Text()), postgresql.JSONB(astext_type=sa.Text())
    _add("registration", "regime", sa.Text(), "'property'")
    _add("registration", "proposed", facts, "'{}'")
    _add("registration", "public_sources", words, "'{}'")
    _add("registration", "notice_waived", sa.Boolean(), "false")
    _add("registration", "stops", facts, "'[]'")
    for name in ("certificate_id", "counterparty_id", "reason", "ground", "waiver_reason", "extension_reason"):
        op.add_column("registration", sa.Column(name, sa.Text(), nullable=True))
    for name in ("provided_on", "agreement_until", "extended_on"):
        op.add_column("registration", sa.Column(name, sa.Date(), nullable=True))
    for name, to in (("certificate_id", "certificate"), ("counterparty_id", "party")):
        op.create_foreign_key(op.f(f"fk_registration_{name}_{to}"), "registration", to, [name], ["id"])
        op.create_index(op.f(f"ix_registration_{name}"), "registration", [name])
    _again("registration", "status", _in("status", STATES))
    _again("registration", "type", _in("type", TYPES))
    _again(
        "registration",
        "rights",
        "rights <@ ARRAY['HOLD', 'USE', 'OPERATE'] AND (cardinality(rights) > 0 OR regime = 'public')",
    )
    _check("registration", "regime", "regime IN ('property', 'public')")
    _check("registration", "certificate", "(type = 'initial') = (certificate_id IS NULL)")
    _check("registration", "counterparty", "(type IN ('transfer', 'licence')) = (counterparty_id IS NOT NULL)")


def _indexes(under_way: str, in_notice: str) -> None:
    for name, column, where in (
        ("uq_registration_revision_under_way", "revision_id", under_way),
        ("uq_registration_content_in_notice", "content_sha256", in_notice),
    ):
        op.drop_index(name, "registration")
        op.create_index(name, "registration", [column], unique=True, postgresql_where=sa.text(where))


def _certificates() -> None:
    _add("certificate", "regime", sa.Text(), "'property'")
    _add("certificate", "restrictions", sa.Text(), "''")
    op.execute(
        "UPDATE certificate SET restrictions = registration.restrictions FROM registration"
        " WHERE registration.id = certificate.registration_id"
    )
    op.add_column("certificate", sa.Column("replaces_id", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_certificate_replaces_id_certificate"), "certificate", "certificate", ["replaces_id"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_certificate_replaces_id"), "certificate", ["replaces_id"])
    _again("certificate", "number", "number ~ '^(SJ|GG)[0-9]{13}$'")
    _again("certificate", "status", _in("status", ("in_force", "replaced", "cancelled", "revoked", "expired")))
    _check("certificate", "regime", "regime IN ('property', 'public')")


def _objections() -> None:
    op.create_table(
        "objection",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("registration_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("respondent_id", sa.Text(), nullable=False),
        sa.Column("objector_id", sa.Text(), nullable=True),
        sa.Column("objector_name", sa.Text(), nullable=False),
        sa.Column("earlier_claim", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=True)
            for name in ("answer", "conclusion", "remedy", "forum", "forum_reference", "outcome")
        ),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("status_changed_at", NOW, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("stage IN ('examination', 'notice', 'registered')", name=op.f("ck_objection_stage")),
        sa.CheckConstraint("objector_id IS NOT NULL OR earlier_claim IS NOT NULL", name=op.f("ck_objection_objector")),
        sa.CheckConstraint("forum IN ('arbitration', 'court')", name=op.f("ck_objection_forum")),
        sa.CheckConstraint(
            "status IN ('raised', 'told', 'investigated', 'conceded', 'upheld', 'dismissed', 'withdrawn', 'referred',"
            " 'settled')",
            name=op.f("ck_objection_status"),
        ),
        _key("objection", "registration_id", "registration"),
        _key("objection", "asset_id", "asset"),
        _key("objection", "respondent_id", "party"),
        _key("objection", "objector_id", "party"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    for column in ("registration_id", "asset_id", "respondent_id", "objector_id", "status"):
        op.create_index(op.f(f"ix_objection_{column}"), "objection", [column])
    op.create_index("ix_objection_due_on_id", "objection", ["due_on", "id"])
    _objection_evidence()


def _objection_evidence() -> None:
    op.create_table(
        "objection_evidence",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("objection_id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("retention_until", sa.Date(), nullable=False),
        sa.Column("created_at", NOW, nullable=False),
        _key("objection_evidence", "objection_id", "objection"),
        _key("objection_evidence", "file_id", "stored_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection_evidence")),
    )
    for column in ("file_id", "objection_id"):
        op.create_index(op.f(f"ix_objection_evidence_{column}"), "objection_evidence", [column])
    op.execute(
        "CREATE TRIGGER objection_evidence_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON objection_evidence"
        " EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("objection_evidence")
    op.drop_table("objection")
    for name in ("regime", "number", "status"):
        op.drop_constraint(op.f(f"ck_certificate_{name}"), "certificate", type_="check")
    for name in ("replaces_id", "restrictions", "regime"):
        op.drop_column("certificate", name)
    _check("certificate", "number", "number ~ '^SJ[0-9]{13}$'")
    _check("certificate", "status", _in("status", ("in_force", "cancelled", "expired")))
    _indexes("status IN ('submitted', 'accepted', 'reviewed', 'noticed')", "status = 'noticed'")
    for name in ("regime", "certificate", "counterparty"):
        op.drop_constraint(op.f(f"ck_registration_{name}"), "registration", type_="check")
    _again("registration", "rights", "rights <@ ARRAY['HOLD', 'USE', 'OPERATE'] AND cardinality(rights) > 0")
    _again("registration", "type", "type IN ('initial')")
    _again("registration", "status", _in("status", STATES_BEFORE))
    for name in (
        "regime", "proposed", "public_sources", "notice_waived", "stops", "certificate_id", "counterparty_id",
        "reason", "ground", "waiver_reason", "extension_reason", "provided_on", "agreement_until", "extended_on",
    ):  # fmt: skip
        op.drop_column("registration", name)
    op.drop_column("asset", "public_data")
