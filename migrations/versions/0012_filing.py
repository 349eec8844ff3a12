"""Filing: what a registration states beyond the spine's form."""

revision = "0012_filing"
down_revision = "0011_title_trade"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
