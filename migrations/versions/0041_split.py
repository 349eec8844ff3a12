"""How money is shared: royalties on grants, frozen trees, distributions, and shares that are kept back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041_split"
down_revision = "0040_billing"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
WITHHELD = ("ordered", "held", "lifted", "released", "redirected", "refunded")
KEPT = ("split_tree", "distribution", "distribution_leg", "leg_refund")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _check(table: str, name: str, that: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(that, name=op.f(f"ck_{table}_{name}"))


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    _royalties()
    _trees()
    _distributions()
    _withheld()
    _settlements()
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION refuse_change()"
        )


def _royalties() -> None:
    op.add_column("title_grant", sa.Column("royalty_rate", sa.Text(), nullable=True))
    op.add_column("title_grant", sa.Column("royalty_of", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_title_grant_royalty"), "title_grant", "(royalty_rate IS NULL) = (royalty_of IS NULL)"
    )
    op.create_check_constraint(
        op.f("ck_title_grant_royalty_of"), "title_grant", "royalty_of IN ('share', 'proceeds')"
    )


def _trees() -> None:
    op.create_table(
        "split_tree",
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("tree", JSON, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _key("split_tree", "agreement_id"),
        _to("split_tree", "agreement_id", "agreement"),
        _check("split_tree", "sha256", "sha256 ~ '^sha256:[0-9a-f]{64}$'"),
    )
    op.create_index(op.f("ix_split_tree_order_id"), "split_tree", ["order_id"])


def _distributions() -> None:
    op.create_table(
        "distribution",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("policies", JSON, nullable=False),
        sa.Column("tree_sha256", sa.Text(), nullable=False),
        sa.Column("ledger_entry_id", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _key("distribution", "id"),
        sa.UniqueConstraint("subject", name=op.f("uq_distribution_subject")),
        _to("distribution", "order_id", "order"),
        _to("distribution", "agreement_id", "agreement"),
        _check("distribution", "amounts", "gross_minor > 0 AND tax_minor >= 0 AND fee_minor >= 0"),
        _check("distribution", "currency", "currency ~ '^[A-Z]{3}$'"),
    )
    op.create_index(op.f("ix_distribution_order_id"), "distribution", ["order_id"])
    _legs()


def _legs() -> None:
    op.create_table(
        "distribution_leg",
        sa.Column("distribution_id", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=True),
        sa.Column("asset_id", sa.Text(), nullable=True),
        sa.Column("grant_id", sa.Text(), nullable=True),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        _key("distribution_leg", "distribution_id", "n"),
        _to("distribution_leg", "distribution_id", "distribution"),
        _to("distribution_leg", "party_id", "party"),
        _check("distribution_leg", "kind", "kind IN ('tax', 'fee', 'intermediary', 'upstream', 'provider')"),
        _check("distribution_leg", "party", "(kind IN ('tax', 'fee')) = (party_id IS NULL)"),
        _check("distribution_leg", "amount_minor", "amount_minor >= 0"),
    )
    op.create_index("ix_distribution_leg_party_id", "distribution_leg", ["party_id", "distribution_id"])
    op.create_table(
        "leg_refund",
        sa.Column("refund_id", sa.Text(), nullable=False),
        sa.Column("distribution_id", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _key("leg_refund", "refund_id", "distribution_id", "n"),
        sa.ForeignKeyConstraint(
            ["distribution_id", "n"], ["distribution_leg.distribution_id", "distribution_leg.n"], name="fk_leg_refund_leg"
        ),
        _check("leg_refund", "amount_minor", "amount_minor > 0"),
    )
    op.create_index("ix_leg_refund_leg", "leg_refund", ["distribution_id", "n"])


def _withheld() -> None:
    op.create_table(
        "withheld_share",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=True),
        sa.Column("distribution_id", sa.Text(), nullable=True),
        sa.Column("n", sa.BigInteger(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("taken_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("redirected_to", sa.Text(), nullable=True),
        sa.Column("decision_basis", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("status", sa.Enum(*WITHHELD, native_enum=False, length=40), nullable=False),
        sa.Column("status_changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _key("withheld_share", "id"),
        _to("withheld_share", "order_id", "order"),
        _to("withheld_share", "party_id", "party"),
        _to("withheld_share", "distribution_id", "distribution"),
        _to("withheld_share", "redirected_to", "party"),
        _check("withheld_share", "ground", "ground IN ('objection', 'remark', 'decision')"),
        _check(
            "withheld_share", "amounts", "amount_minor >= 0 AND taken_minor >= 0 AND taken_minor <= amount_minor"
        ),
        _check("withheld_share", "share", "(distribution_id IS NULL) = (n IS NULL)"),
        _check("withheld_share", "status", f"status IN {WITHHELD}"),
    )
    for column in ("order_id", "party_id", "status"):
        op.create_index(op.f(f"ix_withheld_share_{column}"), "withheld_share", [column])
    op.create_index("ix_withheld_share_leg", "withheld_share", ["distribution_id", "n"])
    waiting = sa.text("status IN ('ordered', 'held')")
    op.create_index("ix_withheld_share_due_at", "withheld_share", ["due_at"], postgresql_where=waiting)


def _settlements() -> None:
    """What was settled before went to the fee and the provider alone."""
    for column in ("tax_minor", "others_minor"):
        op.add_column("settlement", sa.Column(column, sa.BigInteger(), nullable=False, server_default=sa.text("0")))
        op.alter_column("settlement", column, server_default=None)
    op.add_column("settlement", sa.Column("distribution_id", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_settlement_distribution_id_distribution"), "settlement", "distribution", ["distribution_id"], ["id"]
    )
    op.drop_constraint(op.f("ck_settlement_conserved"), "settlement")
    op.create_check_constraint(
        op.f("ck_settlement_conserved"),
        "settlement",
        "gross_minor = tax_minor + fee_minor + others_minor + provider_minor"
        " AND tax_minor >= 0 AND fee_minor >= 0 AND others_minor >= 0 AND provider_minor >= 0",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_settlement_conserved"), "settlement")
    for column in ("tax_minor", "others_minor", "distribution_id"):
        op.drop_column("settlement", column)
    op.create_check_constraint(
        op.f("ck_settlement_conserved"),
        "settlement",
        "gross_minor = fee_minor + provider_minor AND fee_minor >= 0 AND provider_minor >= 0",
    )
    for table in ("withheld_share", "leg_refund", "distribution_leg", "distribution", "split_tree"):
        op.drop_table(table)
    for column in ("royalty_rate", "royalty_of"):
        op.drop_column("title_grant", column)
