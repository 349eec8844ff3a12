"""The Dataspace Protocol: counterparties with their tokens, processes, agreements and messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034_dataspace"
down_revision = "0033_amendments"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
TEXTS = postgresql.ARRAY(sa.Text())
NEGOTIATION = ("initiated", "requested", "offered", "accepted", "agreed", "verified", "finalized", "terminated")
TRANSFER = ("initiated", "requested", "started", "suspended", "completed", "terminated")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _words(table: str, name: str, *words: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{name} IN ({listed})", name=op.f(f"ck_{table}_{name}"))


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def upgrade() -> None:
    _participants()
    _agreements()
    _process(
        "dataspace_negotiation",
        NEGOTIATION,
        sa.Column("offer", JSON, nullable=False),
        sa.Column("offered_by", sa.Text(), nullable=False),
        sa.Column("negotiation_id", sa.Text(), nullable=True),
        _to("dataspace_negotiation", "negotiation_id", "negotiation"),
        sa.Column("agreement_id", sa.Text(), nullable=True),
    )
    _indexes("dataspace_negotiation", "negotiation_id")
    _process(
        "dataspace_transfer",
        TRANSFER,
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("data_address", sa.LargeBinary(), nullable=True),
        sa.Column("address_due", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_dataspace_transfer_token_sha256")),
    )
    _messages()


def _participants() -> None:
    op.create_table(
        "dataspace_participant",
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("standing", TEXTS, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        _to("dataspace_participant", "party_id", "party"),
        sa.PrimaryKeyConstraint("party_id", name=op.f("pk_dataspace_participant")),
    )
    table = "dataspace_counterparty"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("token_out", sa.LargeBinary(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("participant <> party_id", name=op.f("ck_dataspace_counterparty_two_parties")),
        _to(table, "participant", "party"),
        _to(table, "party_id", "party"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataspace_counterparty")),
        sa.UniqueConstraint("participant", "did", name=op.f("uq_dataspace_counterparty_participant_did")),
    )
    _indexes(table, "participant", "party_id")
    op.create_table(
        "dataspace_token",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("counterparty_id", sa.Text(), nullable=False),
        sa.Column("expires_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        _to("dataspace_token", "counterparty_id", "dataspace_counterparty"),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_dataspace_token")),
    )
    _indexes("dataspace_token", "counterparty_id")
    op.create_table(
        "dataspace_dataset",
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("offers", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _to("dataspace_dataset", "participant", "party"),
        sa.PrimaryKeyConstraint("participant", "external_id", name=op.f("pk_dataspace_dataset")),
    )


def _agreements() -> None:
    table = "dataspace_agreement"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("counterparty_id", sa.Text(), nullable=False),
        sa.Column("side", sa.String(20), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("signing_text", sa.Text(), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("house_agreement_id", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("concluded_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name=op.f("ck_dataspace_agreement_digest")),
        _words(table, "side", "provider", "consumer"),
        _to(table, "participant", "party"),
        _to(table, "counterparty_id", "dataspace_counterparty"),
        _to(table, "house_agreement_id", "agreement"),
        _to(table, "order_id", "order"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataspace_agreement")),
        sa.UniqueConstraint("participant", "external_id", name=op.f("uq_dataspace_agreement_participant_external_id")),
    )
    _indexes(table, "counterparty_id", "house_agreement_id", "order_id")


def _process(table: str, states: tuple[str, ...], *more: sa.schema.SchemaItem) -> None:
    """Both kinds of processes keep the same things."""
    op.create_table(
        table,
        *more,
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("provider_pid", sa.Text(), nullable=True),
        sa.Column("consumer_pid", sa.Text(), nullable=True),
        sa.Column("callback_address", sa.Text(), nullable=True),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("last_message_id", sa.Text(), nullable=True),
        sa.Column("sending", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("reasons", TEXTS, nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("counterparty_id", sa.Text(), nullable=False),
        sa.Column("side", sa.String(20), nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _words(table, "side", "provider", "consumer"),
        _words(table, "status", *states),
        _to(table, "participant", "party"),
        _to(table, "counterparty_id", "dataspace_counterparty"),
        _to(table, "agreement_id", "dataspace_agreement"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.UniqueConstraint(
                "participant",
                "counterparty_id",
                "side",
                pid,
                name=op.f(f"uq_{table}_participant_counterparty_id_side_{pid}"),
            )
            for pid in ("provider_pid", "consumer_pid")
        ),
    )
    _indexes(table, "participant", "counterparty_id", "agreement_id", "status")
    op.create_index(f"ix_{table}_due_at", table, ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))


def _messages() -> None:
    table = "dataspace_received"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("counterparty_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        _to(table, "participant", "party"),
        _to(table, "counterparty_id", "dataspace_counterparty"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataspace_received")),
        sa.UniqueConstraint(
            "participant",
            "counterparty_id",
            "message_id",
            name=op.f("uq_dataspace_received_participant_counterparty_id_message_id"),
        ),
    )
    _indexes(table, "process_id")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " EXECUTE FUNCTION refuse_change()"
    )
    table = "dataspace_sent"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("process_kind", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("counterparty_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", TIME, nullable=True),
        sa.Column("last_status", sa.BigInteger(), nullable=True),
        sa.Column("last_failure", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        _words(table, "outcome", "pending", "acknowledged", "refused", "given_up"),
        _to(table, "counterparty_id", "dataspace_counterparty"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataspace_sent")),
        sa.UniqueConstraint("message_id", name=op.f("uq_dataspace_sent_message_id")),
    )
    _indexes(table, "process_id", "counterparty_id")
    op.create_index(
        "uq_dataspace_sent_pending",
        table,
        ["process_id"],
        unique=True,
        postgresql_where=sa.text("outcome = 'pending' AND action IS NOT NULL"),
    )


def downgrade() -> None:
    for table in (
        "dataspace_sent",
        "dataspace_received",
        "dataspace_transfer",
        "dataspace_negotiation",
        "dataspace_agreement",
        "dataspace_dataset",
        "dataspace_token",
        "dataspace_counterparty",
        "dataspace_participant",
    ):
        op.drop_table(table)
