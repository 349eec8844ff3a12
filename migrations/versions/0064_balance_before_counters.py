"""A use takes the lock of its buyer's balance before any counter's, so that batches of one buyer wait in one order."""

from alembic import op
from migrations.parts.metering import CHARGE_USAGE, FINISH_USAGE

revision = "0064_balance_before_counters"
down_revision = "0063_permitted_incomes"
branch_labels = None
depends_on = None

CHARGE_AFTER = "INTO sub FROM subscription s WHERE s.id = p_subscription;"
CHARGE_FIRST = """
    IF sub.collection = 'prepaid' THEN
        PERFORM FROM prepaid_balance b WHERE b.party_id = sub.buyer AND b.currency = sub.currency FOR UPDATE;
    END IF;"""
FINISH_AFTER = "    freed bigint;\nBEGIN"
FINISH_FIRST = """
    PERFORM FROM prepaid_balance b JOIN subscription s ON s.buyer = b.party_id AND s.currency = b.currency
      JOIN usage_event e ON e.subscription_id = s.id
     WHERE e.source = p_source AND e.event_id = p_event FOR UPDATE OF b;"""


def _replaced(function: str, after: str = "", first: str = "") -> None:
    if after not in function:
        raise RuntimeError("the function is not the one that this changes")
    made = function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    op.execute(made.replace(after, after + first, 1) if after else made)


def upgrade() -> None:
    _replaced(CHARGE_USAGE, CHARGE_AFTER, CHARGE_FIRST)
    _replaced(FINISH_USAGE, FINISH_AFTER, FINISH_FIRST)


def downgrade() -> None:
    _replaced(CHARGE_USAGE)
    _replaced(FINISH_USAGE)
