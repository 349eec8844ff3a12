"""The centre's bank accounts, statements and their lines; bank details of parties, payouts and their batches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0037_banking"
down_revision = "0036_auctions"
branch_labels = None
depends_on = None

NOW = sa.DateTime(timezone=True)
PAYEE = ("declared", "confirmed", "active", "replaced", "withdrawn", "rejected", "lapsed", "closed")
BATCH = ("proposed", "approved", "refused", "lapsed")
PAYOUT = ("due", "batched", "sent", "confirmed", "returned", "cancelled")
MATCH = ("received", "unknown", "partial", "proposed", "returning", "unexplained", "matched", "prepaid", "returned", "explained")


def upgrade() -> None:
    _accounts()
    _statements()
    _entries()
    _matches()
    _payees()
    _batches()
    _payouts()


def _accounts() -> None:
    op.create_table(
        "bank_account",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("number_key", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("bank_name", sa.Text, nullable=False),
        sa.Column("bank_code", sa.Text, nullable=False),
        sa.Column("payment_format", sa.Text, nullable=False),
        sa.Column("opening_minor", sa.BigInteger, nullable=False),
        sa.Column("created_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bank_account"),
        sa.UniqueConstraint("number_key", "currency", name="uq_bank_account_number_key_currency"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_bank_account_currency")),
        sa.CheckConstraint(
            "payment_format IN ('pain.001.001.03', 'pain.001.001.09')", name=op.f("ck_bank_account_payment_format")
        ),
    )


def _statements() -> None:
    op.create_table(
        "bank_statement",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=True),
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("closes_on", sa.Date, nullable=False),
        sa.Column("opening_minor", sa.BigInteger, nullable=False),
        sa.Column("closing_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("entry_count", sa.BigInteger, nullable=False),
        sa.Column("file_sha256", sa.Text, nullable=False),
        sa.Column("file", sa.LargeBinary, nullable=False),
        sa.Column("imported_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bank_statement"),
        sa.UniqueConstraint(
            "account_id",
            "number",
            "sequence",
            name="uq_bank_statement_account_id_number_sequence",
            postgresql_nulls_not_distinct=True,
        ),
        sa.UniqueConstraint("account_id", "file_sha256", name="uq_bank_statement_account_id_file_sha256"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["bank_account.id"], name="fk_bank_statement_account_id_bank_account"
        ),
    )
    op.create_index("ix_bank_statement_last", "bank_statement", ["account_id", "n"], unique=True)
    _append_only("bank_statement")


def _entries() -> None:
    op.create_table(
        "bank_entry",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("statement_id", sa.Text, nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("credit", sa.Boolean, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("booked_on", sa.Date, nullable=False),
        sa.Column("value_on", sa.Date, nullable=True),
        sa.Column("bank_reference", sa.Text, nullable=True),
        sa.Column("end_to_end_id", sa.Text, nullable=True),
        sa.Column("remittance", sa.Text, nullable=False),
        sa.Column("counterparty", sa.Text, nullable=True),
        sa.Column("counterparty_account", sa.Text, nullable=True),
        sa.Column("facts", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bank_entry"),
        sa.UniqueConstraint("account_id", "identity", name="uq_bank_entry_account_id_identity"),
        sa.UniqueConstraint("statement_id", "n", name="uq_bank_entry_statement_id_n"),
        sa.ForeignKeyConstraint(["account_id"], ["bank_account.id"], name="fk_bank_entry_account_id_bank_account"),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["bank_statement.id"], name="fk_bank_entry_statement_id_bank_statement"
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_bank_entry_amount_minor")),
    )
    op.create_index("ix_bank_entry_reference", "bank_entry", [sa.text("upper(bank_reference)")])
    op.create_index("ix_bank_entry_counterparty_account", "bank_entry", ["counterparty_account"])
    _append_only("bank_entry")


def _matches() -> None:
    op.create_table(
        "bank_match",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("payment_ids", ARRAY(sa.Text), nullable=False),
        sa.Column("party_id", sa.Text, nullable=True),
        sa.Column("held_in", sa.Text, nullable=True),
        sa.Column("held_minor", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=True),
        sa.Column("due_at", NOW, nullable=True),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("status", sa.Enum(*MATCH, native_enum=False, length=40), nullable=False),
        sa.Column("status_changed_at", NOW, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bank_match"),
        sa.ForeignKeyConstraint(["id"], ["bank_entry.id"], name="fk_bank_match_id_bank_entry"),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="fk_bank_match_party_id_party"),
        sa.CheckConstraint(f"status IN {MATCH}", name=op.f("ck_bank_match_status")),
    )
    op.create_index("ix_bank_match_status", "bank_match", ["status"])
    op.create_index(
        "ix_bank_match_due_at", "bank_match", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.create_index("ix_bank_match_payment_ids", "bank_match", ["payment_ids"], postgresql_using="gin")


def _stateful(states: tuple[str, ...]) -> list[sa.Column]:
    return [
        sa.Column("status", sa.Enum(*states, native_enum=False, length=40), nullable=False),
        sa.Column("status_changed_at", NOW, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
    ]


def _payees() -> None:
    op.create_table(
        "payee_account",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("party_id", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("bank_code", sa.Text, nullable=True),
        sa.Column("bank_name", sa.Text, nullable=True),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("code_sha256", sa.Text, nullable=True),
        sa.Column("code_issued_at", NOW, nullable=True),
        sa.Column("usable_from", NOW, nullable=False),
        sa.Column("lapses_at", NOW, nullable=False),
        sa.Column("end_reason", sa.Text, nullable=True),
        sa.Column("created_at", NOW, nullable=False),
        *_stateful(PAYEE),
        sa.PrimaryKeyConstraint("id", name="pk_payee_account"),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="fk_payee_account_party_id_party"),
        sa.CheckConstraint("channel IN ('bank', 'stripe')", name=op.f("ck_payee_account_channel")),
        sa.CheckConstraint(f"status IN {PAYEE}", name=op.f("ck_payee_account_status")),
    )
    op.create_index("ix_payee_account_party_id", "payee_account", ["party_id"])
    op.create_index("ix_payee_account_status", "payee_account", ["status"])
    for name, states in (("active", "status = 'active'"), ("pending", "status IN ('declared', 'confirmed')")):
        op.create_index(
            f"uq_payee_account_{name}",
            "payee_account",
            ["party_id", "currency"],
            unique=True,
            postgresql_where=sa.text(states),
        )


def _batches() -> None:
    op.create_table(
        "payout_batch",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("bank_account_id", sa.Text, nullable=True),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("payout_count", sa.BigInteger, nullable=False),
        sa.Column("total_minor", sa.BigInteger, nullable=False),
        sa.Column("execution_on", sa.Date, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("proposed_by_line", ARRAY(sa.Text), nullable=False),
        sa.Column("due_at", NOW, nullable=False),
        sa.Column("end_reason", sa.Text, nullable=True),
        sa.Column("form", sa.Text, nullable=True),
        sa.Column("file", sa.LargeBinary, nullable=True),
        sa.Column("file_sha256", sa.Text, nullable=True),
        sa.Column("created_at", NOW, nullable=False),
        *_stateful(BATCH),
        sa.PrimaryKeyConstraint("id", name="pk_payout_batch"),
        sa.ForeignKeyConstraint(
            ["bank_account_id"], ["bank_account.id"], name="fk_payout_batch_bank_account_id_bank_account"
        ),
        sa.CheckConstraint("channel IN ('bank', 'stripe')", name=op.f("ck_payout_batch_channel")),
        sa.CheckConstraint(f"status IN {BATCH}", name=op.f("ck_payout_batch_status")),
    )
    op.create_index("ix_payout_batch_status", "payout_batch", ["status"])
    op.create_table(
        "payout_approval",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("batch_id", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("line", ARRAY(sa.Text), nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("approved_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payout_approval"),
        sa.UniqueConstraint("batch_id", "key_id", name="uq_payout_approval_batch_id_key_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["payout_batch.id"], name="fk_payout_approval_batch_id_payout_batch"),
    )
    op.create_index("ix_payout_approval_batch_id", "payout_approval", ["batch_id"])
    _append_only("payout_approval")


def _payouts() -> None:
    op.create_table(
        "payout",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("party_id", sa.Text, nullable=False),
        sa.Column("payee_account_id", sa.Text, nullable=False),
        sa.Column("batch_id", sa.Text, nullable=True),
        sa.Column("previous_id", sa.Text, nullable=True),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("policy", JSONB, nullable=False),
        sa.Column("bank_status", sa.Text, nullable=True),
        sa.Column("bank_reason", sa.Text, nullable=True),
        sa.Column("transfer_reference", sa.Text, nullable=True),
        sa.Column("payout_reference", sa.Text, nullable=True),
        sa.Column("confirmed_on", sa.Date, nullable=True),
        sa.Column("returned_on", sa.Date, nullable=True),
        sa.Column("due_at", NOW, nullable=True),
        sa.Column("created_at", NOW, nullable=False),
        *_stateful(PAYOUT),
        sa.PrimaryKeyConstraint("id", name="pk_payout"),
        sa.UniqueConstraint("previous_id", name="uq_payout_previous_id"),
        sa.UniqueConstraint("transfer_reference", name="uq_payout_transfer_reference"),
        sa.UniqueConstraint("payout_reference", name="uq_payout_payout_reference"),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="fk_payout_party_id_party"),
        sa.ForeignKeyConstraint(
            ["payee_account_id"], ["payee_account.id"], name="fk_payout_payee_account_id_payee_account"
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["payout_batch.id"], name="fk_payout_batch_id_payout_batch"),
        sa.ForeignKeyConstraint(["previous_id"], ["payout.id"], name="fk_payout_previous_id_payout"),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payout_amount_minor")),
        sa.CheckConstraint(f"status IN {PAYOUT}", name=op.f("ck_payout_status")),
    )
    for column in ("party_id", "batch_id", "status"):
        op.create_index(f"ix_payout_{column}", "payout", [column])
    op.create_index("ix_payout_due_at", "payout", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))


def _append_only(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    for table in ("payout", "payout_approval", "payout_batch", "payee_account", "bank_match", "bank_entry", "bank_statement", "bank_account"):
        op.drop_table(table)
