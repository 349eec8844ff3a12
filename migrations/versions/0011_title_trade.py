"""Title and trade: what listing and signing need of the chain of title."""

revision = "0011_title_trade"
down_revision = "0010_classification"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
