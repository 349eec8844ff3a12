"""Publications of revisions, their tables and files, and the versions of each agreement."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0075_publishing"
down_revision = "0074_channel_keys"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
STATES = ("queued", "running", "published", "failed")


def _columns(kind: sa.types.TypeEngine[object], *names: str, null: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=null) for name in names]


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _append_only(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    _publications("publication")
    _tables("published_table")
    _files("published_file")
    _comparisons("table_comparison")
    _versions("shared_version")


def _publications(table: str) -> None:
    states = ", ".join(f"'{state}'" for state in STATES)
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "asset_id", "revision_id", "provider", "content_sha256"),
        *_columns(sa.Text(), "manifest_sha256", null=True),
        *_columns(JSON, "problem", null=True),
        *_columns(sa.BigInteger(), "steps_done", "steps_total", "version"),
        *_columns(TIME, "status_changed_at", "created_at"),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("revision_id", name=op.f(f"uq_{table}_revision_id")),
        _refers(table, "asset_id", "asset"),
        _refers(table, "revision_id", "asset_revision"),
        _refers(table, "provider", "party"),
        sa.CheckConstraint(f"status IN ({states})", name=op.f(f"ck_{table}_status")),
        sa.CheckConstraint(
            "status <> 'published' OR manifest_sha256 IS NOT NULL", name=op.f(f"ck_{table}_manifest")
        ),
        sa.CheckConstraint("status <> 'failed' OR jsonb_typeof(problem) = 'object'", name=op.f(f"ck_{table}_problem")),
    )
    for column in ("asset_id", "status"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _tables(table: str) -> None:
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "publication_id", "name", "source_name", "source_sha256"),
        *_columns(JSON, "schema"),
        *_columns(postgresql.ARRAY(sa.Text()), "key"),
        *_columns(sa.BigInteger(), "n", "rows", "unread_values", "lost_rows"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("publication_id", "name", name=op.f(f"uq_{table}_publication_id_name")),
        _refers(table, "publication_id", "publication"),
    )
    _append_only(table)


def _files(table: str) -> None:
    op.create_table(
        table,
        *_columns(sa.Text(), "id", "table_id", "sha256", "storage_key"),
        *_columns(sa.Text(), "before_id", null=True),
        *_columns(sa.BigInteger(), "n", "rows", "size_bytes"),
        *_columns(JSON, "stats"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "table_id",
            "before_id",
            "n",
            name=op.f(f"uq_{table}_table_id_before_id_n"),
            postgresql_nulls_not_distinct=True,
        ),
        _refers(table, "table_id", "published_table"),
        _refers(table, "before_id", "published_table"),
    )
    _append_only(table)


def _comparisons(table: str) -> None:
    op.create_table(
        table,
        *_columns(sa.Text(), "table_id", "before_id"),
        *_columns(sa.Text(), "gap", null=True),
        sa.PrimaryKeyConstraint("table_id", "before_id", name=op.f(f"pk_{table}")),
        _refers(table, "table_id", "published_table"),
        _refers(table, "before_id", "published_table"),
    )
    _append_only(table)


def _versions(table: str) -> None:
    op.create_table(
        table,
        *_columns(sa.Text(), "agreement_id", "publication_id"),
        *_columns(sa.BigInteger(), "version"),
        *_columns(TIME, "available_at"),
        sa.PrimaryKeyConstraint("agreement_id", "version", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "agreement_id", "publication_id", name=op.f(f"uq_{table}_agreement_id_publication_id")
        ),
        sa.CheckConstraint("version >= 0", name=op.f(f"ck_{table}_version")),
        _refers(table, "agreement_id", "agreement"),
        _refers(table, "publication_id", "publication"),
    )
    _append_only(table)


def downgrade() -> None:
    for table in ("shared_version", "table_comparison", "published_file", "published_table", "publication"):
        op.drop_table(table)
