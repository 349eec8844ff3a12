"""Asking for a redelivery, agreeing to it, requiring it, delivering again, and what follows when its time is over."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from contracts.agreements.licensing import agreed_policy
from contracts.agreements.models import Agreement
from contracts.moments import Moment, follows
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, locked, one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.time.clock import timestamp
from market.delivery_plans.models import DeliveryPart
from market.delivery_plans.queries import PARTS
from market.following.deliveries import bring_again
from market.following.models import ListingRevision
from market.orders.models import Order
from market.orders.queries import AUDIENCE as ORDER_AUDIENCE
from market.orders.states import OrderState
from market.redeliveries import inspections, queries, rules
from market.redeliveries.errors import (
    RedeliveriesTooMany,
    RedeliveryLate,
    RedeliveryOfComplaint,
    RedeliveryOpen,
    RedeliveryUnfit,
    RedeliveryUntimely,
)
from market.redeliveries.models import Redelivery
from market.redeliveries.schemas import AnswerRedeliveryRequest, AskRedelivery, DeliverAgain, RedeliveryView
from market.redeliveries.states import OPEN, REDELIVERY, RedeliveryAction, RedeliveryState
from market.refunds import commands as refunds
from market.refunds.errors import PaymentDisputed
from market.refunds.paid import paid_for

_MISSED = "未按期重新交付，退还价款 · it was not delivered again in time, and the price goes back"


async def ask(act: Act, order_id: str, data: AskRedelivery) -> RedeliveryView:
    """The buyer does not take what was delivered and asks for it again; silence accepts nothing meanwhile.

    Raises RedeliveryUntimely, RedeliveryOpen and RedeliveriesTooMany.
    """
    order = await locked(act.session, Order, order_id)
    ORDER_AUDIENCE.require_party(act.actor, order_id, order.buyer)
    return await _ask(act, order, order, data)


async def ask_for_part(act: Act, part_id: str, data: AskRedelivery) -> RedeliveryView:
    """The same of one part of a delivery that the buyer has received."""
    order = await locked(act.session, Order, (await one(act.session, DeliveryPart, part_id)).order_id)
    PARTS.require_party(act.actor, part_id, order.buyer)
    return await _ask(act, order, await locked(act.session, DeliveryPart, part_id), data)


async def _ask(act: Act, order: Order, of: Order | DeliveryPart, data: AskRedelivery) -> RedeliveryView:
    due = of.inspection_due_at
    over = due is None or due <= act.after_waiting()
    if not inspections.under_inspection(order, of) or over:
        complaint = f" ({of.complaint_id})" if of.complaint_id else ""
        raise RedeliveryUntimely(order=of.id, state=str(of.status), complaint=complaint)
    table = rules.RULES.at(act.today).body
    count = select(func.count()).where(*inspections.redeliveries_of(of), Redelivery.because.is_(None))
    if int(await act.session.scalar(count) or 0) >= table.times_max:
        raise RedeliveriesTooMany(limit=table.times_max)
    row = await _new(act, order, of, data.reason, rules.after(act.today, table.answer_working_days))
    await lifecycle.begin(act, row, REDELIVERY, parties=row.parties, order=order.id, reason=data.reason)
    inspections.inspect_until(of, row.due_at, table.resume_working_days)
    return queries.view(row, act)


async def require_redelivery(
    act: Act, order_id: str, *, due: datetime, reason: str, because: str | None = None, part_id: str | None = None
) -> Redelivery:
    """Have the provider of an order deliver it, or a part of it, again until a moment, by what was decided elsewhere.

    `because` is the id of what decided, which then keeps the clock and says what follows when it is not delivered;
    without it, the whole price goes back. Whatever was asked for before gives way. The caller has made sure that this
    may be decided. Raises NotFound.
    """
    order = await locked(act.session, Order, order_id)
    of = order if part_id is None else await locked(act.session, DeliveryPart, part_id)
    await _call_off(act, *inspections.redeliveries_of(of), Redelivery.because.is_(None))
    row = await _new(act, order, of, reason, due)
    row.because = because
    await lifecycle.begin_in(
        act, row, REDELIVERY, RedeliveryState.REQUIRED, parties=row.parties, order=order_id, because=because
    )
    if because is None:
        inspections.inspect_until(of, due, rules.RULES.at(act.today).body.inspect_working_days)
    return row


async def answer(act: Act, redelivery_id: str, data: AnswerRedeliveryRequest) -> RedeliveryView:
    """The provider agrees, and has its days to deliver, or declines; raises RedeliveryLate."""
    _, of, row = await _locked(act, redelivery_id)
    action = RedeliveryAction.AGREE if data.agree else RedeliveryAction.DECLINE
    REDELIVERY.next(row.status, action, queries.role_of(row, act))
    _require_in_time(act, row)
    table = rules.RULES.at(act.today).body
    row.answer = data.reason
    row.due_at = rules.after(act.today, table.deliver_working_days) if data.agree else None
    await _move(act, row, action, Role.PROVIDER, reason=data.reason)
    if data.agree:
        inspections.inspect_until(of, row.due_at, table.inspect_working_days)
    else:
        await inspections.inspection_goes_on(act, of, table)
    return queries.view(row, act)


async def deliver(act: Act, redelivery_id: str, data: DeliverAgain) -> RedeliveryView:
    """The provider delivers again; the buyer's inspection begins anew.

    Raises RedeliveryOfComplaint, RedeliveryLate and RedeliveryUnfit.
    """
    order, of, row = await _locked(act, redelivery_id)
    REDELIVERY.next(row.status, RedeliveryAction.DELIVER, queries.role_of(row, act))
    if row.because is not None:
        raise RedeliveryOfComplaint(complaint=row.because)
    _require_in_time(act, row)
    await _deliver(act, order, row, data)
    of.inspection_due_at = rules.after(act.today, rules.RULES.at(act.today).body.inspect_working_days)
    return queries.view(row, act)


async def deliver_because(act: Act, because: str, data: DeliverAgain) -> int | None:
    """Deliver again what a complaint requires, its order locked; says how many files came with a later revision.

    Raises NotFound and RedeliveryUnfit.
    """
    row = await find_locked(act.session, select(Redelivery).where(*_required_by(because)))
    if row is None:
        raise NotFound(kind="redelivery", id=because)
    return await _deliver(act, await one(act.session, Order, row.order_id), row, data)


async def miss_because(act: Act, because: str) -> None:
    """What a complaint required was not delivered in time; the complaint says what follows."""
    row = await find_locked(act.session, select(Redelivery).where(*_required_by(because)))
    if row is not None:
        row.due_at = None
        await _move(act.by(SYSTEM), row, RedeliveryAction.MISS, Role.SYSTEM, rule=rules.MISSED)


async def time_over(act: Act, redelivery_id: str) -> bool:
    """Who did not answer has not agreed, and what was not delivered again is paid back; says whether it was so."""
    order, of, row = await _locked(act, redelivery_id)
    if row.due_at is None or row.due_at > act.at or row.because is not None:
        return False
    mine, table = act.by(SYSTEM), rules.RULES.at(act.today).body
    undelivered = of is order and order.status is OrderState.PAID and order.complaint_id is None
    if not inspections.under_inspection(order, of) and not undelivered:
        # It was accepted, or the matter has gone on to a complaint.
        await _call_off(act, *inspections.redeliveries_of(of), Redelivery.because.is_(None))
    elif row.status is RedeliveryState.ASKED:
        row.due_at = None
        await _move(mine, row, RedeliveryAction.STAY_SILENT, Role.SYSTEM)
        await inspections.inspection_goes_on(act, of, table)
    else:
        await _missed(mine, order, row)
    return True


async def _missed(act: Act, order: Order, row: Redelivery) -> None:
    try:
        async with act.session.begin_nested():
            row.due_at = None
            rule = rules.MISSED if row.part_id is None else rules.PART
            await _move(act, row, RedeliveryAction.MISS, Role.SYSTEM, rule=rule)
            if row.part_id is None:
                await refunds.end_order(act, order, Role.SYSTEM, _MISSED, rule=rules.MISSED)
            elif (left := (await paid_for(act, row.part_id)).left).minor:
                await refunds.open_refund(act, subject=row.part_id, money=left, reason=_MISSED, because=row.id)
    except PaymentDisputed:  # A card's bank has the money: looked at again when that may be over.
        await act.session.refresh(row)
        await act.session.refresh(order)
        row.due_at = act.at + timedelta(days=1)


async def _new(act: Act, order: Order, of: Order | DeliveryPart, reason: str, due: datetime) -> Redelivery:
    """A new redelivery of an order, or of a part, that is locked; raises RedeliveryOpen."""
    query = select(Redelivery).where(Redelivery.order_id == order.id)
    earlier = list(await act.session.scalars(query.order_by(Redelivery.n)))
    part_id = None if isinstance(of, Order) else of.id
    same = (one for one in earlier if one.part_id == part_id and one.because is None)
    open_ = next((one for one in same if one.status in OPEN), None)
    if open_ is not None:
        raise RedeliveryOpen(redelivery=open_.id, until=timestamp(open_.due_at) if open_.due_at else "-")
    return Redelivery(
        id=ids.new("rdl"),
        order_id=order.id,
        part_id=part_id,
        n=len(earlier) + 1,
        buyer=order.buyer,
        provider=order.provider,
        reason=reason,
        because=None,
        answer=None,
        revision_id=None,
        due_at=due,
        created_at=act.at,
    )


async def _deliver(act: Act, order: Order, row: Redelivery, data: DeliverAgain) -> int | None:
    release = await _release(act, order, row, data.revision_id)
    files = None if release is None else await bring_again(act, order.id, release)
    row.revision_id, row.due_at = data.revision_id, None
    row.answer = data.statement or row.answer
    await _move(act, row, RedeliveryAction.DELIVER, Role.PROVIDER, revision=data.revision_id)
    return files


async def _release(act: Act, order: Order, row: Redelivery, revision_id: str) -> ListingRevision | None:
    """The later revision that is delivered, or None for the agreed one, which lies where it was."""
    agreement = await one(act.session, Agreement, order.agreement_id or "")
    if revision_id == agreement.revision_id:
        return None
    query = select(ListingRevision).where(ListingRevision.listing_id == order.listing_id)
    later = list(await act.session.scalars(query.order_by(ListingRevision.number.desc()).limit(20)))
    one_only = agreed_policy(agreement, act.at).revisions or row.part_id is not None
    if one_only or order.delivered_at is None:
        # A licence for one revision needs an amendment first, a part is files of it, and owed first is the agreed one.
        later = []
    chosen = next((each for each in later if each.revision_id == revision_id), None)
    if chosen is None:
        raise RedeliveryUnfit(agreed=agreement.revision_id, later=[each.revision_id for each in later])
    return chosen


async def _locked(act: Act, redelivery_id: str) -> tuple[Order, Order | DeliveryPart, Redelivery]:
    """A redelivery after its order and what it is of, locked first as everywhere; raises NotFound for strangers."""
    seen = await one(act.session, Redelivery, redelivery_id)
    if act.actor != SYSTEM:
        queries.role_of(seen, act)
    order = await locked(act.session, Order, seen.order_id)
    of = order if seen.part_id is None else await locked(act.session, DeliveryPart, seen.part_id)
    return order, of, await locked(act.session, Redelivery, redelivery_id)


def _required_by(because: str) -> tuple[Any, ...]:
    return (Redelivery.because == because, Redelivery.status == RedeliveryState.REQUIRED)


def _require_in_time(act: Act, row: Redelivery) -> None:
    if row.due_at is not None and row.due_at <= act.after_waiting():
        raise RedeliveryLate(redelivery=row.id, due_at=timestamp(row.due_at))


async def _move(act: Act, row: Redelivery, action: RedeliveryAction, role: Role, **facts: Any) -> None:
    await lifecycle.advance(act, row, REDELIVERY, action, role, parties=row.parties, order=row.order_id, **facts)


async def _call_off(act: Act, *which: ColumnElement[bool]) -> None:
    """What is open and whose matter has gone on otherwise is over; its order is locked."""
    query = select(Redelivery.id).where(Redelivery.status.in_(OPEN), *which)
    for redelivery_id in (await act.session.scalars(query.order_by(Redelivery.id))).all():
        row = await locked(act.session, Redelivery, redelivery_id)
        row.due_at = None
        await _move(act.by(SYSTEM), row, RedeliveryAction.CALL_OFF, Role.SYSTEM)
        await act.session.flush()  # Another may be opened in this unit.


@follows(Moment.SUCCEEDED)
async def pass_on(act: Act, agreement: Agreement) -> None:
    """Whoever took an agreement over answers, and delivers again."""
    open_ = (Redelivery.order_id == agreement.order_id, Redelivery.status.in_(OPEN))
    await act.session.execute(update(Redelivery).where(*open_).values(provider=agreement.provider))


@follows(Moment.ENDED)
async def overtaken(act: Act, agreement: Agreement) -> None:
    """Where the agreement ends, nothing is delivered under it any more."""
    if agreement.order_id is not None:
        await _call_off(act, Redelivery.order_id == agreement.order_id)
