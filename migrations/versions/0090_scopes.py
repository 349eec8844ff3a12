"""Licences of part of the tables: an agreement knows the digest of its scope, a publication to which scope it is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0090_scopes"
down_revision = "0089_pushes"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.add_column("agreement", sa.Column("scope_sha256", sa.Text(), nullable=True))
    op.create_index(
        "ix_agreement_scope_sha256",
        "agreement",
        ["scope_sha256"],
        postgresql_where=sa.text("scope_sha256 IS NOT NULL"),
    )
    op.add_column("publication", sa.Column("scope", JSON, nullable=True))
    op.add_column("publication", sa.Column("scope_sha256", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_publication_scope"), "publication", "(scope IS NULL) = (scope_sha256 IS NULL)"
    )
    op.drop_constraint(op.f("uq_publication_revision_id"), "publication")
    op.create_unique_constraint(
        op.f("uq_publication_revision_id_scope_sha256"),
        "publication",
        ["revision_id", "scope_sha256"],
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    op.drop_constraint(op.f("uq_publication_revision_id_scope_sha256"), "publication")
    op.create_unique_constraint(op.f("uq_publication_revision_id"), "publication", ["revision_id"])
    op.drop_constraint(op.f("ck_publication_scope"), "publication")
    op.drop_column("publication", "scope_sha256")
    op.drop_column("publication", "scope")
    op.drop_index("ix_agreement_scope_sha256", "agreement")
    op.drop_column("agreement", "scope_sha256")
