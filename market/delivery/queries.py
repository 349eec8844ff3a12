"""Finding deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.models import Agreement
from contracts.agreements.queries import of_order
from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.delivery import rules
from market.delivery.errors import DeliveryMissing, DeliveryNotDue, RevisionNotDelivered
from market.delivery.models import Delivery, DeliveryFile, DeliveryUpdate
from market.delivery.schemas import AgreedFile, DeliveryFileView, DeliveryUpdateView, DeliveryView
from market.orders.models import Order
from rights.title.models import TitleGrant
from rights.title.states import GrantState

FILE_PREFIX = "dlf"


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


async def files(session: AsyncSession, delivery_id: str, update_id: str | None = None) -> Sequence[DeliveryFile]:
    """The files in the agreement's order, or those of an update."""
    of_update = DeliveryFile.update_id.is_(None) if update_id is None else DeliveryFile.update_id == update_id
    query = select(DeliveryFile).where(DeliveryFile.delivery_id == delivery_id, of_update)
    return (await session.scalars(query.order_by(DeliveryFile.id))).all()


async def update_asked(session: AsyncSession, row: Delivery, agreed: str, asked: str | None) -> DeliveryUpdate | None:
    """The update to open: the newest, or the revision that is asked for; None for the revision that was agreed.

    Raises RevisionNotDelivered for a revision that never reached this buyer.
    """
    if asked == agreed:
        return None
    query = select(DeliveryUpdate).where(DeliveryUpdate.order_id == row.order_id)
    if asked is not None:
        query = query.where(DeliveryUpdate.revision_id == asked)
    found = (await session.scalars(query.order_by(DeliveryUpdate.number.desc()).limit(1))).first()
    if found is None and asked is not None:
        raise RevisionNotDelivered(order=row.order_id, revision=asked[:40])
    return found


async def updates(act: Act, order_id: str, limit: int, cursor: str | None) -> Page[DeliveryUpdateView]:
    """The later revisions that reached an order's buyer, newest first; raises DeliveryMissing for strangers."""
    row = await act.session.scalar(select(Delivery).where(Delivery.order_id == order_id))
    if row is None or act.actor.party is None or act.actor.party not in (row.buyer, row.provider):
        raise DeliveryMissing(order=order_id[:40])
    query = select(DeliveryUpdate).where(DeliveryUpdate.order_id == order_id)
    found = await fetch(act.session, query, DeliveryUpdate.number, limit=limit, cursor=cursor, newest_first=True)
    return found.of(lambda one: shown(one, DeliveryUpdateView, files=[AgreedFile(**_named(f)) for f in one.files]))


def _named(file: dict[str, Any]) -> dict[str, Any]:
    return {name: file[name] for name in ("name", "sha256", "size_bytes")}


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


async def delivery_of(act: Act, order_id: str) -> DeliveryView:
    """The delivery of an order for its two parties; raises DeliveryMissing for anybody else."""
    row = await act.session.scalar(select(Delivery).where(Delivery.order_id == order_id))
    if row is None or act.actor.party is None or act.actor.party not in (row.buyer, row.provider):
        raise DeliveryMissing(order=order_id[:40])
    return view(row, await files(act.session, row.id))


async def purchase(act: Act, order_id: str) -> tuple[Order, Agreement]:
    """An order of the actor's with its agreement, files due; raises DeliveryMissing or DeliveryNotDue."""
    order = await act.session.get(Order, order_id)
    if order is None or act.actor.party is None or order.buyer != act.actor.party:
        raise DeliveryMissing(order=order_id[:40])
    agreement = await of_order(act.session, order_id)
    if agreement is None or not Handover(order, agreement, granted=await granted(act.session, agreement)).is_due(
        act.at
    ):
        status = str(agreement.status) if agreement is not None else "missing"
        raise DeliveryNotDue(order_status=str(order.status), agreement_status=status)
    return order, agreement


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
    found = (await session.execute(query)).first()
    if found is None:
        raise NotFound(kind="file", id=file_id)
    file, order, agreement, standing, licence = found
    suspended, active = standing is not PartyState.ADMITTED, licence in (None, GrantState.ACTIVE)
    return file, Handover(order, agreement, suspended=suspended, granted=active)


async def granted(session: AsyncSession, agreement: Agreement) -> bool:
    """Whether the agreement's link in the chain of title has not been ended."""
    row = await session.get(TitleGrant, agreement.grant_id) if agreement.grant_id is not None else None
    return row is None or row.status is GrantState.ACTIVE
