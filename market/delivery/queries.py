"""Finding deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.models import Agreement
from contracts.agreements.queries import of_order
from kernel import ids
from kernel.act import Act
from kernel.db import find_locked
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.views.audience import Audience
from kernel.views.projection import shown
from market.delivery import rules
from market.delivery.errors import DeliveryMissing, DeliveryNotDue
from market.delivery.models import Delivery, DeliveryFile
from market.delivery.schemas import DeliveryFileView, DeliveryView
from market.orders.models import Order
from rights.title.models import TitleGrant
from rights.title.states import GrantState

FILE_PREFIX = "dlf"

PARTIES: Final = Audience("delivery")
"""A delivery is between buyer and provider, and no office looks into it."""


@dataclass(frozen=True, slots=True)
class Handover:
    """An order and its agreement, which a delivery fulfils; a buyer who is suspended gets nothing meanwhile."""

    order: Order
    agreement: Agreement
    suspended: bool = False
    granted: bool = True

    def is_due(self, at: datetime) -> bool:
        """Whether files may be fetched now."""
        return not self.suspended and rules.may_fetch(
            self.order.status,
            self.agreement.status,
            self.order.settled_at,
            self.agreement.term_days,
            at,
            granted_until=self.agreement.licence_ends_on,
            granted=self.granted,
        )


async def files(session: AsyncSession, delivery_id: str) -> Sequence[DeliveryFile]:
    """The files in the agreement's order."""
    query = select(DeliveryFile).where(DeliveryFile.delivery_id == delivery_id).order_by(DeliveryFile.id)
    return (await session.scalars(query)).all()


def view(row: Delivery, contents: Sequence[DeliveryFile]) -> DeliveryView:
    """A delivery with its files, for the wire, without storage keys."""
    return shown(row, DeliveryView, files=[shown(file, DeliveryFileView) for file in contents])


async def delivery_of(act: Act, order_id: str) -> DeliveryView:
    """The delivery of an order for its two parties; raises DeliveryMissing for anybody else."""
    row = await act.session.scalar(select(Delivery).where(Delivery.order_id == order_id))
    if row is None or not PARTIES.admits(act.actor, row.buyer, row.provider):
        raise DeliveryMissing(order=order_id[:40])
    return view(row, await files(act.session, row.id))


async def purchase(act: Act, order_id: str, *, for_change: bool = False) -> tuple[Order, Agreement]:
    """An order of the actor's with its agreement, files due, the order locked where it is to change.

    Raises DeliveryMissing or DeliveryNotDue.
    """
    query = select(Order).where(Order.id == order_id)
    order = await (find_locked(act.session, query) if for_change else act.session.scalar(query))
    if order is None or not PARTIES.admits(act.actor, order.buyer):
        raise DeliveryMissing(order=order_id[:40])
    agreement = await of_order(act.session, order_id)
    if agreement is not None:
        handover = Handover(order, agreement, granted=await _granted(act.session, agreement))
        if handover.is_due(act.at):
            return order, agreement
    status = str(agreement.status) if agreement is not None else "missing"
    raise DeliveryNotDue(order_status=str(order.status), agreement_status=status)


async def file_to_fetch(session: AsyncSession, file_id: str) -> tuple[DeliveryFile, Handover]:
    """A file with what entitles its buyer to it; raises NotFound."""
    query = (
        select(DeliveryFile, Order, Agreement, Party.status, TitleGrant.status)
        .join(Delivery, Delivery.id == DeliveryFile.delivery_id)
        .join(Order, Order.id == Delivery.order_id)
        .join(Agreement, Agreement.id == Delivery.agreement_id)
        .join(Party, Party.id == Order.buyer)
        .join(TitleGrant, TitleGrant.id == Agreement.grant_id, isouter=True)
        .where(DeliveryFile.id == ids.require(FILE_PREFIX, file_id))
    )
    row = (await session.execute(query)).first()
    if row is None:
        raise NotFound(kind="file", id=file_id)
    file, order, agreement, buyer_status, grant_status = row
    suspended, granted = buyer_status is not PartyState.ADMITTED, grant_status in (None, GrantState.ACTIVE)
    return file, Handover(order, agreement, suspended=suspended, granted=granted)


async def _granted(session: AsyncSession, agreement: Agreement) -> bool:
    """Whether the agreement's link in the chain of title has not been ended."""
    row = await session.get(TitleGrant, agreement.grant_id) if agreement.grant_id is not None else None
    return row is None or row.status is GrantState.ACTIVE
