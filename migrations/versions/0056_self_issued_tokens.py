"""Counterparties that issue their tokens themselves, with keys and tokens; and the shelf of a provider has an index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0056_self_issued_tokens"
down_revision = "0055_price_band_index"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
COUNTERPARTY = "dataspace_counterparty"
NAME = "dataspace_token_name"
KEY = "dataspace_connector_key"


def upgrade() -> None:
    op.add_column(COUNTERPARTY, sa.Column("authentication", sa.String(20), nullable=False, server_default="token"))
    op.alter_column(COUNTERPARTY, "authentication", server_default=None)
    op.create_check_constraint(
        op.f("ck_dataspace_counterparty_authentication"),
        COUNTERPARTY,
        "authentication IN ('token', 'self-issued-token')",
    )
    for column, kind in (("did_keys", JSON), ("did_read_at", TIME), ("did_tried_at", TIME)):
        op.add_column(COUNTERPARTY, sa.Column(column, kind, nullable=True))
    op.create_table(
        NAME,
        sa.Column("counterparty_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], [f"{COUNTERPARTY}.id"], name=op.f(f"fk_{NAME}_counterparty_id_{COUNTERPARTY}")
        ),
        sa.PrimaryKeyConstraint("counterparty_id", "sha256", name=op.f(f"pk_{NAME}")),
    )
    op.create_index(op.f(f"ix_{NAME}_expires_at"), NAME, ["expires_at"])
    op.create_table(
        KEY,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("public_jwk", JSON, nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("signs_from", TIME, nullable=False),
        sa.Column("listed_until", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["participant"], ["party.id"], name=op.f(f"fk_{KEY}_participant_party")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{KEY}")),
    )
    op.create_index(op.f(f"ix_{KEY}_participant"), KEY, ["participant"])
    op.create_index(
        "ix_listing_shelf",
        "listing",
        ["provider", "id"],
        postgresql_include=["certificate_id", "lapses_rule", "look_again_on"],
        postgresql_where=sa.text("status = 'listed'"),
    )


def downgrade() -> None:
    op.drop_index("ix_listing_shelf", "listing")
    op.drop_table(KEY)
    op.drop_table(NAME)
    for column in ("did_tried_at", "did_read_at", "did_keys", "authentication"):
        op.drop_column(COUNTERPARTY, column)
