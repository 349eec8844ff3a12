"""An entry says for which day it counts, and which entry it puts right."""

import sqlalchemy as sa
from alembic import op

revision = "0051_books"
down_revision = "0050_card_disputes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ledger_entry", sa.Column("booked_on", sa.Date(), nullable=True))
    # What is there already is given its day by a change of type: the books refuse every update, as they should.
    op.execute(
        "ALTER TABLE ledger_entry ALTER COLUMN booked_on TYPE date"
        " USING (posted_at AT TIME ZONE 'Asia/Shanghai')::date, ALTER COLUMN booked_on SET NOT NULL"
    )
    op.add_column("ledger_entry", sa.Column("corrects", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_ledger_entry_corrects_ledger_entry"), "ledger_entry", "ledger_entry", ["corrects"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_ledger_entry_corrects"), "ledger_entry", ["corrects"])
    op.create_check_constraint(
        op.f("ck_ledger_entry_booked_on"),
        "ledger_entry",
        "booked_on <= (posted_at AT TIME ZONE 'Asia/Shanghai')::date",
    )
    op.create_index("ix_ledger_entry_booked_on", "ledger_entry", ["booked_on", "id"])


def downgrade() -> None:
    op.drop_index("ix_ledger_entry_booked_on", "ledger_entry")
    op.drop_constraint(op.f("ck_ledger_entry_booked_on"), "ledger_entry")
    op.drop_constraint(op.f("uq_ledger_entry_corrects"), "ledger_entry")
    op.drop_column("ledger_entry", "corrects")
    op.drop_column("ledger_entry", "booked_on")
