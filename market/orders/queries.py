"""Reading orders, and the cheap check of who may fetch what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import asyncpg
import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.licensing import days_of, ends_on
from contracts.agreements.models import Agreement
from contracts.agreements.rules import FileFacts
from contracts.agreements.states import AgreementState
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.money import Money
from kernel.postgres.gathering import Gatherer, Statement
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.orders import rules
from market.orders.models import Order
from market.orders.schemas import EntitledFile, EntitlementView, OrderView
from market.orders.states import ORDER, OrderState
from rights.classification import sheets
from rights.classification.schemas import GateSheetView

AUDIENCE: Final = Audience("order", (Role.CLEARING, Role.OPERATOR, Role.REGULATOR, Role.AUDITOR))
"""Who may read orders without being a party to them."""


def role_of(row: Order, actor: Actor) -> Role:
    """What the actor is to an order: buyer, provider or an officer; raises NotFound for strangers."""
    role = AUDIENCE.role(actor, buyer=row.buyer, provider=row.provider)
    if role is None:
        raise NotFound(kind="order", id=row.id)
    return role


def view(row: Order, actor: Actor) -> OrderView:
    """An order with what the actor may do to it; raises NotFound for strangers."""
    actions = [str(action) for action in ORDER.actions(row.status, role_of(row, actor))]
    return shown(row, OrderView, price=Money(row.amount_minor, row.currency).view(), allowed_actions=actions)


async def order(act: Act, order_id: str) -> OrderView:
    """An order, for its parties and the centre's officers; raises NotFound for anybody else."""
    return view(await one(act.session, Order, order_id), act.actor)


async def gates(act: Act, order_id: str) -> list[GateSheetView]:
    """What the gates said of an order and of its agreement, for its parties and the centre's officers."""
    row = await one(act.session, Order, order_id)
    AUDIENCE.require(act.actor, row.id, row.buyer, row.provider)
    return await sheets.of_subjects(act.session, row.id, row.agreement_id)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list of orders is narrowed to; the references are the buyer's own."""

    status: str | None = None
    purchase_order_number: str | None = None
    cost_centre: str | None = None


async def orders(act: Act, only: OrderFilter, limit: int, cursor: str | None) -> Page[OrderView]:
    """The orders that the actor may read, newest first."""
    query = select(Order).where(AUDIENCE.among(act.actor, Order.buyer, Order.provider))
    if only.status is not None:
        query = query.where(Order.status == OrderState(only.status))
    if only.purchase_order_number is not None:
        query = query.where(Order.purchase_order_number == only.purchase_order_number)
    if only.cost_centre is not None:
        query = query.where(Order.cost_centre == only.cost_centre)
    rows = await fetch(act.session, query, Order.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: view(row, act.actor))


async def references_of(session: AsyncSession, subjects: Sequence[str], reader: str) -> dict[str, str]:
    """The buyer's own references of those subjects that are orders with any: purchase order, then cost centre.

    They are for the two sides of an order: whoever else shares in its money is told none.
    """
    query = select(Order.id, Order.purchase_order_number, Order.cost_centre).where(
        Order.id.in_(subjects),
        or_(Order.buyer == reader, Order.provider == reader),
        or_(Order.purchase_order_number.is_not(None), Order.cost_centre.is_not(None)),
    )
    rows = await session.execute(query)
    return {order_id: " · ".join(filter(None, own)) for order_id, *own in rows}


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


_ENTITLED: Final = (
    "o.buyer, o.provider, o.status, o.settled_at, a.status AS agreement_status, a.term_days,"
    # Of a licence with a scope, the files that were made to it, once they are entered.
    " CASE WHEN a.scope_sha256 IS NULL THEN COALESCE(u.files, a.files) ELSE (SELECT coalesce(jsonb_agg("
    "jsonb_build_object('name', f.name, 'sha256', f.sha256, 'size_bytes', f.size_bytes, 'storage_key', f.storage_key)"
    " ORDER BY f.id), '[]') FROM delivery_file f JOIN delivery y ON y.id = f.delivery_id WHERE y.order_id = o.id"
    " AND f.update_id IS NOT DISTINCT FROM u.id) END AS files,"
    " COALESCE(u.revision_id, o.revision_id) AS revision_id, a.licence_ends_on,"
    " a.amendments, a.settled_on, a.in_force_at,"
    # Of a delivery in parts, the files of those that are handed out.
    " CASE WHEN o.in_parts THEN (SELECT coalesce(array_agg(named), '{}') FROM delivery_part p,"
    " unnest(p.files) named WHERE p.order_id = o.id"
    " AND p.status IN ('released', 'received', 'accepted')) END AS handed_out,"
    " a.grant_id IS NULL OR g.status <> 'ended' AS granted, g.status_changed_at AS grant_changed_at, d.destroyed_at"
)
_WHAT_ENTITLES: Final = (
    "LEFT JOIN agreement a ON a.id = o.agreement_id LEFT JOIN asset d ON d.id = o.asset_id"
    " LEFT JOIN title_grant g ON g.id = a.grant_id"
    # The newest revision that reached the buyer, where its licence includes updates; one look at an index.
    " LEFT JOIN LATERAL (SELECT d.id, d.files, d.revision_id FROM delivery_update d WHERE d.order_id = o.id"
    " ORDER BY d.number DESC LIMIT 1) u ON true"
)
ENTITLEMENT: Final = Statement(
    one=f'SELECT {_ENTITLED} FROM "order" o {_WHAT_ENTITLES} WHERE o.id = $1',  # noqa: S608 - our own words
    many=f"SELECT asked.place - 1 AS place, {_ENTITLED} FROM unnest($1::text[]) WITH ORDINALITY AS asked(id, place)"  # noqa: S608
    f' JOIN "order" o ON o.id = asked.id {_WHAT_ENTITLES}',
)
_FILES: Final = msgspec.json.Decoder(tuple[FileFacts, ...])


async def entitlement(orders: Gatherer, order_id: str, party: str | None, *, at: datetime) -> Entitlement:
    """Check an order's buyer in one statement; raises NotFound for anybody else."""
    row = await orders.ask(order_id)
    if row is None or party is None or row["buyer"] != party:
        raise NotFound(kind="order", id=order_id)
    signed = row["agreement_status"]
    until = rules.licence_until(row["settled_at"], *_term(row, at)) if signed else None
    state = OrderState(row["status"])
    granted, destroyed = row["granted"], row["destroyed_at"] is not None
    agreement = AgreementState(signed) if signed else None
    reason = rules.refusal(state, agreement, until, at, granted=granted, destroyed=destroyed)
    if until is not None and not granted:
        until = min(until, row["grant_changed_at"])
    return Entitlement(
        order_id=order_id,
        buyer=row["buyer"],
        provider=row["provider"],
        state=state,
        reason=reason,
        revision_id=row["revision_id"] if reason is None else None,
        files=_files(row) if reason is None else (),
        until=until if row["settled_at"] is not None else None,  # Before, only its latest day is known.
    )


def _files(row: asyncpg.Record) -> tuple[FileFacts, ...]:
    named = row["handed_out"]
    return tuple(file for file in _FILES.decode(row["files"]) if named is None or file.name in named)


def _term(row: asyncpg.Record, at: datetime) -> tuple[int, date | None]:
    """The days from settlement and the last day that stand now, also where the title has yet to follow an amendment."""
    if row["amendments"] == "[]":
        return row["term_days"], row["licence_ends_on"]
    known = ("term_days", "licence_ends_on", "settled_on", "in_force_at")
    stands = Agreement(amendments=msgspec.json.decode(row["amendments"]), **{name: row[name] for name in known})
    return days_of(stands, at), ends_on(stands, at)


async def entitlement_view(orders: Gatherer, order_id: str, party: str | None, *, at: datetime) -> EntitlementView:
    """The same for the wire."""
    entitled = await entitlement(orders, order_id, party, at=at)
    return EntitlementView(
        order_id=entitled.order_id,
        entitled=entitled.reason is None,
        reason=entitled.reason,
        revision_id=entitled.revision_id,
        files=[EntitledFile(file.name, file.sha256, file.size_bytes) for file in entitled.files],
        until=entitled.until,
    )
