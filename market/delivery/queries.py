"""Finding deliveries."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from contracts.agreements.licensing import days_of, ends_on
from contracts.agreements.models import Agreement
from contracts.agreements.queries import of_order
from contracts.obligations.deletions.handed_over import CHANNELS, Handed
from kernel.act import Act
from kernel.db import find_locked
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.storage.errors import LinkInvalid
from kernel.time.clock import day_in_china
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.delivery import rules
from market.delivery.errors import DataDestroyed, DeliveryMissing, DeliveryNotDue, RevisionNotDelivered
from market.delivery.models import ComputingUse, Delivery, DeliveryFile, DeliveryUpdate, Download
from market.delivery.schemas import AgreedFile, DeliveryFileView, DeliveryUpdateView, DeliveryView, UseView
from market.delivery_plans import queries as delivery_plans
from market.orders.models import Order
from rights.assets.models import Asset
from rights.title.models import TitleGrant
from rights.title.states import GrantState

FILE_PREFIX = "dlf"

Reading = Callable[[AsyncSession, str], Awaitable[bool]]

READINGS: Final[list[Reading]] = []
"""Each says whether data of an order was read in another way than by its files; whoever opens a way adds its own."""


FileReading = Callable[[AsyncSession, str, Collection[str]], Awaitable[bool]]

FILE_READINGS: Final[list[FileReading]] = []
"""The same of what registered files of these names hold, for orders whose files are received in parts."""


class ScopedFile(NamedTuple):
    """A file that holds what a licence's scope licenses of a revision, and nothing else."""

    name: str
    rows: int
    sha256: str
    size_bytes: int
    storage_key: str


Making = Callable[[AsyncSession, Agreement, str], Awaitable[Sequence[ScopedFile]]]

MADE_TO_SCOPE: Final[list[Making]] = []
"""Gives the files of a revision made to an agreement's scope, or raises why there are none yet.

Whoever makes such files adds itself: a registered file is never handed out under a licence of part of it.
"""

PARTIES: Final = Audience("delivery")
"""A delivery is between buyer and provider, and no office looks into it."""


@dataclass(frozen=True, slots=True)
class Handover:
    """An order and its agreement, which a delivery fulfils; a buyer who is suspended gets nothing meanwhile."""

    order: Order
    agreement: Agreement
    suspended: bool = False
    granted: bool = True
    destroyed_at: datetime | None = None

    def is_due(self, at: datetime) -> bool:
        """Whether files may be fetched now."""
        return not self.suspended and rules.may_fetch(
            self.order.status,
            self.agreement.status,
            self.order.settled_at,
            days_of(self.agreement, at),
            at,
            granted_until=ends_on(self.agreement, at),
            granted=self.granted,
            destroyed=self.destroyed_at is not None,
        )

    @property
    def stays(self) -> bool:
        """Whether the data is only computed on and never handed out."""
        return not self.agreement.files


async def files(session: AsyncSession, delivery_id: str, update_id: str | None = None) -> Sequence[DeliveryFile]:
    """The files in the agreement's order, or those of an update."""
    of_update = DeliveryFile.update_id.is_(None) if update_id is None else DeliveryFile.update_id == update_id
    query = select(DeliveryFile).where(DeliveryFile.delivery_id == delivery_id, of_update)
    return (await session.scalars(query.order_by(DeliveryFile.id))).all()


async def open_files(
    session: AsyncSession, order: Order, row: Delivery, update: DeliveryUpdate | None
) -> list[DeliveryFile]:
    """The files that a link is made for: of a delivery in parts, those that are handed out; raises PartNotReleased."""
    names = await delivery_plans.require_released(session, order)
    all_ = await files(session, row.id, update.id if update is not None else None)
    return [file for file in all_ if names is None or file.name in names]


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
    if row is None or not PARTIES.admits(act.actor, row.buyer, row.provider):
        raise DeliveryMissing(order=order_id[:40])
    query = select(DeliveryUpdate).where(DeliveryUpdate.order_id == order_id)
    found = await fetch(act.session, query, DeliveryUpdate.number, limit=limit, cursor=cursor, newest_first=True)
    return found.of(lambda one: shown(one, DeliveryUpdateView, files=[AgreedFile(**_named(f)) for f in one.files]))


def _named(file: dict[str, Any]) -> dict[str, Any]:
    return {name: file[name] for name in ("name", "sha256", "size_bytes")}


async def uses(session: AsyncSession, delivery_id: str) -> Sequence[ComputingUse]:
    """The recorded uses in the order of their recording."""
    query = select(ComputingUse).where(ComputingUse.delivery_id == delivery_id).order_by(ComputingUse.id)
    return (await session.scalars(query)).all()


async def was_fetched(session: AsyncSession, order_id: str, names: Collection[str]) -> bool:
    """Whether any of these files of an order was fetched, or what it holds was read in another way."""
    query = _fetched(order_id).where(DeliveryFile.name.in_(names))
    if await session.scalar(select(query.exists())):
        return True
    return any([await read(session, order_id, names) for read in FILE_READINGS])


async def was_used(session: AsyncSession, order_id: str) -> bool:
    """Whether anything of an order was fetched, computed on, or read in another way."""
    fetched = _fetched(order_id)
    computed = select(ComputingUse.id).join(Delivery, Delivery.id == ComputingUse.delivery_id)
    here = select(fetched.exists() | computed.where(Delivery.order_id == order_id).exists())
    if await session.scalar(here):
        return True
    return any([await read(session, order_id) for read in READINGS])


def _fetched(order_id: str) -> Select[str]:
    return (
        select(Download.id)
        .join(DeliveryFile, DeliveryFile.id == Download.delivery_file_id)
        .join(Delivery, Delivery.id == DeliveryFile.delivery_id)
        .where(Delivery.order_id == order_id, Download.method == "GET", Download.http_status < 300)
    )


async def view(session: AsyncSession, row: Delivery) -> DeliveryView:
    """A delivery with its files and uses, for the wire, without storage keys."""
    return shown(
        row,
        DeliveryView,
        files=[shown(file, DeliveryFileView) for file in await files(session, row.id)],
        uses=[shown(use, UseView) for use in await uses(session, row.id)],
    )


async def delivery_of(act: Act, order_id: str) -> DeliveryView:
    """The delivery of an order for its two parties; raises DeliveryMissing for anybody else."""
    row = await act.session.scalar(select(Delivery).where(Delivery.order_id == order_id))
    if row is None or not PARTIES.admits(act.actor, row.buyer, row.provider):
        raise DeliveryMissing(order=order_id[:40])
    return await view(act.session, row)


async def purchase(act: Act, order_id: str, *, for_change: bool = False) -> tuple[Order, Agreement]:
    """An order of the actor's with its agreement, files due, the order locked where it is to change.

    Raises DeliveryMissing, DataDestroyed or DeliveryNotDue.
    """
    query = select(Order).where(Order.id == order_id)
    order = await (find_locked(act.session, query) if for_change else act.session.scalar(query))
    if order is None or not PARTIES.admits(act.actor, order.buyer):
        raise DeliveryMissing(order=order_id[:40])
    handover = await require_due(act, order)
    return order, handover.agreement


async def require_due(act: Act, order: Order) -> Handover:
    """What entitles an order's buyer now; raises DataDestroyed or DeliveryNotDue."""
    agreement = await of_order(act.session, order.id)
    if agreement is None:
        raise DeliveryNotDue(order_status=str(order.status), agreement_status="missing")
    asset = await act.session.get(Asset, order.asset_id)
    destroyed_at = asset.destroyed_at if asset is not None else None
    stands = await granted(act.session, agreement)
    handover = Handover(order, agreement, granted=stands, destroyed_at=destroyed_at)
    if handover.is_due(act.at):
        return handover
    if destroyed_at is not None:
        raise DataDestroyed(since=day_in_china(destroyed_at).isoformat())
    raise DeliveryNotDue(order_status=str(order.status), agreement_status=str(agreement.status))


def with_handover(query: Select[Any], agreement_id: InstrumentedAttribute[str]) -> Select[Any]:
    """A query for something under an agreement, each row with what entitles its buyer now (`handover_of`)."""
    return (
        query.add_columns(Order, Agreement, Party.status, TitleGrant.status, Asset.destroyed_at)
        .join(Agreement, Agreement.id == agreement_id)
        .join(Order, Order.id == Agreement.order_id)
        .join(Party, Party.id == Order.buyer)
        .join(TitleGrant, TitleGrant.id == Agreement.grant_id, isouter=True)
        .join(Asset, Asset.id == Order.asset_id, isouter=True)
    )


def handover_of(row: Sequence[Any]) -> tuple[Any, Handover]:
    """What a row of such a query is about, and what entitles its buyer; a membership that ran out ends nothing.

    What was agreed before is performed (rule LT-CON-08).
    """
    about, order, agreement, buyer_status, grant_status, destroyed_at = row
    suspended, granted = buyer_status is not PartyState.ADMITTED, grant_status is not GrantState.ENDED
    return about, Handover(order, agreement, suspended=suspended, granted=granted, destroyed_at=destroyed_at)


async def file_to_fetch(session: AsyncSession, file_id: str) -> tuple[DeliveryFile, Handover]:
    """A file with what entitles its buyer to it; raises LinkInvalid, since no link to any other was issued."""
    query = select(DeliveryFile).join(Delivery, Delivery.id == DeliveryFile.delivery_id)
    query = with_handover(query.where(DeliveryFile.id == file_id), Delivery.agreement_id)
    row = (await session.execute(query)).first()
    if row is None:
        raise LinkInvalid
    return handover_of(row)


async def granted(session: AsyncSession, agreement: Agreement) -> bool:
    """Whether the agreement's link in the chain of title has not been ended."""
    row = await session.get(TitleGrant, agreement.grant_id) if agreement.grant_id is not None else None
    return row is None or row.status is not GrantState.ENDED


async def handed_over(session: AsyncSession, agreement: Agreement) -> list[Handed]:
    """What left under an agreement as files, by revision, and as results of uses in an environment."""
    revision = func.coalesce(DeliveryUpdate.revision_id, Agreement.revision_id)
    fetched = (
        select(revision, func.count(), func.min(Download.at), func.max(Download.at))
        .join(DeliveryFile, DeliveryFile.id == Download.delivery_file_id)
        .join(Delivery, Delivery.id == DeliveryFile.delivery_id)
        .join(Agreement, Agreement.id == Delivery.agreement_id)
        .join(DeliveryUpdate, DeliveryUpdate.id == DeliveryFile.update_id, isouter=True)
        .where(Delivery.agreement_id == agreement.id, Download.method == "GET", Download.http_status < 300)
        .group_by(revision)
    )
    environments = func.array_agg(ComputingUse.environment.distinct())
    used = (
        select(func.count(), func.min(ComputingUse.ended_at), func.max(ComputingUse.ended_at), environments)
        .join(Delivery, Delivery.id == ComputingUse.delivery_id)
        .where(Delivery.agreement_id == agreement.id)
        .having(func.count() > 0)
    )
    told = [Handed("files", *row) for row in await session.execute(fetched)]
    return told + [Handed("computing", None, *row) for row in await session.execute(used)]


CHANNELS.append(handed_over)
