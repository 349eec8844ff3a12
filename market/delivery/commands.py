"""Preparing deliveries, opening them with links, noting fetches, confirming receipt."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.licensing import agreed_policy
from contracts.agreements.models import Agreement
from contracts.agreements.queries import of_order
from contracts.agreements.states import AgreementState
from contracts.metering.schemas import Access
from contracts.obligations.commands import delivered
from contracts.terms.conveyance import environments
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, lock_name, one
from kernel.documents.commands import issue
from kernel.identity.models import Party
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.states import Role
from kernel.storage.links import Keyring
from kernel.time.clock import timestamp
from kernel.views.projection import shown
from market.delivery import access, queries, rules
from market.delivery.errors import (
    DataStays,
    DeliveryMissing,
    DeliveryNotDue,
    NotFetched,
    ReceiptMismatch,
    UseNotShown,
)
from market.delivery.models import Delivery, DeliveryFile, Download
from market.delivery.schemas import ConfirmReceipt, DeliveryView, FileLinkView, LinksView
from market.delivery.states import DELIVERY, DeliveryAction, DeliveryState
from market.observations import commands as observations
from market.observations.commands import ObservedAccess
from market.orders import commands as orders
from market.orders.models import Order

RECEIVED: Final = "market.delivery.received"
"""The job that brings a buyer, once it has what it ordered, the revisions that came since."""


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
    return await queries.view(act.session, row)


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
            update_id=None,
            name=file["name"],
            sha256=file["sha256"],
            size_bytes=file["size_bytes"],
            storage_key=file["storage_key"],
        )
        for file in agreement.files
    ]


async def links(
    act: Act,
    order_id: str,
    *,
    keyring: Keyring,
    public_url: str,
    ttl_seconds: int,
    serves: Literal["buyer", "holder"] = "buyer",
    revision_id: str | None = None,
    place: str | None = None,
) -> LinksView:
    """Open a revision of the delivery to its buyer for a while, the newest that reached it unless one is named.

    It is one use of the licence, of all the revision's rows, at the place named or where the buyer is registered; the
    links may be fetched with as often as they last. They serve the buyer, who sends its key with them, or on its wish
    whoever holds them, for a shorter while (decision 0057). Raises DeliveryNotDue unless all that it needs is in force,
    DataStays where there are no files, RevisionNotDelivered, and AccessRefused where the policy does not permit it.
    """
    order, agreement = await queries.purchase(act, order_id)
    if not agreement.files:
        raise DataStays(order=order.id, environments=", ".join(environments(agreed_policy(agreement, act.at))))
    row, bound = await prepare(act.by(SYSTEM), order), serves == "buyer"
    update = await queries.update_asked(act.session, row, agreement.licensed.revision_id, revision_id)
    revision = update.revision_id if update is not None else agreement.licensed.revision_id
    opened = await queries.files(act.session, row.id, update.id if update is not None else None)
    size_bytes = sum(file.size_bytes for file in opened)
    wanted = Access(revision_id=revision, place=place)
    released = await access.release(act, order, agreement, wanted, size_bytes=size_bytes)
    await observations.note(act.session, agreement.id, ObservedAccess(released.id, act.at))
    seconds = ttl_seconds if bound else min(ttl_seconds, rules.LINKS.at(act.today).body.holder_seconds_max)
    expires_at = act.at.replace(microsecond=0) + timedelta(seconds=seconds)
    if not bound:
        record(act, "market.delivery.opened", row.id, parties=[row.buyer], facts={"serves": serves, "seconds": seconds})
    return LinksView(
        delivery_id=row.id,
        order_id=row.order_id,
        expires_at=expires_at,
        serves=serves,
        to=row.buyer if bound else None,
        revision_id=revision,
        files=[
            shown(
                file,
                FileLinkView,
                url=f"{public_url}/files/{file.id}"
                f"{keyring.sign(file.id, row.buyer, row.order_id, expires_at, bound=bound)}",
            )
            for file in opened
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
    if agreement.files:
        await _require_arrived(act.session, files, data)
        uses: list[dict[str, str]] = []
    else:
        uses = await _require_used(act.session, row, data)
    parties = [row.provider, row.buyer]
    await lifecycle.advance(act, row, DELIVERY, DeliveryAction.CONFIRM, Role.BUYER, parties=parties, order=order.id)
    claims = {
        "order": order.id,
        "agreement": {"id": agreement.id, "digest": agreement.digest},
        "provider": row.provider,
        "provider_name": (await one(act.session, Party, row.provider)).name,
        "buyer": row.buyer,
        "buyer_name": (await one(act.session, Party, row.buyer)).name,
        "title_zh": order.title_zh,
        "title_en": order.title_en,
        "files": [{"name": f.name, "sha256": f.sha256, "size_bytes": f.size_bytes} for f in files],
        **({"uses": uses} if uses else {}),
        "received_at": timestamp(act.at),
    }
    document = await issue(act, "delivery-receipt", row.id, claims, parties=parties)
    row.receipt_id, row.received_at = document.id, act.at
    await orders.mark_delivered(act.by(SYSTEM), order)
    if order.agreement_id is not None:
        await delivered(act, order.agreement_id, document.id)
    if order.licence.get("updates") == "included":
        await enqueue(act.session, RECEIVED, {"order": order.id})
    return await queries.view(act.session, row)


async def _require_arrived(session: AsyncSession, files: Sequence[DeliveryFile], data: ConfirmReceipt) -> None:
    """Raise ReceiptMismatch or NotFetched unless exactly the agreement's files have arrived."""
    faults = rules.receipt_faults({f.name: f.sha256 for f in files}, [(f.name, f.sha256) for f in data.files])
    if faults:
        raise ReceiptMismatch(errors=faults, count=len(faults))
    await _require_fetched(session, files)


async def _require_used(session: AsyncSession, row: Delivery, data: ConfirmReceipt) -> list[dict[str, str]]:
    """The uses that the buyer confirms, as the receipt names them; raises UseNotShown."""
    recorded = {use.id: use for use in await queries.uses(session, row.id)}
    confirmed = [(use.id, use.result_sha256) for use in data.uses]
    faults = rules.use_faults({use.id: use.result_sha256 for use in recorded.values()}, confirmed)
    faults += rules.receipt_faults({}, [(f.name, f.sha256) for f in data.files])
    if faults:
        raise UseNotShown(errors=faults, count=len(faults))
    return [
        {
            "id": use.id,
            "environment": use.environment,
            "result_sha256": use.result_sha256,
            "started_at": timestamp(use.started_at),
            "ended_at": timestamp(use.ended_at),
        }
        for use in (recorded[use_id] for use_id, _ in confirmed)
    ]


async def _require_fetched(session: AsyncSession, files: Sequence[DeliveryFile]) -> None:
    """Raise NotFetched for files of which not every byte was asked for, at once or in ranges."""
    query = select(Download.delivery_file_id, Download.http_status, Download.byte_range).where(
        Download.delivery_file_id.in_([f.id for f in files]), Download.method == "GET", Download.http_status < 300
    )
    answered: dict[str, list[str | None]] = {f.id: [] for f in files}
    for file_id, http_status, byte_range in await session.execute(query.distinct()):
        answered[file_id].append(byte_range if http_status == 206 else None)
    missing = [f.name for f in files if not rules.is_fetched(f.size_bytes, answered[f.id])]
    if missing:
        raise NotFetched(files=missing)
