"""Time is noticed: terms that are over, days to look again, ends with their reasons, uses of computed data."""

import sqlalchemy as sa
from alembic import op

from migrations.parts import market_lapses

revision = "0017_time"
down_revision = "0016_reports"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine], ...] = (
    ("title_grant", "scope_policy", sa.Text()),
    ("certificate", "end_ground", sa.Text()),
    ("asset", "destroyed_at", TIME),
    ("party", "admitted_until", sa.Date()),
    ("listing", "look_again_on", sa.Date()),
    ("listing", "lapses_rule", sa.Text()),
    ("order", "remind_at", TIME),
    ("order", "reminded_at", TIME),
    ("order", "collect_due_at", TIME),
    ("order", "end_reason", sa.Text()),
)
"""Nullable: what a row from before does not say is found out by the sweeps."""

GRANTS = ("active", "ended"), ("active", "ended", "expired")
AGREEMENTS = (
    ("drafted", "signed_by_one", "in_force", "declined", "terminated"),
    ("drafted", "signed_by_one", "in_force", "declined", "terminated", "expired"),
)


def _states(table: str, states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    op.drop_constraint(op.f(f"ck_{table}_status"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_status"), table, f"status IN ({listed})")


def upgrade() -> None:
    for table, name, kind in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    _states("title_grant", GRANTS[1])
    _states("agreement", AGREEMENTS[1])
    _indexes()
    _uses()
    op.execute("DROP FUNCTION place_order")
    op.execute(market_lapses.PLACE_ORDER)
    _from_before()


def _indexes() -> None:
    active = sa.text("status = 'active'")
    op.create_index("ix_title_grant_ends", "title_grant", [sa.text("(box ->> 'ends')")], postgresql_where=active)
    unscoped = sa.text("status = 'active' AND parent_id IS NULL AND scope_policy IS NULL")
    op.create_index("ix_title_grant_unscoped", "title_grant", ["id"], postgresql_where=unscoped)
    held = sa.text("status IN ('listed', 'suspended')")
    op.create_index("ix_listing_look_again_on", "listing", ["look_again_on"], postgresql_where=held)
    in_force = sa.text("status = 'in_force'")
    op.create_index("ix_agreement_licence_ends_on", "agreement", ["licence_ends_on"], postgresql_where=in_force)


def _uses() -> None:
    op.create_table(
        "computing_use",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("result_sha256", sa.Text(), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("started_at <= ended_at", name=op.f("ck_computing_use_period")),
        sa.CheckConstraint("result_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_computing_use_result_sha256")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_computing_use_delivery_id_delivery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_computing_use")),
    )
    op.create_index(op.f("ix_computing_use_delivery_id"), "computing_use", ["delivery_id"])
    op.execute(
        "CREATE TRIGGER computing_use_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON computing_use"
        " EXECUTE FUNCTION refuse_change()"
    )


def _from_before() -> None:
    """What the log knows of certificates that ended, and the term of memberships from before."""
    op.execute(
        "UPDATE certificate SET end_ground = entry.facts ->> 'ground' FROM log_entry AS entry"
        " WHERE entry.subject = certificate.id AND entry.facts ? 'ground'"
        " AND entry.kind IN ('rights.certificate.cancelled', 'rights.certificate.revoked')"
    )
    op.execute(
        "UPDATE asset SET destroyed_at = ended.status_changed_at FROM certificate AS ended"
        " WHERE ended.asset_id = asset.id AND ended.end_ground = 'data-destroyed'"
    )
    # Nobody's membership lapses by the new rule without having been a member for its whole term under it.
    op.execute(
        "UPDATE party SET admitted_until = (now() AT TIME ZONE 'Asia/Shanghai')::date + interval '5 years'"
        " WHERE NOT centre AND status IN ('admitted', 'suspended')"
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION place_order")
    op.execute(market_lapses.BEFORE)
    op.drop_table("computing_use")
    for index, table in (
        ("ix_agreement_licence_ends_on", "agreement"),
        ("ix_listing_look_again_on", "listing"),
        ("ix_title_grant_unscoped", "title_grant"),
        ("ix_title_grant_ends", "title_grant"),
    ):
        op.drop_index(index, table)
    op.execute("UPDATE title_grant SET status = 'ended' WHERE status = 'expired'")
    op.execute("UPDATE agreement SET status = 'terminated' WHERE status = 'expired'")
    _states("agreement", AGREEMENTS[0])
    _states("title_grant", GRANTS[0])
    for table, name, _ in reversed(COLUMNS):
        op.drop_column(table, name)
