"""Holders invoice their shares, and a second officer approves what the first explains of Stripe's balance."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0082_second_words"
down_revision = "0081_leg_credit"
branch_labels = None
depends_on = None

BEFORE = ("received", "unexplained", "in-transit", "matched", "explained", "arrived", "failed")
STATES = ("received", "unexplained", "proposed", "in-transit", "matched", "explained", "arrived", "failed")
LISTS = ("proposed_entries", "proposed_by_line")


def upgrade() -> None:
    _check("invoice", "kind", "kind IN ('sale', 'fee', 'share')")
    _check("stripe_match", "status", f"status IN {STATES}")
    for name in LISTS:
        op.add_column(
            "stripe_match", sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}")
        )
        op.alter_column("stripe_match", name, server_default=None)
    op.add_column("stripe_match", sa.Column("proposed_by", sa.Text(), nullable=True))


def downgrade() -> None:
    for name in ("proposed_by", *LISTS):
        op.drop_column("stripe_match", name)
    _check("stripe_match", "status", f"status IN {BEFORE}")
    _check("invoice", "kind", "kind IN ('sale', 'fee')")


def _check(table: str, name: str, that: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, that)
