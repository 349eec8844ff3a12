"""Credit codes stand for one admitted party, keys know their maker, watching offices are invited, the mode is kept."""

import logging

import sqlalchemy as sa
from alembic import op

revision = "0019_access"
down_revision = "0018_living_data"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.drop_constraint("uq_party_uscc", "party", type_="unique")
    op.create_index("ix_party_uscc", "party", ["uscc"])
    op.create_index("ix_party_name", "party", ["name"])
    standing = sa.text("status IN ('admitted', 'suspended')")
    op.create_index("uq_party_standing", "party", ["uscc"], unique=True, postgresql_where=standing)
    op.drop_constraint("uq_member_email", "member", type_="unique")
    op.create_unique_constraint("uq_member_party_id_email", "member", ["party_id", "email"])
    op.add_column("api_key", sa.Column("made_by", sa.Text(), nullable=True))
    op.create_foreign_key("fk_api_key_made_by_api_key", "api_key", "api_key", ["made_by"], ["id"])
    op.create_index("ix_api_key_made_by", "api_key", ["made_by"])
    op.create_table(
        "office_invitation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("redeemed_at", TIME, nullable=True),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name="fk_office_invitation_key_id_api_key"),
        sa.PrimaryKeyConstraint("id", name="pk_office_invitation"),
        sa.UniqueConstraint("secret_sha256", name="uq_office_invitation_secret_sha256"),
    )
    op.create_index("ix_payment_bank_key", "payment", [sa.text("upper(bank_reference)")])
    op.create_index("ix_payment_refund_key", "payment", [sa.text("upper(refund_reference)")])
    op.create_table(
        "installation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("founded_at", TIME, nullable=False),
        sa.CheckConstraint("id = 'ins'", name="ck_installation_single"),
        sa.CheckConstraint("mode IN ('sandbox', 'production')", name="ck_installation_mode"),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
    )
    _keep_mode(op.get_bind())


def _keep_mode(connection: sa.Connection) -> None:
    """A centre that was founded before: its first key says how, since production makes live keys and a sandbox test keys.

    Where no key is left, a clock that was moved is a sandbox's; nothing else may be taken for one.
    """
    centre = connection.execute(sa.text("SELECT id, created_at FROM party WHERE centre")).first()
    if centre is None:
        return
    first = connection.execute(
        sa.text("SELECT prefix FROM api_key WHERE party_id = :centre ORDER BY created_at, id LIMIT 1"),
        {"centre": centre.id},
    ).scalar()
    moved = connection.execute(sa.text("SELECT coalesce(max(offset_seconds), 0) > 0 FROM sandbox_clock")).scalar()
    sandbox = first.startswith("test_") if first is not None else bool(moved)
    mode = "sandbox" if sandbox else "production"
    connection.execute(
        sa.text("INSERT INTO installation (id, mode, founded_at) VALUES ('ins', :mode, :at)"),
        {"mode": mode, "at": centre.created_at},
    )
    why = "its first key" if first is not None else "its clock"
    logging.getLogger("liutong").warning(
        "this installation is kept as %s from now on, as %s says; a start in another mode is refused", mode, why
    )


def downgrade() -> None:
    op.drop_table("installation")
    op.drop_index("ix_payment_refund_key", table_name="payment")
    op.drop_index("ix_payment_bank_key", table_name="payment")
    op.drop_table("office_invitation")
    op.drop_index("ix_api_key_made_by", table_name="api_key")
    op.drop_constraint("fk_api_key_made_by_api_key", "api_key", type_="foreignkey")
    op.drop_column("api_key", "made_by")
    op.drop_constraint("uq_member_party_id_email", "member", type_="unique")
    op.create_unique_constraint("uq_member_email", "member", ["email"])
    op.drop_index("uq_party_standing", table_name="party")
    op.drop_index("ix_party_name", table_name="party")
    op.drop_index("ix_party_uscc", table_name="party")
    op.create_unique_constraint("uq_party_uscc", "party", ["uscc"])
