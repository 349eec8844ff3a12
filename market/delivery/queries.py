"""Finding deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.models import Agreement
from kernel import ids
from kernel.errors import NotFound
from kernel.identity.actor import Actor
from market.delivery import rules
from market.delivery.errors import DeliveryMissing
from market.delivery.models import Delivery, DeliveryFile
from market.delivery.schemas import DeliveryFileView, DeliveryView
from market.orders.models import Order

FILE_PREFIX = "dlf"


@dataclass(frozen=True, slots=True)
class Handover:
    """A delivery with the order and agreement that it fulfils."""

    delivery: Delivery
    order: Order
    agreement: Agreement

    def is_due(self, at: datetime) -> bool:
        """Whether files may be fetched now."""
        return rules.may_fetch(
            self.order.status, self.agreement.status, self.order.settled_at, self.agreement.term_days, at
        )


async def files(session: AsyncSession, delivery_id: str) -> Sequence[DeliveryFile]:
    """The files in the agreement's order."""
    query = select(DeliveryFile).where(DeliveryFile.delivery_id == delivery_id).order_by(DeliveryFile.id)
    return (await session.scalars(query)).all()


def view(row: Delivery, of_it: Sequence[DeliveryFile]) -> DeliveryView:
    """A delivery for the wire, without storage keys."""
    return DeliveryView(
        id=row.id,
        order_id=row.order_id,
        agreement_id=row.agreement_id,
        status=str(row.status),
        files=[DeliveryFileView(f.id, f.name, f.sha256, f.size_bytes) for f in of_it],
        receipt_id=row.receipt_id,
        created_at=row.created_at,
        received_at=row.received_at,
    )


async def delivery_of(session: AsyncSession, actor: Actor, order_id: str) -> DeliveryView:
    """The delivery of an order for its two parties; raises DeliveryMissing for anybody else."""
    row = await session.scalar(select(Delivery).where(Delivery.order_id == order_id))
    if row is None or actor.party is None or actor.party not in (row.buyer, row.provider):
        raise DeliveryMissing(order=order_id[:40])
    return view(row, await files(session, row.id))


async def handover_of(session: AsyncSession, actor: Actor, order_id: str, *, lock: bool = False) -> Handover:
    """A delivery for the buyer to fetch or confirm; raises DeliveryMissing for anybody else."""
    query = _handovers().where(Delivery.order_id == order_id, Delivery.buyer == actor.party)
    if lock:
        query = query.with_for_update(of=Delivery)
    found = (await session.execute(query)).first()
    if found is None or actor.party is None:
        raise DeliveryMissing(order=order_id[:40])
    delivery, order, agreement = found
    return Handover(delivery, order, agreement)


async def file_to_fetch(session: AsyncSession, file_id: str) -> tuple[DeliveryFile, Handover]:
    """A file with its delivery; raises NotFound."""
    row = await session.get(DeliveryFile, ids.require(FILE_PREFIX, file_id))
    if row is None:
        raise NotFound(kind="file", id=file_id)
    delivery, order, agreement = (await session.execute(_handovers().where(Delivery.id == row.delivery_id))).one()
    return row, Handover(delivery, order, agreement)


def _handovers() -> Select[Delivery, Order, Agreement]:
    return (
        select(Delivery, Order, Agreement)
        .join(Order, Order.id == Delivery.order_id)
        .join(Agreement, Agreement.id == Delivery.agreement_id)
    )
