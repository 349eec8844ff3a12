"""How often a window of a service level was credited: what was short is taken from what the agreement brings later."""

import sqlalchemy as sa
from alembic import op

revision = "0043_service_credits"
down_revision = "0042_prices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("service_window", sa.Column("credits", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE service_window SET credits = 1 WHERE ledger_entry_id IS NOT NULL")
    op.alter_column("service_window", "credits", server_default=None)
    op.create_check_constraint(op.f("ck_service_window_credits"), "service_window", "credits >= 0")


def downgrade() -> None:
    op.drop_column("service_window", "credits")
