"""The thread of an order: its two sides, and the centre while a complaint of it is open."""

from typing import Final

from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.uploads.models import StoredFile
from kernel.views.audience import Audience
from kernel.views.paging import Page
from market.messages import threads
from market.messages.rules import OF_ORDERS
from market.messages.schemas import MessageView, PostMessage
from market.messages.threads import Thread
from market.orders.models import Order

AUDIENCE: Final = Audience("order", (Role.REGULATOR, Role.AUDITOR))
"""Who may read the thread of an order besides its sides."""


async def post(act: Act, order_id: str, data: PostMessage) -> MessageView:
    """Write in the thread of an order, whatever became of it, as one of its sides or as the centre that mediates."""
    row = await one(act.session, Order, order_id)
    if not _mediates(act, row):
        AUDIENCE.require_party(act.actor, order_id, row.buyer, row.provider)
    thread = Thread(row.id, "market.order", (row.buyer, row.provider))
    return await threads.post(act, thread, OF_ORDERS.at(act.today).body, data)


async def read(act: Act, order_id: str, limit: int, cursor: str | None) -> Page[MessageView]:
    """The messages of an order in their order; raises NotFound for strangers."""
    await _visible(act, order_id)
    return await threads.read(act, order_id, limit, cursor)


async def attachment(act: Act, order_id: str, message_id: str, n: int) -> StoredFile:
    """A file of a message of an order; raises NotFound."""
    await _visible(act, order_id)
    return await threads.attachment(act, order_id, message_id, n)


async def _visible(act: Act, order_id: str) -> None:
    row = await one(act.session, Order, order_id)
    if not (_mediates(act, row) or AUDIENCE.admits(act.actor, row.buyer, row.provider)):
        raise NotFound(kind="order", id=order_id)


def _mediates(act: Act, row: Order) -> bool:
    """Whether the actor is the centre's operator, and a complaint of the order is open."""
    return row.complaint_id is not None and act.actor.has(Role.OPERATOR)
