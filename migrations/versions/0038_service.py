"""Ratings with the month's mean, infringement notices, and service levels with what is measured of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038_service"
down_revision = "0037_banking"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
NOTICE = ("notified", "rejected", "measure", "countered", "waiting", "suit_noted", "lifted", "upheld", "withdrawn")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def upgrade() -> None:
    _ratings()
    _notices()
    _observations()
    _windows()
    op.add_column("listing", sa.Column("under_notice", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("listing", "under_notice", server_default=None)


def _ratings() -> None:
    op.create_table(
        "rating",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("stars", sa.BigInteger(), nullable=False),
        sa.Column("as_described", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("edited_at", TIME, nullable=True),
        sa.Column("answered_at", TIME, nullable=True),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_rating_stars")),
        sa.CheckConstraint("buyer <> provider", name=op.f("ck_rating_two_parties")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_rating_answered")),
        sa.CheckConstraint("withdrawn_reason IS NULL OR text = ''", name=op.f("ck_rating_withdrawn")),
        _to("rating", "order_id", "order"),
        _to("rating", "listing_id", "listing"),
        _to("rating", "buyer", "party"),
        _to("rating", "provider", "party"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("order_id", name=op.f("uq_rating_order_id")),
    )
    _indexes("rating", "listing_id", "provider")
    op.create_table(
        "rating_mean",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("mean", sa.Numeric(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("frozen_at", TIME, nullable=False),
        sa.CheckConstraint("mean BETWEEN 1 AND 5", name=op.f("ck_rating_mean_mean")),
        sa.CheckConstraint("n >= 0", name=op.f("ck_rating_mean_n")),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_rating_mean")),
    )
    op.execute("CREATE TRIGGER rating_keep BEFORE DELETE OR TRUNCATE ON rating EXECUTE FUNCTION refuse_change()")
    op.execute(
        "CREATE TRIGGER rating_mean_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rating_mean"
        " EXECUTE FUNCTION refuse_change()"
    )


def _notices() -> None:
    listed = ", ".join(f"'{state}'" for state in NOTICE)
    op.create_table(
        "notice",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("notifier", sa.Text(), nullable=False),
        sa.Column("shown_to", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("holder_contact", sa.Text(), nullable=False),
        sa.Column("represented", sa.Boolean(), nullable=False),
        sa.Column("right_kind", sa.Text(), nullable=False),
        sa.Column("right_proof", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("counter", JSON, nullable=True),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("suit", JSON, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("given_at", TIME, nullable=False),
        sa.Column("measure_at", TIME, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"status IN ({listed})", name=op.f("ck_notice_status")),
        sa.CheckConstraint("notifier <> provider", name=op.f("ck_notice_two_parties")),
        _to("notice", "listing_id", "listing"),
        _to("notice", "provider", "party"),
        _to("notice", "notifier", "party"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    _indexes("notice", "listing_id", "provider", "notifier", "status")
    op.create_index("ix_notice_due_at", "notice", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))


def _observations() -> None:
    op.create_table(
        "service_access",
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("millis", sa.BigInteger(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("millis IS NULL OR millis >= 0", name=op.f("ck_service_access_millis")),
        sa.CheckConstraint("NOT (good AND ours)", name=op.f("ck_service_access_outcome")),
        _to("service_access", "agreement_id", "agreement"),
        sa.PrimaryKeyConstraint("agreement_id", "event_id", name=op.f("pk_service_access")),
    )
    op.create_index("ix_service_access_agreement_id_at", "service_access", ["agreement_id", "at"])
    op.create_table(
        "service_outage",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("announced_at", TIME, nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_service_outage_times")),
        sa.CheckConstraint(
            "(kind = 'maintenance') = (listing_id IS NOT NULL)", name=op.f("ck_service_outage_kind")
        ),
        _to("service_outage", "listing_id", "listing"),
        _to("service_outage", "by", "party"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_outage")),
    )
    _indexes("service_outage", "listing_id")
    op.create_index("ix_service_outage_starts_at", "service_outage", ["starts_at"])
    for table in ("service_access", "service_outage"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION refuse_change()"
        )


def _windows() -> None:
    table = "service_window"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("closes_at", TIME, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("good", "cured", "total", "left_out")),
        sa.Column("attained", sa.Numeric(), nullable=True),
        sa.Column("rate", sa.Numeric(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("fee_minor", "owed_minor", "credit_minor")),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("ledger_entry_id", sa.Text(), nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'met', 'breached', 'not_assessed', 'credited')", name=op.f(f"ck_{table}_status")
        ),
        sa.CheckConstraint("ends_on > starts_on", name=op.f(f"ck_{table}_days")),
        sa.CheckConstraint("good >= 0 AND cured >= 0 AND good + cured <= total", name=op.f(f"ck_{table}_counts")),
        sa.CheckConstraint(
            "credit_minor >= 0 AND credit_minor <= owed_minor AND owed_minor <= fee_minor",
            name=op.f(f"ck_{table}_credit"),
        ),
        _to(table, "agreement_id", "agreement"),
        _to(table, "listing_id", "listing"),
        _to(table, "provider", "party"),
        _to(table, "consumer", "party"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "agreement_id", "objective", "starts_on", name=op.f(f"uq_{table}_agreement_id_objective_starts_on")
        ),
    )
    _indexes(table, "agreement_id", "listing_id", "status")
    op.create_index("ix_service_window_closes_at", table, ["closes_at"], postgresql_where=sa.text("status = 'open'"))


def downgrade() -> None:
    op.drop_column("listing", "under_notice")
    for table in ("service_window", "service_outage", "service_access", "notice", "rating_mean", "rating"):
        op.drop_table(table)
