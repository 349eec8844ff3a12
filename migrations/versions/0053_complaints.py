"""Complaints with their record, files and bundles; what is held for them; orders under complaint."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0053_complaints"
down_revision = "0052_closing"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
STATES = (
    "filed",
    "answered",
    "unanswered",
    "mediating",
    "proposed",
    "deciding",
    "agreed",
    "decided",
    "appealed",
    "final",
    "redelivering",
    "redelivered",
    "executed",
    "handed_off",
    "withdrawn",
    "overtaken",
)
ENDED = "status IN ('executed', 'withdrawn', 'overtaken')"
GROUNDS = "ground IN ('objection', 'remark', 'decision', 'card-dispute'{more})"


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _number(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def _time(*names: str, nullable: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, TIME, nullable=nullable) for name in names]


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    _complaint()
    _step()
    _file()
    _bundle()
    op.add_column("order", sa.Column("complaint_id", sa.Text(), nullable=True))
    op.add_column("order", sa.Column("disputed_minor", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_order_complaint"), "order", "(complaint_id IS NULL) = (disputed_minor IS NULL)"
    )
    _grounds(", 'complaint'")


def _grounds(more: str) -> None:
    op.drop_constraint(op.f("ck_withheld_share_ground"), "withheld_share")
    op.create_check_constraint(op.f("ck_withheld_share_ground"), "withheld_share", GROUNDS.format(more=more))


def _complaint() -> None:
    op.create_table(
        "complaint",
        *_text("id", "order_id", "about", "subject", "agreement_id", "buyer", "provider", "reason", "asked", "currency"),
        *_text("bill_id", "refund_id", "outcome", nullable=True),
        *_number("price_minor", "disputed_minor", "paid_back_minor"),
        sa.Column("policy", JSONB(), nullable=False),
        sa.Column("remedy", JSONB(), nullable=True),
        sa.Column("accepted_by", ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATES, name="status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        *_time("due_at", "closed_at", nullable=True),
        *_time("filed_at", "status_changed_at"),
        *_number("version"),
        sa.CheckConstraint("buyer <> provider", name=op.f("ck_complaint_two_parties")),
        sa.CheckConstraint(
            "0 <= disputed_minor AND disputed_minor <= price_minor", name=op.f("ck_complaint_amounts")
        ),
        sa.CheckConstraint("paid_back_minor BETWEEN 0 AND disputed_minor", name=op.f("ck_complaint_paid_back")),
        sa.CheckConstraint(f"({ENDED}) = (due_at IS NULL)", name=op.f("ck_complaint_clock")),
        sa.CheckConstraint(f"({ENDED}) = (outcome IS NOT NULL)", name=op.f("ck_complaint_outcome")),
        sa.CheckConstraint(
            "asked IN ('refund', 'price-reduction', 'redelivery', 'other')", name=op.f("ck_complaint_asked")
        ),
        _to("complaint", "order_id", "order"),
        _to("complaint", "bill_id", "bill"),
        _to("complaint", "agreement_id", "agreement"),
        _to("complaint", "buyer", "party"),
        _to("complaint", "provider", "party"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    for column in ("order_id", "subject", "status"):
        op.create_index(op.f(f"ix_complaint_{column}"), "complaint", [column])
    for column in ("buyer", "provider"):
        op.create_index(f"ix_complaint_{column}_id", "complaint", [column, "id"])
    waiting = sa.text("due_at IS NOT NULL")
    op.create_index("ix_complaint_due_at", "complaint", ["due_at"], postgresql_where=waiting)
    still = sa.text(f"NOT ({ENDED})")
    op.create_index("uq_complaint_open", "complaint", ["subject"], unique=True, postgresql_where=still)


def _append_only(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " EXECUTE FUNCTION refuse_change()"
    )


def _step() -> None:
    op.create_table(
        "complaint_step",
        *_text("complaint_id", "kind", "role", "text"),
        *_number("n"),
        *_text("by", "document_id", nullable=True),
        sa.Column("line", ARRAY(sa.Text()), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        *_time("at"),
        sa.CheckConstraint("n >= 1", name=op.f("ck_complaint_step_n")),
        _to("complaint_step", "complaint_id", "complaint"),
        _to("complaint_step", "by", "party"),
        _to("complaint_step", "document_id", "document"),
        sa.PrimaryKeyConstraint("complaint_id", "n", name=op.f("pk_complaint_step")),
    )
    _append_only("complaint_step")


def _file() -> None:
    op.create_table(
        "complaint_file",
        *_text("complaint_id", "file_id", "by", "name", "sha256", "media_type"),
        *_number("n", "step", "size_bytes"),
        sa.CheckConstraint("n >= 1", name=op.f("ck_complaint_file_n")),
        sa.ForeignKeyConstraint(
            ["complaint_id", "step"],
            ["complaint_step.complaint_id", "complaint_step.n"],
            name=op.f("fk_complaint_file_step"),
        ),
        _to("complaint_file", "file_id", "stored_file"),
        _to("complaint_file", "by", "party"),
        sa.PrimaryKeyConstraint("complaint_id", "n", name=op.f("pk_complaint_file")),
    )
    _append_only("complaint_file")


def _bundle() -> None:
    op.create_table(
        "complaint_bundle",
        *_text("id", "complaint_id"),
        *_number("last_step"),
        *_text("document_id", "storage_key", "sha256", nullable=True),
        *_number("size_bytes", nullable=True),
        *_time("requested_at"),
        *_time("made_at", nullable=True),
        _to("complaint_bundle", "complaint_id", "complaint"),
        _to("complaint_bundle", "document_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_bundle")),
    )
    op.create_index(op.f("ix_complaint_bundle_complaint_id"), "complaint_bundle", ["complaint_id"])
    unmade = sa.text("made_at IS NULL")
    op.create_index("ix_complaint_bundle_unmade", "complaint_bundle", ["id"], postgresql_where=unmade)


def downgrade() -> None:
    _grounds("")
    op.drop_constraint(op.f("ck_order_complaint"), "order")
    op.drop_column("order", "disputed_minor")
    op.drop_column("order", "complaint_id")
    for table in ("complaint_bundle", "complaint_file", "complaint_step", "complaint"):
        op.drop_table(table)
