"""Agreements say how each side made them over the wire, and messages which credential they were sent with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0049_wire_evidence"
down_revision = "0048_papers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agreement", sa.Column("wire", postgresql.JSONB(), nullable=True))
    op.add_column("dataspace_received", sa.Column("credential", postgresql.JSONB(), nullable=True))
    op.add_column("dataspace_agreement", sa.Column("document_id", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_dataspace_agreement_document_id_document"), "dataspace_agreement", "document", ["document_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_column("dataspace_agreement", "document_id")
    op.drop_column("dataspace_received", "credential")
    op.drop_column("agreement", "wire")
