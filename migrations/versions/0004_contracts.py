"""Contracts: agreements and signatures."""

revision = "0004_contracts"
down_revision = "0003_valuation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
