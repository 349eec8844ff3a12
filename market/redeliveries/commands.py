"""Asking for a redelivery, agreeing to it, requiring it, delivering again, and what follows when its time is over."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from contracts.agreements.licensing import agreed_policy
from contracts.agreements.models import Agreement
from contracts.moments import Moment, follows
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, locked, one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.time.clock import day_in_china, timestamp
from market.following.deliveries import bring_again
from market.following.models import ListingRevision
from market.orders import commands as orders
from market.orders.models import Order
from market.orders.queries import AUDIENCE as ORDER_AUDIENCE
from market.orders.states import OrderState
from market.redeliveries import queries, rules
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

_MISSED = "未按期重新交付，退还价款 · it was not delivered again in time, and the price goes back"


async def ask(act: Act, order_id: str, data: AskRedelivery) -> RedeliveryView:
    """The buyer does not take what was delivered and asks for it again; silence accepts nothing meanwhile.

    Raises RedeliveryUntimely, RedeliveryOpen and RedeliveriesTooMany.
    """
    order = await locked(act.session, Order, order_id)
    ORDER_AUDIENCE.require_party(act.actor, order_id, order.buyer)
    due = order.inspection_due_at
    over = due is None or due <= act.after_waiting()
    if order.status is not OrderState.DELIVERED or over or order.complaint_id is not None:
        complaint = f" ({order.complaint_id})" if order.complaint_id else ""
        raise RedeliveryUntimely(order=order_id, state=str(order.status), complaint=complaint)
    table = rules.RULES.at(act.today).body
    count = select(func.count()).where(Redelivery.order_id == order_id, Redelivery.because.is_(None))
    if int(await act.session.scalar(count) or 0) >= table.times_max:
        raise RedeliveriesTooMany(limit=table.times_max)
    row = await _new(act, order, data.reason, rules.after(act.today, table.answer_working_days))
    await lifecycle.begin(act, row, REDELIVERY, parties=row.parties, order=order_id, reason=data.reason)
    _inspect_until(order, row.due_at, table.resume_working_days)
    return queries.view(row, act)


async def require_redelivery(
    act: Act, order_id: str, *, due: datetime, reason: str, because: str | None = None
) -> Redelivery:
    """Have the provider of an order deliver again until a moment, by what was decided or agreed elsewhere.

    `because` is the id of what decided, which then keeps the clock and says what follows when it is not delivered;
    without it, the whole price goes back. Whatever was asked for before gives way. The caller has made sure that this
    may be decided. Raises NotFound.
    """
    order = await locked(act.session, Order, order_id)
    await _call_off(act, order_id, Redelivery.because.is_(None))
    row = await _new(act, order, reason, due)
    row.because = because
    await lifecycle.begin_in(
        act, row, REDELIVERY, RedeliveryState.REQUIRED, parties=row.parties, order=order_id, because=because
    )
    if because is None:
        _inspect_until(order, due, rules.RULES.at(act.today).body.inspect_working_days)
    return row


async def answer(act: Act, redelivery_id: str, data: AnswerRedeliveryRequest) -> RedeliveryView:
    """The provider agrees, and has its days to deliver, or declines; raises RedeliveryLate."""
    order, row = await _locked(act, redelivery_id)
    action = RedeliveryAction.AGREE if data.agree else RedeliveryAction.DECLINE
    REDELIVERY.next(row.status, action, queries.role_of(row, act))
    _require_in_time(act, row)
    table = rules.RULES.at(act.today).body
    row.answer = data.reason
    row.due_at = rules.after(act.today, table.deliver_working_days) if data.agree else None
    await _move(act, row, action, Role.PROVIDER, reason=data.reason)
    if data.agree:
        _inspect_until(order, row.due_at, table.inspect_working_days)
    else:
        await _inspection_goes_on(act, order, table)
    return queries.view(row, act)


async def deliver(act: Act, redelivery_id: str, data: DeliverAgain) -> RedeliveryView:
    """The provider delivers again; the buyer's inspection begins anew.

    Raises RedeliveryOfComplaint, RedeliveryLate and RedeliveryUnfit.
    """
    order, row = await _locked(act, redelivery_id)
    REDELIVERY.next(row.status, RedeliveryAction.DELIVER, queries.role_of(row, act))
    if row.because is not None:
        raise RedeliveryOfComplaint(complaint=row.because)
    _require_in_time(act, row)
    await _deliver(act, order, row, data)
    order.inspection_due_at = rules.after(act.today, rules.RULES.at(act.today).body.inspect_working_days)
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
    order, row = await _locked(act, redelivery_id)
    if row.due_at is None or row.due_at > act.at or row.because is not None:
        return False
    mine, table = act.by(SYSTEM), rules.RULES.at(act.today).body
    if order.status not in (OrderState.PAID, OrderState.DELIVERED) or order.complaint_id is not None:
        # It was accepted, or the matter has gone on to a complaint.
        await _call_off(act, order.id, Redelivery.because.is_(None))
    elif row.status is RedeliveryState.ASKED:
        row.due_at = None
        await _move(mine, row, RedeliveryAction.STAY_SILENT, Role.SYSTEM)
        await _inspection_goes_on(act, order, table)
    else:
        await _missed(mine, order, row)
    return True


async def _missed(act: Act, order: Order, row: Redelivery) -> None:
    try:
        async with act.session.begin_nested():
            row.due_at = None
            await _move(act, row, RedeliveryAction.MISS, Role.SYSTEM, rule=rules.MISSED)
            await refunds.end_order(act, order, Role.SYSTEM, _MISSED, rule=rules.MISSED)
    except PaymentDisputed:  # A card's bank has the money: looked at again when that may be over.
        await act.session.refresh(row)
        await act.session.refresh(order)
        row.due_at = act.at + timedelta(days=1)


async def _new(act: Act, order: Order, reason: str, due: datetime) -> Redelivery:
    """A new redelivery of an order that is locked; raises RedeliveryOpen."""
    query = select(Redelivery).where(Redelivery.order_id == order.id)
    earlier = list(await act.session.scalars(query.order_by(Redelivery.n)))
    open_ = next((one for one in earlier if one.status in OPEN and one.because is None), None)
    if open_ is not None:
        raise RedeliveryOpen(redelivery=open_.id, until=timestamp(open_.due_at) if open_.due_at else "-")
    return Redelivery(
        id=ids.new("rdl"),
        order_id=order.id,
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
    release = await _release(act, order, data.revision_id)
    files = None if release is None else await bring_again(act, order.id, release)
    row.revision_id, row.due_at = data.revision_id, None
    row.answer = data.statement or row.answer
    await _move(act, row, RedeliveryAction.DELIVER, Role.PROVIDER, revision=data.revision_id)
    return files


async def _release(act: Act, order: Order, revision_id: str) -> ListingRevision | None:
    """The later revision that is delivered, or None for the agreed one, which lies where it was."""
    agreement = await one(act.session, Agreement, order.agreement_id or "")
    if revision_id == agreement.revision_id:
        return None
    query = select(ListingRevision).where(ListingRevision.listing_id == order.listing_id)
    later = list(await act.session.scalars(query.order_by(ListingRevision.number.desc()).limit(20)))
    if agreed_policy(agreement, act.at).revisions or order.delivered_at is None:
        later = []  # A licence for one revision needs an amendment first, and what is owed first is the agreed one.
    chosen = next((each for each in later if each.revision_id == revision_id), None)
    if chosen is None:
        raise RedeliveryUnfit(agreed=agreement.revision_id, later=[each.revision_id for each in later])
    return chosen


async def _locked(act: Act, redelivery_id: str) -> tuple[Order, Redelivery]:
    """A redelivery after its order, which is locked first as everywhere; raises NotFound for strangers."""
    seen = await one(act.session, Redelivery, redelivery_id)
    if act.actor != SYSTEM:
        queries.role_of(seen, act)
    order = await locked(act.session, Order, seen.order_id)
    return order, await locked(act.session, Redelivery, redelivery_id)


def _required_by(because: str) -> tuple[Any, ...]:
    return (Redelivery.because == because, Redelivery.status == RedeliveryState.REQUIRED)


def _require_in_time(act: Act, row: Redelivery) -> None:
    if row.due_at is not None and row.due_at <= act.after_waiting():
        raise RedeliveryLate(redelivery=row.id, due_at=timestamp(row.due_at))


def _inspect_until(order: Order, due: datetime | None, working_days: int) -> None:
    """Silence accepts nothing before a redelivery is over and its inspection too."""
    if due is not None and order.status is OrderState.DELIVERED:
        orders.extend_inspection(order, rules.after(day_in_china(due), working_days))


async def _inspection_goes_on(act: Act, order: Order, table: rules.RedeliveryRules) -> None:
    """What comes to nothing takes none of the inspection that ran, and leaves some days of it at least."""
    delivered = (Redelivery.order_id == order.id, Redelivery.status == RedeliveryState.DELIVERED)
    again = await act.session.scalar(select(func.max(Redelivery.status_changed_at)).where(*delivered))
    ends = [rules.after(act.today, table.resume_working_days)]
    if order.delivered_at is not None:
        ends.append(orders.inspection_due(order, order.delivered_at))
    if again is not None:
        ends.append(rules.after(day_in_china(again), table.inspect_working_days))
    order.inspection_due_at = max(ends)


async def _move(act: Act, row: Redelivery, action: RedeliveryAction, role: Role, **facts: Any) -> None:
    await lifecycle.advance(act, row, REDELIVERY, action, role, parties=row.parties, order=row.order_id, **facts)


async def _call_off(act: Act, order_id: str, *which: ColumnElement[bool]) -> None:
    """What is open of an order whose matter has gone on otherwise is over; its order is locked."""
    query = select(Redelivery.id).where(Redelivery.order_id == order_id, Redelivery.status.in_(OPEN), *which)
    for redelivery_id in (await act.session.scalars(query.order_by(Redelivery.id))).all():
        row = await locked(act.session, Redelivery, redelivery_id)
        row.due_at = None
        await _move(act.by(SYSTEM), row, RedeliveryAction.CALL_OFF, Role.SYSTEM)
        await act.session.flush()  # Another may be opened in this unit.


@follows(Moment.ENDED)
async def overtaken(act: Act, agreement: Agreement) -> None:
    """Where the agreement ends, nothing is delivered under it any more."""
    if agreement.order_id is not None:
        await _call_off(act, agreement.order_id)
