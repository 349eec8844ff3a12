"""Each released revision reaches the buyers whose licences include updates, as long as their licences run."""

from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.licensing import agreed_policy
from contracts.agreements.models import Agreement
from contracts.agreements.queries import of_order
from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.log.record import record
from market.delivery import queries
from market.delivery.models import Delivery, DeliveryFile, DeliveryUpdate
from market.delivery.queries import FILE_PREFIX, Handover
from market.delivery.states import DeliveryState
from market.following.models import ListingRevision
from market.orders.models import Order
from market.orders.states import ENTITLING
from rights.assets import queries as assets

REACHES: Final = "LT-DLV-05"
"""The rule under which an update reaches a buyer."""

BATCH: Final = 50
"""How many revisions reach one buyer in one unit of work."""


def entitled(listing_id: str, after: str) -> Select[str]:
    """The orders of a listing, behind one, whose licences include updates; whether each still runs is asked of each."""
    return (
        select(Order.id)
        .where(
            Order.listing_id == listing_id,
            Order.id > after,
            Order.status.in_(ENTITLING),
            Order.licence["updates"].as_string() == "included",
        )
        .order_by(Order.id)
    )


async def bring(act: Act, order_id: str) -> bool:
    """Bring an order's buyer the revisions that came since its own; says whether more are left.

    Nothing comes before the buyer has receipted what it ordered, nor after its licence has ended; run again, it does
    nothing twice.
    """
    await lock_name(act.session, "delivery", order_id)
    order = await act.session.get_one(Order, order_id, populate_existing=True)
    agreement = await of_order(act.session, order_id)
    row = await act.session.scalar(select(Delivery).where(Delivery.order_id == order_id))
    if row is None or row.status is not DeliveryState.RECEIVED or agreement is None:
        return False
    if agreed_policy(agreement, act.at).revisions or not await _runs(act, order, agreement):
        return False
    missing = await _missing(act.session, order, agreement)
    for release in missing:
        await _bring_one(act, row, agreement, release)
    return len(missing) == BATCH


async def bring_again(act: Act, order_id: str, release: ListingRevision) -> int:
    """Deliver a later revision to a buyer whose delivery was found wanting; says how many files it has now.

    It is for licences that are not for one revision only, of an order that is delivered; a revision that has reached
    the buyer is left as it is.
    """
    await lock_name(act.session, "delivery", order_id)
    agreement = await of_order(act.session, order_id)
    row = (await act.session.scalars(select(Delivery).where(Delivery.order_id == order_id))).one()
    assert agreement is not None  # Only an order with an agreement is delivered.
    same = select(DeliveryUpdate).where(DeliveryUpdate.order_id == order_id, DeliveryUpdate.number == release.number)
    if await act.session.scalar(same) is None:
        await _bring_one(act, row, agreement, release)
    update = (await act.session.scalars(same)).one()
    return len(update.files)


async def _runs(act: Act, order: Order, agreement: Agreement) -> bool:
    buyer = await act.session.get_one(Party, order.buyer)
    granted = await queries.granted(act.session, agreement)
    return Handover(order, agreement, suspended=buyer.status is not PartyState.ADMITTED, granted=granted).is_due(act.at)


async def _missing(session: AsyncSession, order: Order, agreement: Agreement) -> list[ListingRevision]:
    """What the listing has gone on with since the revision that was agreed, and that has not reached the buyer."""
    own = await assets.revision(session, agreement.licensed.revision_id)
    brought = select(DeliveryUpdate.number).where(DeliveryUpdate.order_id == order.id)
    query = select(ListingRevision).where(
        ListingRevision.listing_id == order.listing_id,
        ListingRevision.number > own.number,
        ListingRevision.number.not_in(brought),
    )
    return list(await session.scalars(query.order_by(ListingRevision.number).limit(BATCH)))


async def _bring_one(act: Act, row: Delivery, agreement: Agreement, release: ListingRevision) -> None:
    """Enter the revision's files in the delivery and tell both parties.

    None where nothing is ever handed out, nor where the licence has a scope, to which they are yet to be made.
    """
    revision = await assets.revision(act.session, release.revision_id)
    files = [
        {"name": f.name, "sha256": f.sha256, "size_bytes": f.size_bytes, "storage_key": f.storage_key}
        for f in (revision.files if agreement.files and agreement.scope_sha256 is None else ())
    ]
    update = DeliveryUpdate(
        id=ids.new("dlu"),
        delivery_id=row.id,
        order_id=row.order_id,
        revision_id=revision.id,
        number=release.number,
        content_sha256=revision.content_sha256,
        scorecard_id=release.scorecard_id,
        files=files,
        available_at=act.at,
    )
    act.session.add(update)
    await act.session.flush()  # The files refer to it.
    of_it = {"delivery_id": row.id, "update_id": update.id}
    act.session.add_all(DeliveryFile(id=ids.new(FILE_PREFIX), **of_it, **file) for file in files)
    facts = {
        "order": row.order_id,
        "agreement": agreement.id,
        "revision": revision.id,
        "number": update.number,
        "content_sha256": update.content_sha256,
        "scorecard": update.scorecard_id,
        "rule": REACHES,
    }
    record(act.by(SYSTEM), "market.delivery.updated", row.id, parties=[row.provider, row.buyer], facts=facts)
