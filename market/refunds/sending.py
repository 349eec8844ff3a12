"""Sending refunds: to a gateway by a job, by bank through the clearing officer, to a balance at once.

Nothing of this is called inside the unit that decides; a gateway is asked with the refund's id as its key, so that a
repeat after a crash is the same call, and how a refund stands there is read, not believed of an event.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, locked, one, unit
from kernel.errors import FieldError, InvalidInput, NotFound
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.runtime import Runtime
from kernel.states import Role
from kernel.text import Text
from market.banking.lines.recognition import BY_HAND, Recognised, ids_in, recognises, was_shown
from market.banking.models import BankEntry
from market.ledger import bank_book, book, refund_book
from market.ledger import commands as ledger
from market.payments.commands import REFERENCE_USERS, claim_bank_reference
from market.payments.errors import AmountMismatch, PaymentRefused
from market.payments.gateways.protocol import SeenRefund
from market.payments.gateways.registry import gateway
from market.payments.inbox import REACTIONS, Apply
from market.payments.models import Payment
from market.payments.rules import reference_key
from market.payments.states import PAYMENT, PaymentAction, PaymentState
from market.refunds import queries, rules
from market.refunds.errors import RefundNotByBank, RefundSameWay
from market.refunds.models import Refund
from market.refunds.schemas import ConfirmRefund, RefundView, ResendRefund
from market.refunds.states import OWED, REFUND, RefundAction, RefundState


async def send_off(act: Act, row: Refund) -> None:
    """See to the sending of money that is set aside, the row locked: at once to a balance, by a job to a gateway."""
    row.due_at = next_look(act, row)
    if row.method == "prepaid":
        await _left(act, row, book.prepaid(row.buyer))
        await _succeeded(act.by(SYSTEM), Role.SYSTEM, row)
    elif row.method == "card":
        await enqueue(act.session, "refunds.send", {"refund_id": row.id})


def next_look(act: Act, row: Refund) -> datetime:
    """When somebody is told that a refund still waits."""
    policy = rules.POLICY.at(act.today).body
    days = {RefundState.PROPOSED: policy.approve_days, RefundState.SENT: policy.confirmation_days}
    return act.at + timedelta(days=days.get(row.status, policy.send_days))


async def send(runtime: Runtime, refund_id: str) -> None:
    """Ask the gateway to send a refund; running again after a crash goes on where it ended."""
    async with unit(runtime.sessions) as session:
        row = await one(session, Refund, refund_id)
        if row.status is not RefundState.BEGUN or row.method != "card" or row.payment_id is None:
            return
        payment = await one(session, Payment, row.payment_id)
    channel = gateway(runtime, row.method)
    try:
        seen = await channel.refund(row.id, payment.id, payment.charge_reference, row.money)
    except PaymentRefused as refusal:
        async with runtime.act() as act:
            row = await locked(act.session, Refund, refund_id)
            if row.status is RefundState.BEGUN:
                await _failed(act, row, str(refusal.facts["reason"]))
        return
    async with runtime.act() as act:
        await _apply(act, refund_id, seen)


async def _apply(act: Act, refund_id: str, seen: SeenRefund) -> None:
    """Bring a refund to where it stands at the gateway."""
    row = await locked(act.session, Refund, refund_id)
    if (seen.money, seen.refund_id) != (row.money, row.id):
        raise AmountMismatch(expected=f"{row.id} {row.money}", received=f"{seen.refund_id} {seen.money}")
    system, stripe = act.by(SYSTEM), book.Source.STRIPE.value
    if row.method == "card" and row.status is RefundState.BEGUN and seen.state != "failed":
        row.gateway_reference = seen.reference
        await _left(act, row, stripe)
        if seen.state == "pending":
            await lifecycle.advance(system, row, REFUND, RefundAction.SEND, Role.SYSTEM, parties=row.parties)
            row.due_at = next_look(act, row)
    if row.method == "card" and seen.state == "succeeded" and row.status in (RefundState.BEGUN, RefundState.SENT):
        await _succeeded(system, Role.SYSTEM, row)
    if row.method == "card" and seen.state == "failed" and row.status is not RefundState.FAILED:
        row.gateway_reference = seen.reference
        if row.status is not RefundState.BEGUN:
            entry = refund_book.came_back(row.id, row.attempts, row.subject_id, row.money, stripe)
            await ledger.post(system, entry)
        await _failed(act, row, seen.reason or "failed")


async def _left(act: Act, row: Refund, to: str) -> None:
    entry = refund_book.sent(row.id, row.attempts, row.subject_id, row.money, to)
    await ledger.post(act.by(SYSTEM), entry)
    row.sent_on = act.today


async def _succeeded(act: Act, role: Role, row: Refund) -> None:
    """The money is with whoever paid; the payment is refunded when the whole of it is."""
    row.due_at = None
    facts = {"reference": row.gateway_reference or row.bank_reference, "method": row.method}
    await lifecycle.advance(act, row, REFUND, RefundAction.SUCCEED, role, parties=row.parties, **facts)
    if row.payment_id is None:
        return
    payment = await locked(act.session, Payment, row.payment_id)
    owed = select(func.count()).where(Refund.payment_id == payment.id, Refund.status.in_((*OWED, RefundState.SENT)))
    await act.session.flush()
    if payment.refunded == payment.whole and not await act.session.scalar(owed):
        await lifecycle.advance(
            act.by(SYSTEM), payment, PAYMENT, PaymentAction.REFUND, Role.SYSTEM, parties=[payment.payer]
        )


async def _failed(act: Act, row: Refund, reason: str) -> None:
    """The way came to nothing: the money is owed still, and the clearing officer sends it another way."""
    row.failure = reason[:200]
    await lifecycle.advance(
        act.by(SYSTEM), row, REFUND, RefundAction.FAIL, Role.SYSTEM, parties=row.parties, reason=row.failure
    )
    row.due_at = next_look(act, row)
    if row.payment_id is None:
        return
    payment = await locked(act.session, Payment, row.payment_id)
    if payment.status is PaymentState.REFUNDED:
        parties = [payment.payer]
        await lifecycle.advance(act.by(SYSTEM), payment, PAYMENT, PaymentAction.REOPEN, Role.SYSTEM, parties=parties)


async def confirm(act: Act, refund_id: str, data: ConfirmRefund) -> RefundView:
    """The clearing officer says that the bank has sent the money back; raises RefundNotByBank, BankReferenceUsed."""
    row = await locked(act.session, Refund, refund_id)
    if row.method != "bank_transfer":
        raise RefundNotByBank(refund=row.id, method=row.method)
    REFUND.next(row.status, RefundAction.SUCCEED, Role.CLEARING)
    if data.sent_on > act.today:
        said = Text("退款日期不得晚于今日", "Money cannot have left on a day that is still to come")
        raise InvalidInput(errors=[FieldError("/sent_on", said)])
    await claim_bank_reference(act.session, data.bank_reference)
    await _left(act, row, book.Source.BANK.value)
    row.bank_reference, row.sent_on = data.bank_reference, data.sent_on
    await _succeeded(act, Role.CLEARING, row)
    return queries.view(row, act.actor)


async def resend(act: Act, refund_id: str, data: ResendRefund) -> RefundView:
    """The clearing officer sends what has failed another way; raises RefundSameWay."""
    row = await locked(act.session, Refund, refund_id)
    REFUND.next(row.status, RefundAction.RESEND, Role.CLEARING)
    if data.method == row.method:
        others = [each for each in ("bank_transfer", "prepaid") if each != row.method]
        raise RefundSameWay(refund=row.id, method=row.method, others=others)
    row.method, row.attempts = data.method, row.attempts + 1
    facts = {"method": row.method, "reason": data.reason}
    await lifecycle.advance(act, row, REFUND, RefundAction.RESEND, Role.CLEARING, parties=row.parties, **facts)
    await send_off(act, row)
    return queries.view(row, act.actor)


async def follow(runtime: Runtime, event: dict[str, Any]) -> Apply:
    """Bring a refund to where it stands at Stripe; raises NotFound for one that is not ours, or not stored yet."""
    reference = str(event["data"]["object"]["id"])
    seen = await gateway(runtime, "card").look_refund(reference)
    async with unit(runtime.sessions) as session:
        row = await session.get(Refund, seen.refund_id or "")
    if row is None or row.gateway_reference not in (None, reference):
        raise NotFound(kind="refund", id=reference[:80])

    async def apply(act: Act) -> None:
        await _apply(act, row.id, seen)

    return apply


async def fall_due(act: Act, refund_id: str) -> None:
    """What nobody approves lapses; what has to be sent or is not confirmed is told of again, and asked for again."""
    row = await locked(act.session, Refund, refund_id)
    if row.due_at is None or row.due_at > act.at:
        return
    system = act.by(SYSTEM)
    if row.status is RefundState.PROPOSED:
        row.due_at = None
        await lifecycle.advance(system, row, REFUND, RefundAction.LAPSE, Role.SYSTEM, parties=row.parties)
        return
    row.due_at = next_look(act, row)
    facts = {"status": str(row.status), "method": row.method, "amount": str(row.money)}
    record(system, "market.refund.reminded", row.id, parties=row.parties, facts=facts)
    if row.method == "card":
        name = "refunds.send" if row.status is RefundState.BEGUN else "refunds.look"
        await enqueue(act.session, name, {"refund_id": row.id})


async def look(runtime: Runtime, refund_id: str) -> None:
    """Ask how a refund stands whose gateway has said nothing for long."""
    async with unit(runtime.sessions) as session:
        row = await one(session, Refund, refund_id)
    if row.status is RefundState.SENT and row.gateway_reference is not None:
        seen = await gateway(runtime, row.method).look_refund(row.gateway_reference)
        async with runtime.act() as act:
            await _apply(act, refund_id, seen)


@recognises
async def left_by_bank(act: Act, entry: BankEntry) -> Recognised | None:
    """A debit that names a refund of this amount is its sending; or the line of one that was confirmed by hand."""
    if entry.credit:
        return None
    for refund_id in ids_in(entry, "rfd"):
        row = await find_locked(act.session, select(Refund).where(Refund.id == refund_id))
        if row is None or row.status is not RefundState.BEGUN or row.method != "bank_transfer":
            continue
        if row.money == entry.money:
            await _left(act, row, book.bank(entry.account_id))
            row.sent_on = entry.booked_on
            await _succeeded(act.by(SYSTEM), Role.SYSTEM, row)
            return Recognised("refund", "sent", party=row.buyer)
    return await _by_hand(act, entry)


async def _by_hand(act: Act, entry: BankEntry) -> Recognised | None:
    if entry.bank_reference is None:
        return None
    same = func.upper(Refund.bank_reference) == reference_key(entry.bank_reference)
    row = await act.session.scalar(select(Refund).where(same))
    if row is None or row.money != entry.money or await was_shown(act, entry):
        return None
    await ledger.post(act.by(SYSTEM), bank_book.seen_at_bank(entry.id, entry.account_id, entry.money, credit=False))
    payments = () if row.payment_id is None else (row.payment_id,)
    return Recognised("exact", BY_HAND, payments, row.buyer)


async def has_reference(session: AsyncSession, reference: str) -> bool:
    """Whether a refund has gone by this bank reference."""
    same = func.upper(Refund.bank_reference) == reference_key(reference)
    return await session.scalar(select(Refund.id).where(same).limit(1)) is not None


if has_reference not in REFERENCE_USERS:
    REFERENCE_USERS.append(has_reference)
REACTIONS.update({"refund.created": follow, "refund.updated": follow, "refund.failed": follow})
