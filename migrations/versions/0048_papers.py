"""Papers: invoicing details, invoices, credit notes and their slips; the counter of bills counts every series."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0048_papers"
down_revision = "0047_successions"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
KINDS = ("invoice", "credit-note", "monthly-statement", "bill-statement", "payout-advice", "tax-summary")
INVOICE = ("draft", "withdrawn", "issued", "registered", "void")
CREDIT = ("pending_red", "issued", "registered", "void")
SLIP = (
    "unneeded", "awaits_buyer", "awaits_seller", "confirmed", "denied_by_buyer", "denied_by_seller", "lapsed",
    "withdrawn", "withdrawn_confirmed", "void",
)
KEPT = ("paper", "fapiao")
TABLES = ("red_slip", "credit_note", "fapiao", "invoice_subject", "invoice", "paper", "invoice_details")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _check(table: str, name: str, that: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(that, name=op.f(f"ck_{table}_{name}"))


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _text(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def _whole(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _time(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, TIME, nullable=null)


def _state(table: str, states: tuple[str, ...]) -> list[sa.Column | sa.CheckConstraint]:
    return [
        sa.Column("status", sa.Enum(*states, native_enum=False, length=40), nullable=False),
        _time("status_changed_at"),
        _whole("version"),
        _check(table, "status", f"status IN {states}"),
    ]


def upgrade() -> None:
    op.rename_table("bill_series", "number_series")
    op.execute("ALTER TABLE number_series RENAME CONSTRAINT pk_bill_series TO pk_number_series")
    _details()
    _papers()
    _invoices()
    _credits()
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION refuse_change()"
        )


def _details() -> None:
    table = "invoice_details"
    op.create_table(
        table,
        *(_text(name) for name in ("party_id", "title", "tax_number", "taxpayer", "country")),
        *(_text(name, null=True) for name in ("vat_id", "address", "phone", "bank_name", "bank_account")),
        _time("updated_at"),
        _key(table, "party_id"),
        _to(table, "party_id", "party"),
        _check(table, "taxpayer", "taxpayer IN ('general', 'small-scale')"),
        _check(table, "bank", "(bank_name IS NULL) = (bank_account IS NULL)"),
    )


def _papers() -> None:
    table = "paper"
    op.create_table(
        table,
        *(_text(name) for name in ("id", "kind", "number", "subject", "party_id")),
        sa.Column("parties", postgresql.ARRAY(sa.Text()), nullable=False),
        *(_text(name) for name in ("currency", "document_id")),
        _time("issued_at"),
        _key(table, "id"),
        _check(table, "kind", f"kind IN {KINDS}"),
        sa.UniqueConstraint("kind", "subject", "currency", name=op.f("uq_paper_kind_subject_currency")),
        sa.UniqueConstraint("number", name=op.f("uq_paper_number")),
        _to(table, "party_id", "party"),
        _to(table, "document_id", "document"),
    )
    op.create_index(op.f("ix_paper_party_id"), table, ["party_id"])
    op.create_index("ix_paper_parties", table, ["parties"], postgresql_using="gin")


def _invoices() -> None:
    table = "invoice"
    op.create_table(
        table,
        *(_text(name) for name in ("id", "kind", "form", "mode", "seller", "buyer", "currency")),
        *(_whole(name) for name in ("gross_minor", "tax_minor", "credited_minor")),
        sa.Column("totals", JSON, nullable=False),
        sa.Column("buyer_details", JSON, nullable=False),
        sa.Column("seller_details", JSON, nullable=True),
        _text("remark"),
        *(_text(name, null=True) for name in ("number", "paper_id", "fapiao_number")),
        sa.Column("fapiao_on", sa.Date(), nullable=True),
        _text("end_reason", null=True),
        _time("due_at", null=True),
        _time("requested_at"),
        _time("issued_at", null=True),
        *_state(table, INVOICE),
        _key(table, "id"),
        _to(table, "seller", "party"),
        _to(table, "buyer", "party"),
        _to(table, "paper_id", "paper"),
        _check(table, "kind", "kind IN ('sale', 'fee')"),
        _check(table, "form", "form IN ('special', 'general', 'commercial')"),
        _check(table, "mode", "mode IN ('agent', 'principal')"),
        _check(table, "two_parties", "seller <> buyer"),
        _check(table, "amounts", "gross_minor > 0 AND tax_minor >= 0 AND tax_minor < gross_minor"),
        _check(table, "credited", "credited_minor >= 0 AND credited_minor <= gross_minor"),
        _check(table, "numbered", "(number IS NULL) = (status IN ('draft', 'withdrawn'))"),
    )
    for column in ("seller", "buyer", "status"):
        op.create_index(op.f(f"ix_invoice_{column}"), table, [column])
    op.create_index("ix_invoice_due_at", table, ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))
    op.create_table(
        "invoice_subject",
        *(_text(name) for name in ("invoice_id", "subject", "kind")),
        sa.Column("live", sa.Boolean(), nullable=False),
        _key("invoice_subject", "invoice_id", "subject"),
        _to("invoice_subject", "invoice_id", "invoice"),
    )
    op.create_index(
        "uq_invoice_subject_live", "invoice_subject", ["kind", "subject"], unique=True, postgresql_where=sa.text("live")
    )
    op.create_table(
        "fapiao",
        _text("number"),
        _text("subject"),
        sa.Column("registered_on", sa.Date(), nullable=False),
        _time("created_at"),
        _key("fapiao", "number"),
        sa.UniqueConstraint("subject", name=op.f("uq_fapiao_subject")),
        _check("fapiao", "number", "number ~ '^[0-9]{20}$'"),
    )


def _credits() -> None:
    table = "credit_note"
    op.create_table(
        table,
        *(_text(name) for name in ("id", "invoice_id", "seller", "buyer", "reason", "currency")),
        *(_whole(name) for name in ("gross_minor", "tax_minor")),
        sa.Column("totals", JSON, nullable=False),
        _text("refund_id", null=True),
        *(_text(name) for name in ("remark", "number", "paper_id")),
        *(_text(name, null=True) for name in ("slip_number", "fapiao_number")),
        sa.Column("fapiao_on", sa.Date(), nullable=True),
        _text("end_reason", null=True),
        _time("due_at", null=True),
        _time("issued_at"),
        *_state(table, CREDIT),
        _key(table, "id"),
        _to(table, "invoice_id", "invoice"),
        _to(table, "seller", "party"),
        _to(table, "buyer", "party"),
        _to(table, "paper_id", "paper"),
        _check(table, "reason", "reason IN ('01', '02', '03', '04')"),
        _check(table, "amounts", "gross_minor > 0 AND tax_minor >= 0 AND tax_minor <= gross_minor"),
    )
    for column in ("invoice_id", "seller", "buyer", "status"):
        op.create_index(op.f(f"ix_credit_note_{column}"), table, [column])
    op.create_index("uq_credit_note_refund", table, ["invoice_id", "refund_id"], unique=True)
    op.create_index("ix_credit_note_due_at", table, ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))
    _slips()


def _slips() -> None:
    table = "red_slip"
    op.create_table(
        table,
        *(_text(name) for name in ("id", "credit_note_id", "number", "seller", "buyer", "entered_by")),
        _text("void_code", null=True),
        _time("due_at", null=True),
        _time("created_at"),
        *_state(table, SLIP),
        _key(table, "id"),
        sa.UniqueConstraint("number", name=op.f("uq_red_slip_number")),
        _to(table, "credit_note_id", "credit_note"),
        _check(table, "number", "number ~ '^[0-9]{20}$'"),
        _check(table, "void_code", "(void_code IS NULL) = (status <> 'void')"),
    )
    for column in ("credit_note_id", "status"):
        op.create_index(op.f(f"ix_red_slip_{column}"), table, [column])
    alive = "status IN ('unneeded', 'awaits_buyer', 'awaits_seller', 'confirmed')"
    op.create_index("uq_red_slip_alive", table, ["credit_note_id"], unique=True, postgresql_where=sa.text(alive))
    op.create_index("ix_red_slip_due_at", table, ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("ALTER TABLE number_series RENAME CONSTRAINT pk_number_series TO pk_bill_series")
    op.rename_table("number_series", "bill_series")
