"""Rights: assets, registrations, certificates."""

revision = "0002_rights"
down_revision = "0001_kernel"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
