"""A transfer reversal that Stripe keeps refusing is asked for so often, and then waits for the clearing officer."""

import sqlalchemy as sa
from alembic import op

revision = "0083_referred_reversals"
down_revision = "0082_second_words"
branch_labels = None
depends_on = None

NAME = "transfer_reversal"
CHECK = f"ck_{NAME}_status"


def upgrade() -> None:
    op.add_column(NAME, sa.Column("asked", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column(NAME, "asked", server_default=None)
    op.drop_constraint(op.f(CHECK), NAME, type_="check")
    op.create_check_constraint(op.f(CHECK), NAME, "status IN ('begun', 'referred', 'reversed', 'failed')")


def downgrade() -> None:
    op.execute(f"UPDATE {NAME} SET status = 'begun' WHERE status = 'referred'")
    op.drop_constraint(op.f(CHECK), NAME, type_="check")
    op.create_check_constraint(op.f(CHECK), NAME, "status IN ('begun', 'reversed', 'failed')")
    op.drop_column(NAME, "asked")
