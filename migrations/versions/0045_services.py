"""Contracts on services: agreements without an order, what was stated under an agreement."""

import sqlalchemy as sa
from alembic import op

revision = "0045_services"
down_revision = "0044_listed_plans"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
OPTIONAL = (
    ("agreement", "order_id"),
    ("agreement", "asset_id"),
    ("agreement", "revision_id"),
    ("termination", "order_id"),
    ("negotiation", "listing_id"),
)
ORDERED = "(status = 'accepted') = (order_id IS NOT NULL) AND (order_id IS NULL) = (terms_digest IS NULL)"
CONCLUDED = (
    "(status = 'accepted') = (num_nonnulls(order_id, agreement_id) = 1)"
    " AND (status = 'accepted') = (terms_digest IS NOT NULL) AND num_nonnulls(order_id, agreement_id) <= 1"
)


def upgrade() -> None:
    for table, column in OPTIONAL:
        op.alter_column(table, column, nullable=True)
    op.add_column("agreement", sa.Column("sign_due_at", TIME, nullable=True))
    op.create_index(op.f("ix_agreement_sign_due_at"), "agreement", ["sign_due_at"])
    op.create_check_constraint(
        op.f("ck_agreement_licensed"),
        "agreement",
        "(order_id IS NULL) = (asset_id IS NULL) AND (order_id IS NULL) = (revision_id IS NULL)",
    )
    op.add_column("negotiation", sa.Column("agreement_id", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("uq_negotiation_agreement_id"), "negotiation", ["agreement_id"])
    op.create_foreign_key(
        op.f("fk_negotiation_agreement_id_agreement"), "negotiation", "agreement", ["agreement_id"], ["id"]
    )
    _concluded(CONCLUDED)
    op.create_check_constraint(
        op.f("ck_negotiation_service"),
        "negotiation",
        "listing_id IS NOT NULL OR (offer_id IS NULL AND order_id IS NULL)",
    )
    _occurrences()


def _concluded(by: str) -> None:
    op.drop_constraint(op.f("ck_negotiation_order"), "negotiation", type_="check")
    op.create_check_constraint(op.f("ck_negotiation_order"), "negotiation", by)


def _occurrences() -> None:
    op.create_table(
        "occurrence",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("evidence_sha256", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint(
            "agreement_id", "clause", "code", "reference", name=op.f("uq_occurrence_agreement_id_clause_code_reference")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_occurrence_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(["by"], ["party.id"], name=op.f("fk_occurrence_by_party")),
    )
    op.execute(
        "CREATE TRIGGER occurrence_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON occurrence"
        " EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("occurrence")
    op.drop_constraint(op.f("ck_negotiation_service"), "negotiation", type_="check")
    op.drop_column("negotiation", "agreement_id")
    op.execute("ALTER TABLE negotiation DROP CONSTRAINT IF EXISTS ck_negotiation_order")
    op.create_check_constraint(op.f("ck_negotiation_order"), "negotiation", ORDERED)
    op.drop_constraint(op.f("ck_agreement_licensed"), "agreement", type_="check")
    op.drop_column("agreement", "sign_due_at")
    for table, column in OPTIONAL:
        op.alter_column(table, column, nullable=False)
