"""The cost of an audit of declared revenue is a bill of its own kind, and the declaration names it."""

import sqlalchemy as sa
from alembic import op

revision = "0092_audit_costs"
down_revision = "0090_scopes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _kinds("'period', 'change', 'instalment', 'audit-cost'")
    op.add_column("revenue_declaration", sa.Column("cost_bill_id", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_revenue_declaration_cost_bill_id_bill"), "revenue_declaration", "bill", ["cost_bill_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_revenue_declaration_cost_bill_id_bill"), "revenue_declaration")
    op.drop_column("revenue_declaration", "cost_bill_id")
    _kinds("'period', 'change', 'instalment'")


def _kinds(kinds: str) -> None:
    op.drop_constraint(op.f("ck_bill_kind"), "bill")
    op.create_check_constraint(op.f("ck_bill_kind"), "bill", f"kind IN ({kinds})")
