"""Confirming receipt: what the buyer says arrived is compared with what was agreed and fetched, and receipted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.licensing import agreed_policy
from contracts.agreements.models import Agreement
from contracts.obligations.commands import delivered
from contracts.policy.marks import plain, text_of
from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, one
from kernel.documents.commands import issue
from kernel.documents.models import Document
from kernel.identity.models import Party
from kernel.jobs.queue import enqueue
from kernel.states import Role
from kernel.time.clock import timestamp
from market.delivery import commands, queries, rules
from market.delivery.errors import DeliveryMissing, NotFetched, ReceiptMismatch, UseNotShown
from market.delivery.models import Delivery, DeliveryFile, Download
from market.delivery.schemas import ConfirmReceipt, DeliveryView
from market.delivery.states import DELIVERY, DeliveryAction
from market.delivery_plans import queries as delivery_plans
from market.orders import commands as orders
from market.orders.models import Order

MARKED: Final = "LT-TRC-03"
"""The rule by which what was agreed to differ in a marked copy is no defect."""
RECEIVED: Final = "market.delivery.received"
"""The job that brings a buyer, once it has what it ordered, the revisions that came since."""


async def confirm_receipt(act: Act, order_id: str, data: ConfirmReceipt) -> DeliveryView:
    """Take the buyer's word on what arrived, if it equals the agreement, and issue the receipt (交付回执)."""
    order, agreement = await queries.purchase(act, order_id, for_change=True)
    await delivery_plans.require_whole(act.session, order)
    row = await find_locked(act.session, select(Delivery).where(Delivery.order_id == order.id))
    if row is None:
        raise DeliveryMissing(order=order.id)
    await commands.enter_scoped(act, row, agreement)
    files = await queries.files(act.session, row.id)
    if agreement.files:
        await require_arrived(act.session, files, data)
        uses: list[dict[str, str]] = []
    else:
        uses = await _require_used(act.session, row, data)
    parties = [row.provider, row.buyer]
    await lifecycle.advance(act, row, DELIVERY, DeliveryAction.CONFIRM, Role.BUYER, parties=parties, order=order.id)
    more: dict[str, Any] = {"uses": uses} if uses else {}
    document = await receipt(act, row, order, agreement, files, subject=row.id, **more)
    row.receipt_id, row.received_at = document.id, act.at
    await orders.mark_delivered(act.by(SYSTEM), order)
    if order.agreement_id is not None:
        await delivered(act, order.agreement_id, {"document": document.id})
    if order.licence.get("updates") == "included":
        await enqueue(act.session, RECEIVED, {"order": order.id})
    return await queries.view(act.session, row)


async def receipt(
    act: Act,
    row: Delivery,
    order: Order,
    agreement: Agreement,
    files: Sequence[DeliveryFile],
    *,
    subject: str,
    **more: Any,
) -> Document:
    """Issue the receipt (交付回执) of a delivery, or of a part of it, which is then its subject."""
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
        **more,
        **_marked(agreement, act.at),
        "received_at": timestamp(act.at),
    }
    return await issue(act, "delivery-receipt", subject, claims, parties=[row.provider, row.buyer])


def _marked(agreement: Agreement, at: datetime) -> dict[str, Any]:
    """What a receipt says of marks: by how much the copy may differ from the registered data, and which that is."""
    marks = agreed_policy(agreement, at).marks
    if not marks:
        return {}
    said = [{"zh": text.zh, "en": text.en} for text in map(text_of, marks)]
    registered = agreement.content["subject"]["content_sha256"]
    return {"marks": {"rule": MARKED, "registered_sha256": registered, "tables": plain(marks), "said": said}}


async def require_arrived(session: AsyncSession, files: Sequence[DeliveryFile], data: ConfirmReceipt) -> None:
    """Raise ReceiptMismatch or NotFetched unless exactly these files have arrived."""
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
