"""A winner's deposit is set off against the price of its order: what of a payment it pays, and its last state."""

import sqlalchemy as sa
from alembic import op

revision = "0061_set_off"
down_revision = "0060_stripe_balance"
branch_labels = None
depends_on = None

STATES = ("registered", "held", "releasing", "returned", "forfeited", "lapsed")
REFUNDED = "refunded_minor >= 0 AND refunded_minor <= amount_minor"


def _replaced(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)


def upgrade() -> None:
    op.add_column("payment", sa.Column("set_off_minor", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column("payment", "set_off_minor", server_default=None)
    op.create_check_constraint(
        op.f("ck_payment_set_off_minor"), "payment", "set_off_minor = 0 OR set_off_minor > 0 AND order_id IS NOT NULL"
    )
    _replaced("payment", "refunded_minor", f"{REFUNDED} + set_off_minor")
    _replaced("auction_bidder", "status", f"status IN {(*STATES, 'set_off')}")
    op.create_index(op.f("ix_auction_order_id"), "auction", ["order_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_auction_order_id"), "auction")
    _replaced("auction_bidder", "status", f"status IN {STATES}")
    _replaced("payment", "refunded_minor", REFUNDED)
    op.drop_column("payment", "set_off_minor")
