"""Calls that come together are reserved and settled by sets, and what was let go is taken off, not counted anew."""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from migrations.parts import gateway_calls as calls
from migrations.parts import metering

revision = "0107_calls_together"
down_revision = "0105_conversion_attempts"
branch_labels = None
depends_on = None

BEFORE = import_module("migrations.versions.0098_call_names")
BALANCE_FIRST = import_module("migrations.versions.0064_balance_before_counters")
COUNTED_ANEW = """after := usage_total(
            counter.subscription_id, counter.meter, counter.period_start, p_rating ->> 'aggregation',
            ARRAY['counted', 'reserved'], true
        );"""
TAKEN_OFF = """after := CASE CASE WHEN p_source = 'gate' AND p_failure <> 'unanswered' THEN p_rating ->> 'aggregation' END
            WHEN 'sum' THEN counter.used - found_event.quantity
            WHEN 'count' THEN counter.used - 1
            ELSE usage_total(
                counter.subscription_id, counter.meter, counter.period_start, p_rating ->> 'aggregation',
                ARRAY['counted', 'reserved'], true
            )
        END;"""
"""What waits for its outcome is never corrected, so a sum and a count lose what it brought, and are not counted anew.

Only where a call is settled by the plan that it was reserved by: whoever says it later goes by the plan of then.
"""
FREE = "ix_gateway_call_free"


def upgrade() -> None:
    op.execute("DROP FUNCTION reserve_call")
    op.execute("DROP FUNCTION settle_call")
    for function in (calls.RESTS_ON, calls.HELD, calls.HOLD, calls.RESERVE, calls.SETTLE):
        op.execute(function)
    op.execute(_anew(_finish(), COUNTED_ANEW, TAKEN_OFF))
    free = sa.text("state = 'released' AND failure = 'request'")
    op.create_index(FREE, "gateway_call", ["agreement_id", "ended_at"], postgresql_where=free)
    op.drop_index("ix_gateway_call_channel_key_id", "gateway_call")


def downgrade() -> None:
    op.create_index("ix_gateway_call_channel_key_id", "gateway_call", ["channel_key_id"])
    op.drop_index(FREE, "gateway_call")
    op.execute(_anew(_finish()))
    for name in ("settle_calls", "reserve_calls", "hold_call", "calls_rest_on"):
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP TYPE call_held")
    first = BEFORE.BEFORE
    op.execute(_anew(first.RESERVE, BEFORE.LATEST, BEFORE.STANDING_FIRST))
    op.execute(_anew(first.SETTLE, BEFORE.BY_BOTH, BEFORE.BY_ID))


def _finish() -> str:
    after = BALANCE_FIRST.FINISH_AFTER
    return metering.FINISH_USAGE.replace(after, after + BALANCE_FIRST.FINISH_FIRST, 1)


def _anew(function: str, part: str = "", anew: str = "") -> str:
    """A function in place of the one of its name, a part of it changed."""
    if part not in function:
        raise RuntimeError("the function is not the one that this changes")
    made = function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    return made.replace(part, anew, 1) if part else made
