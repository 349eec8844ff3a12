"""The life of agreements: obligations, statements of deletion, suspensions and notices of termination."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0031_life"
down_revision = "0028_terms"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
BEFORE = ("drafted", "signed_by_one", "in_force", "declined", "terminated", "expired")
NOW = ("drafted", "signed_by_one", "in_force", "suspended", "declined", "terminated", "expired")


def _states(states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    op.drop_constraint(op.f("ck_agreement_status"), "agreement", type_="check")
    op.create_check_constraint(op.f("ck_agreement_status"), "agreement", f"status IN ({listed})")


def _status(table: str, *states: str) -> list[sa.schema.SchemaItem]:
    listed = ", ".join(f"'{state}'" for state in states)
    return [
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"status IN ({listed})", name=op.f(f"ck_{table}_status")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    _states(NOW)
    op.add_column("agreement", sa.Column("ended_at", TIME, nullable=True))
    op.add_column("agreement", sa.Column("suspended_until", TIME, nullable=True))
    op.add_column("agreement", sa.Column("suspended_by", sa.Text(), nullable=True))
    op.drop_index("ix_agreement_licence_ends_on", "agreement")
    binding = sa.text("status IN ('in_force', 'suspended')")
    op.create_index("ix_agreement_licence_ends_on", "agreement", ["licence_ends_on"], postgresql_where=binding)
    _obligations()
    _deletions()
    _terminations()


def _obligations() -> None:
    op.create_table(
        "obligation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column("bearer", sa.Text(), nullable=False),
        sa.Column("beneficiary", sa.Text(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("breached_at", TIME, nullable=False),
        sa.Column("released_at", TIME, nullable=False),
        sa.Column("reminders", sa.BigInteger(), nullable=False),
        sa.Column("evidence", JSONB(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        *_status("obligation", "due", "discharged", "waived", "breached", "released"),
        sa.CheckConstraint("bearer <> beneficiary", name=op.f("ck_obligation_two_parties")),
        sa.CheckConstraint("due_at <= breached_at", name=op.f("ck_obligation_clocks")),
        sa.UniqueConstraint(
            "agreement_id", "duty", "period", name=op.f("uq_obligation_agreement_id_duty_period")
        ),
        _of("obligation", "agreement_id", "agreement"),
        _of("obligation", "bearer", "party"),
        _of("obligation", "beneficiary", "party"),
    )
    op.create_index(op.f("ix_obligation_status"), "obligation", ["status"])
    op.create_index(op.f("ix_obligation_bearer"), "obligation", ["bearer"])
    op.create_index(op.f("ix_obligation_beneficiary"), "obligation", ["beneficiary"])
    due = sa.text("status = 'due'")
    op.create_index("ix_obligation_breached_at", "obligation", ["breached_at"], postgresql_where=due)


def _deletions() -> None:
    op.create_table(
        "deletion_statement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("statement", JSONB(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("signing_key_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("answer_due_at", TIME, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("filed_at", TIME, nullable=False),
        *_status("deletion_statement", "filed", "accepted", "contested"),
        sa.CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name=op.f("ck_deletion_statement_digest")),
        _of("deletion_statement", "agreement_id", "agreement"),
        _of("deletion_statement", "signing_key_id", "signing_key"),
        _of("deletion_statement", "document_id", "document"),
    )
    filed = sa.text("status = 'filed'")
    table = "deletion_statement"
    op.create_index(op.f("ix_deletion_statement_status"), table, ["status"])
    op.create_index(op.f("ix_deletion_statement_agreement_id"), table, ["agreement_id"])
    op.create_index("ix_deletion_statement_answer_due_at", table, ["answer_due_at"], postgresql_where=filed)
    op.create_index("uq_deletion_statement_filed", table, ["agreement_id"], unique=True, postgresql_where=filed)


def _terminations() -> None:
    op.create_table(
        "termination",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("obligation_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        *_status("termination", "noticed", "effective", "withdrawn", "refused", "lapsed"),
        sa.CheckConstraint("ground IN ('agreed', 'breach', 'given-up')", name=op.f("ck_termination_ground")),
        sa.CheckConstraint(
            "(obligation_id IS NOT NULL) = (ground = 'breach')", name=op.f("ck_termination_breach")
        ),
        _of("termination", "agreement_id", "agreement"),
        _of("termination", "order_id", "order"),
        _of("termination", "by", "party"),
        _of("termination", "obligation_id", "obligation"),
    )
    noticed = sa.text("status = 'noticed'")
    op.create_index(op.f("ix_termination_status"), "termination", ["status"])
    op.create_index(op.f("ix_termination_agreement_id"), "termination", ["agreement_id"])
    op.create_index("uq_termination_noticed", "termination", ["agreement_id"], unique=True, postgresql_where=noticed)
    op.create_index("ix_termination_due_at", "termination", ["due_at"], postgresql_where=noticed)


def downgrade() -> None:
    op.drop_table("termination")
    op.drop_table("deletion_statement")
    op.drop_table("obligation")
    op.drop_index("ix_agreement_licence_ends_on", "agreement")
    in_force = sa.text("status = 'in_force'")
    op.create_index("ix_agreement_licence_ends_on", "agreement", ["licence_ends_on"], postgresql_where=in_force)
    for column in ("suspended_by", "suspended_until", "ended_at"):
        op.drop_column("agreement", column)
    op.execute("UPDATE agreement SET status = 'in_force' WHERE status = 'suspended'")
    _states(BEFORE)
