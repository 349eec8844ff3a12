"""What service credits took of each share, and the window that a credit note comes of.

Credits from before are reckoned to what was shared out first, as far as that reaches; nothing of them was tax.
"""

import sqlalchemy as sa
from alembic import op

revision = "0081_leg_credit"
down_revision = "0080_posted_at"
branch_labels = None
depends_on = None

_BEFORE = """
INSERT INTO leg_credit (ledger_entry_id, distribution_id, n, window_id, amount_minor, created_at)
SELECT credited.entry_id, share.distribution_id, share.n, credited.window_id,
       least(share.amount_minor, credited.minor - share.before), credited.at
FROM (
    SELECT agreement_id, provider, max(ledger_entry_id) AS entry_id, max(id) AS window_id,
           sum(credit_minor) AS minor, max(closed_at) AS at
    FROM service_window WHERE credit_minor > 0 GROUP BY agreement_id, provider
) AS credited
JOIN (
    SELECT d.agreement_id, l.party_id, l.distribution_id, l.n, l.amount_minor,
           sum(l.amount_minor) OVER (PARTITION BY d.agreement_id, l.party_id ORDER BY d.id, l.n) - l.amount_minor AS before
    FROM distribution_leg AS l JOIN distribution AS d ON d.id = l.distribution_id
    WHERE l.kind = 'provider' AND l.amount_minor > 0
) AS share ON share.agreement_id = credited.agreement_id AND share.party_id = credited.provider
WHERE share.before < credited.minor
"""


def upgrade() -> None:
    op.create_table(
        "leg_credit",
        sa.Column("ledger_entry_id", sa.Text(), nullable=False),
        sa.Column("distribution_id", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("window_id", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_leg_credit_amount_minor")),
        sa.ForeignKeyConstraint(
            ["ledger_entry_id"], ["ledger_entry.id"], name=op.f("fk_leg_credit_ledger_entry_id_ledger_entry")
        ),
        sa.ForeignKeyConstraint(
            ["distribution_id", "n"],
            ["distribution_leg.distribution_id", "distribution_leg.n"],
            name="fk_leg_credit_leg",
        ),
        sa.PrimaryKeyConstraint("ledger_entry_id", "distribution_id", "n", name=op.f("pk_leg_credit")),
    )
    op.create_index("ix_leg_credit_leg", "leg_credit", ["distribution_id", "n"])
    op.execute(_BEFORE)
    op.execute(
        "CREATE TRIGGER leg_credit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON leg_credit"
        " EXECUTE FUNCTION refuse_change()"
    )
    op.add_column("credit_note", sa.Column("service_window_id", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_credit_note_service_window_id_service_window"),
        "credit_note",
        "service_window",
        ["service_window_id"],
        ["id"],
    )


def downgrade() -> None:
    op.drop_column("credit_note", "service_window_id")
    op.drop_table("leg_credit")
