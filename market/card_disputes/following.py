"""Following card disputes: what the gateway says now is read, booked once, and decides what becomes of the money.

An event is not believed: it may be late, doubled or out of order, and the dispute is read as it is.
"""

from typing import Any

from sqlalchemy import select

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, lock_name, locked, one, unit
from kernel.errors import NotFound
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.money import Money
from kernel.runtime import Runtime
from kernel.states import Role
from market.card_disputes import holding, rules
from market.card_disputes.models import CardDispute
from market.card_disputes.states import CARD_DISPUTE, STANDING, CardDisputeAction, CardDisputeState
from market.ledger import commands as ledger
from market.ledger import dispute_book
from market.orders.models import Order
from market.payments.errors import AmountMismatch
from market.payments.gateways.protocol import SeenDispute
from market.payments.gateways.registry import gateway
from market.payments.inbox import REACTIONS, Apply
from market.payments.models import Payment
from market.payments.subjects import payment_with_subject

METHOD = "card"
_STATES, _DO = CardDisputeState, CardDisputeAction


async def follow(runtime: Runtime, event: dict[str, Any]) -> Apply:
    """Bring a dispute to where it stands at Stripe."""
    seen = await gateway(runtime, METHOD).look_dispute(str(event["data"]["object"]["id"]))

    async def apply(act: Act) -> None:
        await _apply(act, seen)

    return apply


async def look(runtime: Runtime, dispute_id: str) -> None:
    """Ask how a dispute stands of which nothing was heard for long."""
    async with unit(runtime.sessions) as session:
        row = await one(session, CardDispute, dispute_id)
    seen = await gateway(runtime, METHOD).look_dispute(row.gateway_reference)
    async with runtime.act() as act:
        await _apply(act, seen)


async def _apply(act: Act, seen: SeenDispute) -> None:
    """Raises NotFound for a payment that is not ours or not stored yet, and AmountMismatch for other money."""
    paid = select(Payment.id).where(Payment.charge_reference == seen.charge_reference, Payment.method == METHOD)
    payment_id = await act.session.scalar(paid)
    if payment_id is None:
        raise NotFound(kind="payment", id=seen.charge_reference[:80])
    payment = await payment_with_subject(act, payment_id)
    if seen.money.currency != payment.currency or seen.money.minor > payment.amount_minor:
        raise AmountMismatch(expected=str(payment.money), received=str(seen.money))
    await lock_name(act.session, "card-dispute", seen.reference)
    known = select(CardDispute).where(CardDispute.gateway_reference == seen.reference)
    row = await find_locked(act.session, known) or await _begun(act, payment, seen)
    if row.money != seen.money:
        raise AmountMismatch(expected=str(row.money), received=str(seen.money))
    row.gateway_status, row.reason, row.due_by = seen.status[:60], seen.reason[:200], seen.due_by
    target = rules.state_of(seen.status)
    if row.status is _STATES.WARNED and target in (*STANDING, _STATES.WON, _STATES.LOST):
        await _advance(act, row, _DO.ESCALATE)
    if row.status is _STATES.WARNED and target is _STATES.CLOSED:
        await _advance(act, row, _DO.CLOSE)
    await _move_money(act, row, payment, seen)
    if row.status is _STATES.OPEN and target is _STATES.ANSWERED:
        await _advance(act, row, _DO.ANSWER)
    if row.status in STANDING and target is _STATES.WON and row.reinstated_minor == row.withdrawn_minor:
        await _advance(act, row, _DO.WIN)
        await holding.release(act, row)
    if row.status in STANDING and target is _STATES.LOST and row.withdrawn_minor:
        await _advance(act, row, _DO.LOSE)
        await holding.give_up(act, row, payment)
    if CARD_DISPUTE.is_final(row.status):
        row.look_at, row.closed_at = None, row.closed_at or act.at
    else:
        row.look_at = rules.next_look(act.at, row.due_by, rules.POLICY.at(act.today).body)


async def _begun(act: Act, payment: Payment, seen: SeenDispute) -> CardDispute:
    order = None if payment.order_id is None else await act.session.get_one(Order, payment.order_id)
    row = CardDispute(
        id=ids.new("cdp"),
        payment_id=payment.id,
        gateway_reference=seen.reference,
        gateway_status=seen.status[:60],
        subject_id=payment.subject_id,
        buyer=payment.payer,
        provider=order and order.provider,
        amount_minor=seen.money.minor,
        currency=seen.money.currency,
        reason=seen.reason[:200],
        withdrawn_minor=0,
        fee_minor=0,
        reinstated_minor=0,
        evidence={},
        due_by=seen.due_by,
        sent_at=None,
        look_at=None,
        closed_at=None,
        created_at=act.at,
    )
    first = _STATES.WARNED if rules.state_of(seen.status) in (_STATES.WARNED, _STATES.CLOSED) else _STATES.OPEN
    facts = {"payment": payment.id, "amount": str(row.money), "reason": row.reason}
    await lifecycle.begin_in(act.by(SYSTEM), row, CARD_DISPUTE, first, parties=row.parties, **facts)
    return row


async def _advance(act: Act, row: CardDispute, action: CardDisputeAction) -> None:
    facts = {"gateway_status": row.gateway_status, "rule": rules.HELD}
    await lifecycle.advance(act.by(SYSTEM), row, CARD_DISPUTE, action, Role.SYSTEM, parties=row.parties, **facts)


async def _move_money(act: Act, row: CardDispute, payment: Payment, seen: SeenDispute) -> None:
    """Book what the gateway has taken or given back, each once; while it has it the payees' shares are kept back."""
    system = act.by(SYSTEM)
    if seen.withdrawn_minor and not row.withdrawn_minor:
        row.withdrawn_minor, row.fee_minor = row.amount_minor, seen.fee_minor
        fee = Money(seen.fee_minor, row.currency)
        await ledger.post(system, dispute_book.withdrawn(row.id, row.subject_id, row.money, fee))
        await holding.keep_back(act, row, payment)
    if seen.reinstated_minor and not row.reinstated_minor:
        row.reinstated_minor = row.withdrawn_minor
        fee = Money(seen.fee_back_minor, row.currency)
        await ledger.post(system, dispute_book.reinstated(row.id, row.subject_id, row.money, fee))


async def fall_due(act: Act, dispute_id: str) -> None:
    """Tell the clearing officer of the last day for evidence, or that it has passed, and look at the gateway again."""
    row = await locked(act.session, CardDispute, dispute_id)
    if row.look_at is None or row.look_at > act.at:
        return
    row.look_at = rules.next_look(act.at, row.due_by, rules.POLICY.at(act.today).body)
    if row.status is _STATES.OPEN and row.sent_at is None and row.due_by is not None:
        facts = {"due_by": row.due_by.isoformat(), "amount": str(row.money)}
        if row.due_by <= act.at:
            record(act.by(SYSTEM), "market.card_dispute.missed", row.id, parties=row.parties, facts=facts)
        else:
            record(act.by(SYSTEM), "market.card_dispute.reminded", row.id, parties=row.parties, facts=facts)
    await enqueue(act.session, "card_disputes.look", {"dispute_id": row.id})


REACTIONS.update(
    {
        f"charge.dispute.{each}": follow
        for each in ("created", "updated", "funds_withdrawn", "funds_reinstated", "closed")
    }
)
