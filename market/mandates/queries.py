"""Reading mandates and their orders; they are their principal's alone."""

from typing import Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.identity.models import SigningKey
from kernel.money import Money
from kernel.rules.policy import PolicyRef
from kernel.states import Role
from kernel.views.audience import Audience, own_party
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.mandates import rules
from market.mandates.models import Mandate, MandateOrder, OrderQuote
from market.mandates.schemas import (
    MandateOrderView,
    MandateSummary,
    MandateUsage,
    MandateView,
    OrderQuoteView,
)
from market.mandates.states import MANDATE, MANDATE_ORDER, MandateOrderState

AUDIENCE: Final = Audience("mandate")
"""A mandate says what its principal would pay, and to whom: nobody else reads it."""

ORDERS: Final = Audience("mandate_order")
QUOTES: Final = Audience("order_quote")


async def mandate(act: Act, mandate_id: str) -> MandateView:
    """A mandate with its document; raises NotFound for anybody but its principal."""
    return view(await own(act, mandate_id), act.actor)


async def own(act: Act, mandate_id: str) -> Mandate:
    """The row of one's own mandate; raises NotFound."""
    row = await one(act.session, Mandate, mandate_id)
    AUDIENCE.require_party(act.actor, mandate_id, row.principal)
    return row


async def is_own_key(session: AsyncSession, principal: str, jkt: str) -> bool:
    """Whether a party signs with the key of a thumbprint itself: it is registered and not revoked."""
    query = select(SigningKey.public_key).where(SigningKey.party_id == principal, SigningKey.revoked_at.is_(None))
    return any(rules.is_of_key(jkt, key) for key in await session.scalars(query))


async def mandates(act: Act, limit: int, cursor: str | None) -> Page[MandateSummary]:
    """One's own mandates, the newest first."""
    query = select(Mandate).where(Mandate.principal == own_party(act.actor))
    page = await fetch(act.session, query, Mandate.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: shown(row, MandateSummary, **_computed(row, act.actor)))


def view(row: Mandate, actor: Actor) -> MandateView:
    """A mandate for the wire."""
    return shown(
        row,
        MandateView,
        document=row.content,
        signing_text=rules.signing_text(row.content),
        policy=msgspec.convert(row.policy, PolicyRef),
        **_computed(row, actor),
    )


def _computed(row: Mandate, actor: Actor) -> dict[str, object]:
    return {
        "budget": row.money(row.budget_minor).view(),
        "spent": row.money(row.spent_minor).view(),
        "allowed_actions": [str(action) for action in MANDATE.actions(row.status, Role.BUYER)]
        if actor.party == row.principal
        else [],
    }


async def usage(act: Act, mandate_id: str) -> MandateUsage:
    """What of a mandate is used up, what is reserved of that, and what is left."""
    row = await own(act, mandate_id)
    waiting = select(func.coalesce(func.sum(MandateOrder.amount_minor), 0)).where(
        MandateOrder.mandate_id == row.id, MandateOrder.status == MandateOrderState.AWAITING_APPROVAL
    )
    reserved = int(await act.session.scalar(waiting) or 0)
    return MandateUsage(
        mandate_id=row.id,
        budget=row.money(row.budget_minor).view(),
        spent=row.money(row.spent_minor).view(),
        reserved=row.money(reserved).view(),
        left=row.money(row.budget_minor - row.spent_minor).view(),
        count=row.orders_count,
        count_left=row.count_max - row.orders_count,
    )


async def orders(
    act: Act, mandate_id: str, status: str | None, limit: int, cursor: str | None
) -> Page[MandateOrderView]:
    """The orders that agents asked for under a mandate, the newest first."""
    row = await own(act, mandate_id)
    query = select(MandateOrder).where(MandateOrder.mandate_id == row.id)
    if status is not None:
        query = query.where(MandateOrder.status == MandateOrderState(status))
    page = await fetch(act.session, query, MandateOrder.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(order_view)


async def order(act: Act, mandate_order_id: str) -> MandateOrderView:
    """One of them; raises NotFound for anybody but the principal."""
    row = await one(act.session, MandateOrder, mandate_order_id)
    ORDERS.require_party(act.actor, row.id, row.principal)
    return order_view(row)


async def by_key(session: AsyncSession, mandate_id: str, key: str) -> MandateOrder | None:
    """The order that a key of a mandate stands for already, if there is one."""
    query = select(MandateOrder).where(MandateOrder.mandate_id == mandate_id, MandateOrder.key == key)
    return (await session.scalars(query)).one_or_none()


async def quote(act: Act, quote_id: str) -> OrderQuote:
    """One's own quote; raises NotFound also for one that has run out so long ago that it is not kept."""
    row = await act.session.get(OrderQuote, quote_id)
    if row is None:
        raise NotFound(kind=QUOTES.kind, id=quote_id)
    QUOTES.require_party(act.actor, quote_id, row.buyer)
    return row


def quote_view(row: OrderQuote, text: str, method: str, signature: str) -> OrderQuoteView:
    """A quote for the wire, as the centre signed it."""
    return shown(
        row,
        OrderQuoteView,
        price=row.price.view(),
        signing_text=text,
        verification_method=method,
        signature=signature,
    )


def order_view(row: MandateOrder) -> MandateOrderView:
    """An agent's order for the wire, which only its principal reads."""
    amount = row.amount.view()
    waits = row.status is MandateOrderState.AWAITING_APPROVAL
    return shown(
        row,
        MandateOrderView,
        amount=amount,
        allowed_actions=[str(action) for action in MANDATE_ORDER.actions(row.status, Role.BUYER)],
        signing_text=approval(row).text if waits else None,
        recredited=Money(row.recredited_minor, row.currency).view(),
    )


def approval(row: MandateOrder) -> rules.Approval:
    """What a person of the principal approves of an agent's order."""
    return rules.Approval(
        mandate=row.mandate_id,
        order=row.id,
        quote=row.quote_id,
        listing=row.listing_id,
        purpose=row.purpose,
        terms_digest=row.terms_digest,
        amount=row.amount.view(),
    )
