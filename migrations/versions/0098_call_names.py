"""A call's name is looked up by an index of its own, whichever rows the planner has counted; what stands comes first."""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0098_call_names"
down_revision = "0097_joint"
branch_labels = None
depends_on = None

BEFORE = import_module("migrations.versions.0088_gateway_metering")
LATEST = "WHERE c.agreement_id = p_agreement AND c.call_id = p_call ORDER BY c.id DESC LIMIT 1"
STANDING_FIRST = """WHERE c.agreement_id || ' ' || c.call_id = p_agreement || ' ' || p_call
     ORDER BY c.state IN ('reserved', 'committed') DESC, c.id DESC LIMIT 1"""
"""Asked by agreement and name apart, a young table was read through an index of the agreement alone, call by call."""
BY_BOTH = """c.id = p_id AND c.agreement_id = p_agreement;
    IF NOT FOUND OR held.state <> 'reserved' THEN"""
BY_ID = """c.id = p_id;
    IF NOT FOUND OR held.agreement_id <> p_agreement OR held.state <> 'reserved' THEN"""
INDEX = "ix_gateway_call_name"


def upgrade() -> None:
    op.drop_index(INDEX, "gateway_call")
    op.create_index(INDEX, "gateway_call", [sa.text("((agreement_id || ' '::text) || call_id)")])
    op.execute(_anew(_changed(BEFORE.RESERVE, LATEST, STANDING_FIRST)))
    op.execute(_anew(_changed(BEFORE.SETTLE, BY_BOTH, BY_ID)))


def downgrade() -> None:
    for function in (BEFORE.RESERVE, BEFORE.SETTLE):
        op.execute(_anew(function))
    op.drop_index(INDEX, "gateway_call")
    op.create_index(INDEX, "gateway_call", ["agreement_id", "call_id", "id"])


def _changed(function: str, part: str, anew: str) -> str:
    if part not in function:
        raise RuntimeError("the function is not the one that this changes")
    return function.replace(part, anew)


def _anew(function: str) -> str:
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
