"""Reading redeliveries, for whoever may read their order."""

from sqlalchemy import select

from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.orders import queries as orders
from market.orders.models import Order
from market.redeliveries.models import Redelivery
from market.redeliveries.schemas import RedeliveryView
from market.redeliveries.states import REDELIVERY

AUDIENCE = Audience("redelivery", orders.AUDIENCE.offices)
"""Who may see a redelivery: who may see its order."""


def role_of(row: Redelivery, act: Act) -> Role:
    """What the actor is to a redelivery; raises NotFound for strangers."""
    role = AUDIENCE.role(act.actor, buyer=row.buyer, provider=row.provider)
    if role is None:
        raise NotFound(kind="redelivery", id=row.id)
    return role


def view(row: Redelivery, act: Act) -> RedeliveryView:
    """A redelivery with what the actor may do to it."""
    actions = [str(action) for action in REDELIVERY.actions(row.status, role_of(row, act))]
    return shown(row, RedeliveryView, allowed_actions=actions)


async def redelivery(act: Act, redelivery_id: str) -> RedeliveryView:
    """One redelivery; raises NotFound for strangers."""
    return view(await one(act.session, Redelivery, redelivery_id), act)


async def of_order(act: Act, order_id: str, limit: int, cursor: str | None) -> Page[RedeliveryView]:
    """The redeliveries of an order, the newest first; raises NotFound for strangers."""
    order = await one(act.session, Order, order_id)
    orders.AUDIENCE.require(act.actor, order_id, order.buyer, order.provider)
    query = select(Redelivery).where(Redelivery.order_id == order_id)
    rows = await fetch(act.session, query, Redelivery.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: view(row, act))
