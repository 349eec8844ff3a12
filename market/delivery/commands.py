"""Preparing deliveries, opening them with links, noting fetches, confirming receipt."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements import queries as agreements
from contracts.agreements.models import Agreement
from contracts.agreements.states import AgreementState
from kernel import ids, lifecycle
from kernel.clock import Clock
from kernel.db import lock_name
from kernel.documents.commands import Issuer, issue
from kernel.identity.actor import SYSTEM, Actor
from kernel.log.record import timestamp
from kernel.states import Role
from kernel.storage.links import Keyring
from market.delivery import queries, rules
from market.delivery.errors import DeliveryNotDue, NotFetched, ReceiptMismatch
from market.delivery.models import Delivery, DeliveryFile, Download
from market.delivery.schemas import ConfirmReceipt, DeliveryView, LinksView, LinkView
from market.delivery.states import DELIVERY, DeliveryAction, DeliveryState
from market.orders.models import Order


async def prepare(session: AsyncSession, actor: Actor, order: Order, *, clock: Clock) -> Delivery:
    """Make the delivery of exactly the agreement's files; again, it is the same delivery.

    It is released at once when the order is paid, else when its links are first asked for after payment.
    """
    now = clock.now()
    await lock_name(session, "delivery", order.id)
    row = await session.scalar(select(Delivery).where(Delivery.order_id == order.id))
    agreement = await agreements.of_order(session, order.id)
    if agreement is None or agreement.status is not AgreementState.IN_FORCE:
        status = str(agreement.status) if agreement is not None else "missing"
        raise DeliveryNotDue(order_status=str(order.status), agreement_status=status)
    if row is None:
        row = Delivery(
            id=ids.new("dlv"),
            order_id=order.id,
            agreement_id=agreement.id,
            provider=order.provider,
            buyer=order.buyer,
            receipt_id=None,
            created_at=now,
            received_at=None,
        )
        parties = [order.provider, order.buyer]
        facts = {"order": order.id, "agreement": agreement.digest}
        await lifecycle.begin(session, row, DELIVERY, actor, at=now, parties=parties, **facts)
        session.add_all(_files(row, agreement))
        await session.flush()
    await _release(session, queries.Handover(row, order, agreement), clock=clock)
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


async def _release(session: AsyncSession, handover: queries.Handover, *, clock: Clock) -> None:
    """Payment releases what was prepared; the system does it, whoever asks."""
    now, row = clock.now(), handover.delivery
    if row.status is DeliveryState.PREPARED and handover.is_due(now):
        parties = [row.provider, row.buyer]
        await lifecycle.advance(
            session, row, DELIVERY, DeliveryAction.RELEASE, SYSTEM, Role.SYSTEM, at=now, parties=parties
        )


async def links(
    session: AsyncSession,
    actor: Actor,
    order_id: str,
    *,
    clock: Clock,
    keyring: Keyring,
    public_url: str,
    ttl_seconds: int,
) -> LinksView:
    """Open the delivery to its buyer for a while; raises DeliveryNotDue unless all that it needs is in force."""
    now = clock.now()
    handover = await queries.handover_of(session, actor, order_id, lock=True)
    if not handover.is_due(now):
        raise DeliveryNotDue(order_status=str(handover.order.status), agreement_status=str(handover.agreement.status))
    await _release(session, handover, clock=clock)
    row = handover.delivery
    expires_at = now.replace(microsecond=0) + timedelta(seconds=ttl_seconds)
    return LinksView(
        delivery_id=row.id,
        order_id=row.order_id,
        expires_at=expires_at,
        files=[
            LinkView(
                id=file.id,
                name=file.name,
                sha256=file.sha256,
                size_bytes=file.size_bytes,
                url=f"{public_url}/files/{file.id}{keyring.sign(file.id, row.buyer, row.order_id, expires_at)}",
            )
            for file in await queries.files(session, row.id)
        ],
    )


def note_download(
    session: AsyncSession, file: DeliveryFile, method: str, byte_range: str | None, http_status: int, *, clock: Clock
) -> None:
    """Keep who fetched what; the request is answered whether or not the client reads to the end."""
    session.add(
        Download(
            id=ids.new("dwn"),
            delivery_file_id=file.id,
            method=method,
            byte_range=byte_range[:100] if byte_range is not None else None,
            http_status=http_status,
            size_bytes=file.size_bytes,
            at=clock.now(),
        )
    )


async def confirm_receipt(
    session: AsyncSession, actor: Actor, order_id: str, data: ConfirmReceipt, *, clock: Clock, issuer: Issuer
) -> DeliveryView:
    """Take the buyer's word on what arrived, if it equals the agreement, and issue the receipt (交付回执)."""
    now = clock.now()
    handover = await queries.handover_of(session, actor, order_id, lock=True)
    row, order, agreement = handover.delivery, handover.order, handover.agreement
    if not handover.is_due(now):
        raise DeliveryNotDue(order_status=str(order.status), agreement_status=str(agreement.status))
    files = await queries.files(session, row.id)
    faults = rules.receipt_faults({f.name: f.sha256 for f in files}, [(f.name, f.sha256) for f in data.files])
    if faults:
        raise ReceiptMismatch(errors=faults, count=len(faults))
    await _require_fetched(session, files)
    parties = [row.provider, row.buyer]
    await lifecycle.advance(
        session, row, DELIVERY, DeliveryAction.CONFIRM, actor, Role.BUYER, at=now, parties=parties, order=order.id
    )
    claims = {
        "order": order.id,
        "agreement": {"id": agreement.id, "digest": agreement.digest},
        "provider": row.provider,
        "buyer": row.buyer,
        "files": [{"name": f.name, "sha256": f.sha256, "size_bytes": f.size_bytes} for f in files],
        "received_at": timestamp(now),
    }
    document = await issue(session, actor, "delivery-receipt", row.id, claims, issuer=issuer, at=now, parties=parties)
    row.receipt_id, row.received_at = document.id, now
    return queries.view(row, files)


async def _require_fetched(session: AsyncSession, files: Sequence[DeliveryFile]) -> None:
    query = select(Download.delivery_file_id).where(
        Download.delivery_file_id.in_([f.id for f in files]), Download.method == "GET", Download.http_status < 300
    )
    fetched = set(await session.scalars(query.distinct()))
    missing = [f.name for f in files if f.id not in fetched]
    if missing:
        raise NotFetched(files=missing)
