"""One thread for negotiations and orders: the messages of negotiations become messages of a subject."""

from alembic import op

revision = "0058_messages"
down_revision = "0057_carts"
branch_labels = None
depends_on = None

_NAMES = (
    "ALTER TABLE {} RENAME CONSTRAINT pk_{} TO pk_{}",
    "ALTER TABLE {} RENAME CONSTRAINT fk_{}_by_party TO fk_{}_by_party",
)


def upgrade() -> None:
    op.drop_constraint("fk_negotiation_message_negotiation_id_negotiation", "negotiation_message")
    op.alter_column("negotiation_message", "negotiation_id", new_column_name="subject")
    op.execute("ALTER INDEX ix_negotiation_message_negotiation_id RENAME TO ix_message_subject")
    op.execute("ALTER TRIGGER negotiation_message_append_only ON negotiation_message RENAME TO message_append_only")
    op.rename_table("negotiation_message", "message")
    for statement in _NAMES:
        op.execute(statement.format("message", "negotiation_message", "message"))


def downgrade() -> None:
    for statement in _NAMES:
        op.execute(statement.format("message", "message", "negotiation_message"))
    op.rename_table("message", "negotiation_message")
    op.execute("ALTER TRIGGER message_append_only ON negotiation_message RENAME TO negotiation_message_append_only")
    op.execute("ALTER INDEX ix_message_subject RENAME TO ix_negotiation_message_negotiation_id")
    # An earlier release has no messages of orders.
    op.execute("ALTER TABLE negotiation_message DISABLE TRIGGER negotiation_message_append_only")
    op.execute("DELETE FROM negotiation_message WHERE subject NOT LIKE 'neg_%'")
    op.execute("ALTER TABLE negotiation_message ENABLE TRIGGER negotiation_message_append_only")
    op.alter_column("negotiation_message", "subject", new_column_name="negotiation_id")
    op.create_foreign_key(
        "fk_negotiation_message_negotiation_id_negotiation",
        "negotiation_message",
        "negotiation",
        ["negotiation_id"],
        ["id"],
    )
