"""Reading orders, and the cheap check of who may fetch what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg
import msgspec
from sqlalchemy import or_, select

from contracts.agreements.rules import FileFacts
from contracts.agreements.states import AgreementState
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.money import Money
from kernel.states import Role
from kernel.views.paging import CursorOf, Page, decode, page
from market.orders import rules
from market.orders.models import Order
from market.orders.schemas import OrderView
from market.orders.states import ORDER, OrderState
from rights.classification import sheets
from rights.classification.schemas import GateSheetView

WATCHERS: Final = (Role.CLEARING, Role.OPERATOR, Role.REGULATOR)
"""Who may read orders without being a party to them."""


def role_of(row: Order, actor: Actor) -> Role | None:
    """What the actor is to an order: buyer, provider, an officer of the centre, or nobody."""
    if actor.party == row.buyer:
        return Role.BUYER
    if actor.party == row.provider:
        return Role.PROVIDER
    return next((role for role in WATCHERS if actor.has(role)), None)


def visible(row: Order, actor: Actor) -> Role:
    """The actor's role in the order; raises NotFound for strangers, who may not know of it."""
    role = role_of(row, actor)
    if role is None:
        raise NotFound(kind="order", id=row.id)
    return role


def view(row: Order, actor: Actor) -> OrderView:
    """An order with what the actor may do to it."""
    role = role_of(row, actor)
    return OrderView(
        id=row.id,
        buyer=row.buyer,
        provider=row.provider,
        listing_id=row.listing_id,
        asset_id=row.asset_id,
        revision_id=row.revision_id,
        title_zh=row.title_zh,
        title_en=row.title_en,
        purpose=row.purpose,
        use_case=row.use_case,
        price=Money(row.amount_minor, row.currency).view(),
        status=str(row.status),
        allowed_actions=[str(action) for action in ORDER.actions(row.status, role)] if role else [],
        agreement_id=row.agreement_id,
        payment_due_at=row.payment_due_at,
        inspection_due_at=row.inspection_due_at,
        placed_at=row.placed_at,
        paid_at=row.paid_at,
        delivered_at=row.delivered_at,
        accepted_at=row.accepted_at,
        settled_at=row.settled_at,
    )


async def order(act: Act, order_id: str) -> OrderView:
    """An order, for its parties and the centre's officers; raises NotFound for anybody else."""
    row = await one(act.session, Order, order_id)
    visible(row, act.actor)
    return view(row, act.actor)


async def gates(act: Act, order_id: str) -> list[GateSheetView]:
    """What the gates said of an order and of its agreement, for its parties and the centre's officers."""
    row = await one(act.session, Order, order_id)
    visible(row, act.actor)
    return await sheets.of_subjects(act.session, row.id, row.agreement_id)


async def orders(act: Act, status: str | None, limit: int, cursor: str | None) -> Page[OrderView]:
    """The orders that the actor may read, newest first."""
    query = select(Order).order_by(Order.id.desc()).limit(limit + 1)
    if not act.actor.has(*WATCHERS):
        query = query.where(or_(Order.buyer == act.actor.party, Order.provider == act.actor.party))
    if status is not None:
        query = query.where(Order.status == OrderState(status))
    if (after := decode(cursor, 1)) is not None:
        query = query.where(Order.id < after[0])
    rows = (await act.session.scalars(query)).all()
    return page([view(row, act.actor) for row in rows], limit, CursorOf[OrderView](("id",)))


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What an order's buyer may fetch now; `reason` is None exactly when it is entitled."""

    order_id: str
    buyer: str
    provider: str
    state: OrderState
    reason: rules.Reason | None
    revision_id: str | None
    files: tuple[FileFacts, ...]
    until: datetime | None


_ENTITLEMENT: Final = (
    "SELECT o.buyer, o.provider, o.status, o.settled_at, a.status AS agreement_status, a.term_days,"
    " COALESCE(u.files, a.files) AS files, COALESCE(u.revision_id, o.revision_id) AS revision_id,"
    " a.licence_ends_on, a.grant_id IS NULL OR g.status = 'active' AS granted"
    ' FROM "order" o LEFT JOIN agreement a ON a.id = o.agreement_id'
    " LEFT JOIN title_grant g ON g.id = a.grant_id"
    # The newest revision that reached the buyer, where its licence includes updates; one look at an index.
    " LEFT JOIN LATERAL (SELECT d.files, d.revision_id FROM delivery_update d WHERE d.order_id = o.id"
    " ORDER BY d.number DESC LIMIT 1) u ON true WHERE o.id = $1"
)
_FILES: Final = msgspec.json.Decoder(tuple[FileFacts, ...])


async def entitlement(pool: asyncpg.Pool, order_id: str, party: str | None, *, at: datetime) -> Entitlement:
    """Check an order's buyer in one statement; raises NotFound for anybody else."""
    row = await pool.fetchrow(_ENTITLEMENT, order_id)
    if row is None or party is None or row["buyer"] != party:
        raise NotFound(kind="order", id=order_id)
    signed = row["agreement_status"]
    until = rules.licence_until(row["settled_at"], row["term_days"], row["licence_ends_on"]) if signed else None
    state = OrderState(row["status"])
    reason = rules.refusal(state, AgreementState(signed) if signed else None, until, at, granted=row["granted"])
    return Entitlement(
        order_id=order_id,
        buyer=row["buyer"],
        provider=row["provider"],
        state=state,
        reason=reason,
        revision_id=row["revision_id"] if reason is None else None,
        files=_FILES.decode(row["files"]) if reason is None else (),
        until=until if row["settled_at"] is not None else None,  # Before, only its latest day is known.
    )
