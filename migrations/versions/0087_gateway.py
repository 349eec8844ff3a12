"""Interfaces of API products, calls, test calls, and the receipts of days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0087_gateway"
down_revision = "0084_part_redeliveries"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
STANDING = "state IN ('reserved', 'committed')"


def _columns(kind: sa.types.TypeEngine[object], *names: str, null: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=null) for name in names]


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _check(table: str, name: str, that: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(that, name=op.f(f"ck_{table}_{name}"))


def _kept(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    table = "gateway_interface"
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "asset_id", "provider", "base_url", "original_sha256", "document_sha256"),
        *_columns(sa.Text(), "credential_header", null=True),
        *_columns(sa.LargeBinary(), "credential_sealed", null=True),
        *_columns(sa.BigInteger(), "n", "tests_per_day"),
        *_columns(JSON, "document", "changes"),
        *_columns(TIME, "created_at", "effective_at"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to(table, "asset_id", "asset"),
        _to(table, "provider", "party"),
        sa.UniqueConstraint("asset_id", "n", name=op.f(f"uq_{table}_asset_id_n")),
        _check(table, "credential", "(credential_header IS NULL) = (credential_sealed IS NULL)"),
    )
    op.create_index(op.f(f"ix_{table}_provider"), table, ["provider"])
    _kept(table)
    _calls("gateway_call")
    table = "gateway_test"
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "party_id", "listing_id", "interface_id", "operation"),
        *_columns(sa.Date(), "day"),
        *_columns(TIME, "at"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to(table, "party_id", "party"),
        _to(table, "listing_id", "listing"),
        _to(table, "interface_id", "gateway_interface"),
    )
    op.create_index(op.f(f"ix_{table}_listing_id"), table, ["listing_id"])
    op.create_index("ix_gateway_test_day", table, ["party_id", "interface_id", "day"])
    _kept(table)
    table = "gateway_day"
    op.create_table(
        table,
        *_columns(sa.Text(), "agreement_id", "calls_sha256"),
        *_columns(sa.Date(), "day"),
        *_columns(sa.BigInteger(), "committed", "released", "expired"),
        *_columns(TIME, "made_at"),
        sa.PrimaryKeyConstraint("agreement_id", "day", name=op.f(f"pk_{table}")),
        _to(table, "agreement_id", "agreement"),
    )
    _kept(table)


def _calls(table: str) -> None:
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "agreement_id", "call_id", "channel_key_id", "interface_id", "operation"),
        *_columns(sa.Text(), "address", "state"),
        *_columns(sa.Text(), "failure", "release_id", null=True),
        *_columns(sa.LargeBinary(), "digest"),
        *_columns(sa.BigInteger(), "request_bytes"),
        *_columns(sa.BigInteger(), "http_status", "response_bytes", null=True),
        *_columns(TIME, "at", "expires_at"),
        *_columns(TIME, "ended_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _to(table, "agreement_id", "agreement"),
        _to(table, "channel_key_id", "channel_key"),
        _to(table, "interface_id", "gateway_interface"),
        _to(table, "release_id", "usage_release"),
        _check(table, "state", "state IN ('reserved', 'committed', 'released', 'expired')"),
        _check(table, "ended", "(state = 'reserved') = (ended_at IS NULL)"),
        _check(table, "release", "(state = 'committed') = (release_id IS NOT NULL)"),
    )
    op.create_index(op.f(f"ix_{table}_channel_key_id"), table, ["channel_key_id"])
    columns = ["agreement_id", "call_id"]
    op.create_index(
        "uq_gateway_call_standing", table, columns, unique=True, postgresql_where=sa.text(STANDING)
    )
    op.create_index("ix_gateway_call_name", table, [*columns, "id"])
    op.create_index("ix_gateway_call_page", table, ["agreement_id", "id"])
    op.create_index("ix_gateway_call_ended", table, ["agreement_id", "ended_at"])
    waits = sa.text("state = 'reserved'")
    op.create_index("ix_gateway_call_expires_at", table, ["expires_at"], postgresql_where=waits)


def downgrade() -> None:
    for table in ("gateway_day", "gateway_test", "gateway_call", "gateway_interface"):
        op.drop_table(table)
