"""Preparing deliveries, opening them with links, noting fetches, confirming receipt."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.models import Agreement
from contracts.agreements.queries import of_order
from contracts.agreements.states import AgreementState
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, lock_name
from kernel.documents.commands import issue
from kernel.log.record import timestamp
from kernel.states import Role
from kernel.storage.links import Keyring
from kernel.views.projection import shown
from market.delivery import queries, rules
from market.delivery.errors import DeliveryMissing, DeliveryNotDue, NotFetched, ReceiptMismatch
from market.delivery.models import Delivery, DeliveryFile, Download
from market.delivery.schemas import ConfirmReceipt, DeliveryView, FileLinkView, LinksView
from market.delivery.states import DELIVERY, DeliveryAction, DeliveryState
from market.orders import commands as orders
from market.orders.models import Order


async def prepare(act: Act, order: Order) -> Delivery:
    """Make the delivery of exactly the agreement's files; again, it is the same delivery.

    The provider may prepare it as soon as the agreement is in force; once the order is paid it is released. The
    provider does nothing more: what was registered, scored and listed is what lies in the store.
    """
    await lock_name(act.session, "delivery", order.id)
    row = await act.session.scalar(select(Delivery).where(Delivery.order_id == order.id))
    agreement = await of_order(act.session, order.id)
    if agreement is None or agreement.status is not AgreementState.IN_FORCE:
        status = str(agreement.status) if agreement is not None else "missing"
        raise DeliveryNotDue(order_status=str(order.status), agreement_status=status)
    if row is None:
        row = await _begin(act, order, agreement)
    if row.status is DeliveryState.PREPARED and queries.Handover(order, agreement).is_due(act.at):
        parties = [row.provider, row.buyer]
        await lifecycle.advance(act.by(SYSTEM), row, DELIVERY, DeliveryAction.RELEASE, Role.SYSTEM, parties=parties)
    return row


async def prepare_own(act: Act, order_id: str) -> DeliveryView:
    """Prepare the delivery of an order that one has sold."""
    order = await act.session.get(Order, order_id)
    if order is None or not queries.PARTIES.admits(act.actor, order.provider):
        raise DeliveryMissing(order=order_id[:40])
    row = await prepare(act, order)
    return queries.view(row, await queries.files(act.session, row.id))


async def _begin(act: Act, order: Order, agreement: Agreement) -> Delivery:
    row = Delivery(
        id=ids.new("dlv"),
        order_id=order.id,
        agreement_id=agreement.id,
        provider=order.provider,
        buyer=order.buyer,
        receipt_id=None,
        created_at=act.at,
        received_at=None,
    )
    parties = [order.provider, order.buyer]
    facts = {"order": order.id, "agreement": agreement.digest}
    await lifecycle.begin(act, row, DELIVERY, parties=parties, **facts)
    act.session.add_all(_files(row, agreement))
    await act.session.flush()  # The files are read back in this unit.
    return row


def _files(row: Delivery, agreement: Agreement) -> list[DeliveryFile]:
    return [
        DeliveryFile(
            id=ids.new(queries.FILE_PREFIX),
            delivery_id=row.id,
            name=file["name"],
            sha256=file["sha256"],
            size_bytes=file["size_bytes"],
            storage_key=file["storage_key"],
        )
        for file in agreement.files
    ]


async def links(act: Act, order_id: str, *, keyring: Keyring, public_url: str, ttl_seconds: int) -> LinksView:
    """Open the delivery to its buyer for a while; raises DeliveryNotDue unless all that it needs is in force."""
    order, _ = await queries.purchase(act, order_id)
    row = await prepare(act.by(SYSTEM), order)
    expires_at = act.at.replace(microsecond=0) + timedelta(seconds=ttl_seconds)
    return LinksView(
        delivery_id=row.id,
        order_id=row.order_id,
        expires_at=expires_at,
        files=[
            shown(
                file,
                FileLinkView,
                url=f"{public_url}/files/{file.id}{keyring.sign(file.id, row.buyer, row.order_id, expires_at)}",
            )
            for file in await queries.files(act.session, row.id)
        ],
    )


def note_download(act: Act, file: DeliveryFile, method: str, byte_range: str | None, http_status: int) -> None:
    """Keep who fetched what; the request is answered whether or not the client reads to the end."""
    act.session.add(
        Download(
            id=ids.new("dwn"),
            delivery_file_id=file.id,
            method=method,
            byte_range=byte_range[:100] if byte_range is not None else None,
            http_status=http_status,
            size_bytes=file.size_bytes,
            at=act.at,
        )
    )


async def confirm_receipt(act: Act, order_id: str, data: ConfirmReceipt) -> DeliveryView:
    """Take the buyer's word on what arrived, if it equals the agreement, and issue the receipt (交付回执)."""
    order, agreement = await queries.purchase(act, order_id, for_change=True)
    row = await find_locked(act.session, select(Delivery).where(Delivery.order_id == order.id))
    if row is None:
        raise DeliveryMissing(order=order.id)
    files = await queries.files(act.session, row.id)
    faults = rules.receipt_faults({f.name: f.sha256 for f in files}, [(f.name, f.sha256) for f in data.files])
    if faults:
        raise ReceiptMismatch(errors=faults, count=len(faults))
    await _require_fetched(act.session, files)
    parties = [row.provider, row.buyer]
    await lifecycle.advance(act, row, DELIVERY, DeliveryAction.CONFIRM, Role.BUYER, parties=parties, order=order.id)
    claims = {
        "order": order.id,
        "agreement": {"id": agreement.id, "digest": agreement.digest},
        "provider": row.provider,
        "buyer": row.buyer,
        "files": [{"name": f.name, "sha256": f.sha256, "size_bytes": f.size_bytes} for f in files],
        "received_at": timestamp(act.at),
    }
    document = await issue(act, "delivery-receipt", row.id, claims, parties=parties)
    row.receipt_id, row.received_at = document.id, act.at
    await orders.mark_delivered(act.by(SYSTEM), order)
    return queries.view(row, files)


async def _require_fetched(session: AsyncSession, files: Sequence[DeliveryFile]) -> None:
    query = select(Download.delivery_file_id).where(
        Download.delivery_file_id.in_([f.id for f in files]), Download.method == "GET", Download.http_status < 300
    )
    fetched = set(await session.scalars(query.distinct()))
    missing = [f.name for f in files if f.id not in fetched]
    if missing:
        raise NotFetched(files=missing)
