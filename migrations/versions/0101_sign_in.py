"""Members sign in: roles, sessions, second factors, invitations; what acts for a party is a key or a member."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0101_sign_in"
down_revision = "0100_search_head"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
TEXTS = postgresql.ARRAY(sa.Text())

HANDS = (("api_key", "made_by"), ("webhook_endpoint", "made_by"), ("approval_rule", "key_id"), ("approval", "key_id"))
"""Columns that name what acts for a party: keys so far, keys or members from here on."""


def _columns(kind: sa.types.TypeEngine[object], *names: str, null: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=null) for name in names]


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=op.f(f"pk_{table}"))


def _unique(table: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=op.f(f"uq_{table}_{column}"))


def _check(table: str, name: str, that: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(that, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    for table, column in HANDS:
        op.drop_constraint(f"fk_{table}_{column}_api_key", table, type_="foreignkey")
    _members()
    _sessions()
    _factors()
    table = "member_invitation"
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "party_id", "email", "name", "made_by"),
        *_columns(sa.Text(), "member_id", null=True),
        *_columns(TEXTS, "roles"),
        *_columns(sa.Boolean(), "administrator"),
        *_columns(sa.LargeBinary(), "secret_sha256"),
        *_columns(TIME, "created_at", "expires_at"),
        *_columns(TIME, "withdrawn_at", "accepted_at", null=True),
        _key(table),
        _to(table, "party_id", "party"),
        _to(table, "member_id", "member"),
        _unique(table, "secret_sha256"),
    )
    op.create_index(op.f(f"ix_{table}_party_id"), table, ["party_id"])


def _members() -> None:
    op.add_column("member", sa.Column("roles", TEXTS, nullable=True))
    op.add_column("member", sa.Column("administrator", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("member", sa.Column("made_by", sa.Text(), nullable=True))
    op.add_column("member", sa.Column("removed_at", TIME, nullable=True))
    # Until now only the first person of a party was entered, with its application.
    op.execute("UPDATE member SET roles = party.roles FROM party WHERE party.id = member.party_id")
    op.alter_column("member", "roles", nullable=False)
    op.alter_column("member", "administrator", server_default=None)
    op.create_index("ix_member_email", "member", ["email"])


def _sessions() -> None:
    table = "member_session"
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "member_id", "strength", "address", "agent"),
        *_columns(sa.Text(), "end_reason", null=True),
        *_columns(sa.LargeBinary(), "token_sha256"),
        *_columns(TIME, "created_at", "seen_at", "proven_at", "idle_at", "expires_at"),
        *_columns(TIME, "ended_at", null=True),
        _key(table),
        _to(table, "member_id", "member"),
        _unique(table, "token_sha256"),
        _check(table, "token_sha256", "octet_length(token_sha256) = 32"),
        _check(table, "strength", "strength IN ('password', 'second-factor', 'passkey')"),
        _check(table, "ended", "(ended_at IS NULL) = (end_reason IS NULL)"),
    )
    for column in ("member_id", "expires_at"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    table = "signin_stage"
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "purpose"),
        *_columns(sa.Text(), "member_id", null=True),
        *_columns(sa.LargeBinary(), "token_sha256"),
        *_columns(sa.LargeBinary(), "challenge", null=True),
        *_columns(TIME, "created_at", "expires_at"),
        *_columns(TIME, "used_at", null=True),
        _key(table),
        _to(table, "member_id", "member"),
        _unique(table, "token_sha256"),
        _check(table, "purpose", "purpose IN ('second-factor', 'enrolment', 'app', 'passkey', 'registration')"),
        _check(table, "token_sha256", "octet_length(token_sha256) = 32"),
    )
    op.create_index(op.f(f"ix_{table}_expires_at"), table, ["expires_at"])
    table = "signin_failure"
    op.create_table(
        table,
        *_columns(sa.LargeBinary(), "name_sha256"),
        *_columns(sa.BigInteger(), "failures"),
        *_columns(TIME, "last_at", "until"),
        _key(table, "name_sha256"),
    )
    op.create_index(op.f(f"ix_{table}_last_at"), table, ["last_at"])


def _factors() -> None:
    table = "authenticator_app"
    op.create_table(
        table,
        *_columns(sa.Text(), "member_id", "secret"),
        *_columns(sa.BigInteger(), "used_step"),
        *_columns(TIME, "created_at"),
        _key(table, "member_id"),
        _to(table, "member_id", "member"),
    )
    table = "recovery_code"
    op.create_table(
        table,
        *_columns(sa.Text(), "member_id"),
        *_columns(sa.LargeBinary(), "code_sha256"),
        *_columns(TIME, "created_at"),
        *_columns(TIME, "used_at", null=True),
        _key(table, "member_id", "code_sha256"),
        _to(table, "member_id", "member"),
    )
    table = "passkey"
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "member_id", "name"),
        *_columns(sa.LargeBinary(), "credential_id", "public_key"),
        *_columns(sa.BigInteger(), "sign_count"),
        *_columns(TIME, "created_at"),
        *_columns(TIME, "used_at", null=True),
        _key(table),
        _to(table, "member_id", "member"),
        _unique(table, "credential_id"),
    )
    op.create_index(op.f(f"ix_{table}_member_id"), table, ["member_id"])
    table = "password_reset"
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "member_id", "made_by"),
        *_columns(sa.LargeBinary(), "secret_sha256"),
        *_columns(sa.Boolean(), "clears_factors"),
        *_columns(TIME, "created_at", "expires_at"),
        *_columns(TIME, "used_at", null=True),
        _key(table),
        _to(table, "member_id", "member"),
        _unique(table, "secret_sha256"),
    )
    for column in ("member_id", "expires_at"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table in (
        "member_invitation",
        "password_reset",
        "passkey",
        "recovery_code",
        "authenticator_app",
        "signin_failure",
        "signin_stage",
        "member_session",
    ):
        op.drop_table(table)
    op.drop_index("ix_member_email", "member")
    for column in ("removed_at", "made_by", "administrator", "roles"):
        op.drop_column("member", column)
    for table, column in HANDS:
        op.create_foreign_key(f"fk_{table}_{column}_api_key", table, "api_key", [column], ["id"])
