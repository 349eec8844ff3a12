"""Recording uses of data that stays: by the provider whose environment it is, or by the centre where it ran here."""

from datetime import timedelta

import msgspec
from sqlalchemy import select

from contracts.agreements.licensing import agreed_policy
from contracts.agreements.models import Agreement
from contracts.metering.schemas import Access
from contracts.policy.rules import vocabularies
from contracts.terms.conveyance import environments
from kernel import ids
from kernel.act import Act
from kernel.db import find_locked
from kernel.log.record import record
from kernel.time.clock import timestamp
from market.delivery import access, commands, queries, rules
from market.delivery.errors import DeliveryMissing, FilesHandedOut, UseOutsideLicence
from market.delivery.models import ComputingUse, Delivery
from market.delivery.schemas import DeliveryView, RecordUse
from market.orders.models import Order


async def record_use(act: Act, order_id: str, data: RecordUse) -> DeliveryView:
    """The provider records a use of data that it does not hand out, where it ran and what came of it.

    It is one use of the licence: raises AccessRefused where the agreement's policy does not permit it.
    """
    order = await find_locked(act.session, select(Order).where(Order.id == order_id))
    if order is None or not queries.PARTIES.admits(act.actor, order.provider):
        raise DeliveryMissing(order=order_id[:40])
    handover = await queries.require_due(act, order)
    if not handover.stays:
        raise FilesHandedOut(order=order.id)
    policy = agreed_policy(handover.agreement, act.at)
    allowed = vocabularies().version(policy.vocabulary).body.covered(environments(policy))
    if faults := rules.recording_faults(data, allowed, order.paid_at, act.at):
        raise UseOutsideLicence(errors=faults, count=len(faults))
    row = await commands.prepare(act, order)
    seconds = -(-(data.ended_at - data.started_at) // timedelta(seconds=1))
    wanted = Access(environment=data.environment, rows=data.rows, seconds=seconds)
    await access.release(act, order, handover.agreement, wanted)
    await _record(act, row, order, handover.agreement, data)
    return await queries.view(act.session, row)


async def record_computed(act: Act, order: Order, agreement: Agreement, data: RecordUse) -> ComputingUse:
    """Record a use that ran here and was released to the buyer before, its access counted when it was asked for."""
    row = await commands.prepare(act, order)
    return await _record(act, row, order, agreement, data)


async def _record(act: Act, row: Delivery, order: Order, agreement: Agreement, data: RecordUse) -> ComputingUse:
    use = ComputingUse(id=ids.new("use"), delivery_id=row.id, created_at=act.at, **msgspec.structs.asdict(data))
    act.session.add(use)
    facts = {
        "order": order.id,
        "agreement": agreement.digest,
        "environment": use.environment,
        "result_sha256": use.result_sha256,
        "started_at": timestamp(use.started_at),
        "ended_at": timestamp(use.ended_at),
    }
    record(act, "market.computing-use.recorded", use.id, parties=[row.provider, row.buyer], facts=facts)
    await act.session.flush()
    return use
