"""Putting Stripe's balance transactions to the entries that they prove, and booking what only they tell."""

from datetime import timedelta
from typing import Final

from sqlalchemy import case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, hold, locked
from kernel.log.record import record
from kernel.money import Money
from kernel.states import Role
from market.banking.models import BankEntry, BankMatch
from market.banking.states import BANK_MATCH, WAITING, MatchAction
from market.card_disputes.models import CardDispute
from market.ledger import book as chart
from market.ledger import commands as ledger
from market.ledger.models import LedgerEntry, Posting
from market.payments.models import Payment
from market.payouts.models import Payout
from market.refunds.models import Refund
from market.stripe_balance import book
from market.stripe_balance.models import StripeBooking, StripeMatch, StripeTransaction
from market.stripe_balance.rules import MOVEMENTS, POLICY, Movement, agreed, quotes
from market.stripe_balance.states import STRIPE_MATCH, StripeMatchAction, StripeMatchState
from market.transfer_reversals.models import TransferReversal

STRIPE: Final = chart.Source.STRIPE.value
_DO: Final = StripeMatchAction
PROVEN: Final = "LT-STR-01"
"""The rule by which transactions are put to entries; the log cites it."""


async def book_one(act: Act, transaction_id: str) -> None:
    """Look at one transaction: again where its entry was not in the books yet; what is settled stays as it is."""
    row = await locked(act.session, StripeTransaction, transaction_id)
    match = await find_locked(act.session, select(StripeMatch).where(StripeMatch.id == row.id))
    if match is None:
        match = await _begun(act, row)
    if match.status not in (StripeMatchState.RECEIVED, StripeMatchState.UNEXPLAINED):
        return
    movement = MOVEMENTS.get(row.kind)
    if movement is Movement.LEFT and match.status is StripeMatchState.RECEIVED:
        await _leave(act, row, match)
    elif movement is Movement.CHARGED:
        await _own(act, row, match, book.charged(row.id, Money(-row.net_minor, row.currency)))
    elif movement is Movement.RESERVED:
        await _own(act, row, match, book.reserved(row.id, row.net))
    elif movement is Movement.LEFT_BACK:
        await _come_back(act, row, match)
    elif movement is None or row.source is None:
        await _question(act, match, "unknown-kind")
    else:
        await _prove(act, row, match, movement, row.source)


async def _begun(act: Act, row: StripeTransaction) -> StripeMatch:
    hours = POLICY.at(act.today).body.lag_hours
    due_at = act.at + timedelta(hours=hours)
    match = StripeMatch(
        id=row.id, reason="new", note=None, bank_entry_id=None, due_at=due_at, created_at=act.at
    )  # fmt: skip
    facts = {"reference": row.reference, "kind": row.kind, "net": str(row.net)}
    await lifecycle.begin(act.by(SYSTEM), match, STRIPE_MATCH, **facts)
    return match


async def _step(act: Act, match: StripeMatch, action: StripeMatchAction, reason: str) -> None:
    match.reason, match.due_at = reason, None
    await lifecycle.advance(act.by(SYSTEM), match, STRIPE_MATCH, action, Role.SYSTEM, reason=reason, rule=PROVEN)


async def _question(act: Act, match: StripeMatch, reason: str) -> None:
    """Ask the clearing officer what moved."""
    match.reason = reason
    if match.status is StripeMatchState.RECEIVED:
        await _step(act, match, _DO.QUESTION, reason)
        match.due_at = act.at + timedelta(days=POLICY.at(act.today).body.explain_days)


async def post(act: Act, row: StripeTransaction, entry: chart.Entry) -> None:
    """Book what only the transaction tells; it proves the entry where that moves the account at Stripe."""
    made = await ledger.post(act, entry)
    if any(STRIPE in (leg.debit, leg.credit) for leg in entry.legs):
        act.session.add(StripeBooking(entry_id=made.id, transaction_id=row.id))
        await act.session.flush()


async def _own(act: Act, row: StripeTransaction, match: StripeMatch, entry: chart.Entry) -> None:
    if row.net_minor:
        await post(act.by(SYSTEM), row, entry)
    await _step(act, match, _DO.MATCH, "booked")


async def _prove(act: Act, row: StripeTransaction, match: StripeMatch, movement: Movement, source: str) -> None:
    entry = await _entry_of(act.session, row, movement, source)
    if entry is None:
        if match.due_at is not None and match.due_at <= act.at:
            await _question(act, match, "not-in-the-books")
        return
    booked = await moved_by(act.session, [entry.id])
    found = agreed(row.moved, booked[0]) if len(booked) == 1 else None
    if found is None:
        await _question(act, match, "amount-differs")
        return
    system = act.by(SYSTEM)
    act.session.add(StripeBooking(entry_id=entry.id, transaction_id=row.id))
    if found.converted:
        await post(system, row, book.converted(row.id, booked[0], Money(row.amount_minor, row.currency)))
    if found.fee.minor:
        await post(system, row, book.charged(row.id, found.fee))
    await _step(act, match, _DO.MATCH, "proven")


async def moved_by(session: AsyncSession, entry_ids: list[str]) -> list[Money]:
    """What entries together added to the account at Stripe, by currency."""
    sign = case((Posting.debit == STRIPE, Posting.amount_minor), else_=-Posting.amount_minor)
    query = select(Posting.currency, func.sum(sign)).where(Posting.entry_id.in_(entry_ids))
    query = query.where((Posting.debit == STRIPE) | (Posting.credit == STRIPE))
    rows = await session.execute(query.group_by(Posting.currency).order_by(Posting.currency))
    return [Money(int(total), currency) for currency, total in rows]


async def _entry_of(
    session: AsyncSession, row: StripeTransaction, movement: Movement, source: str
) -> LedgerEntry | None:
    """The first entry of what a transaction is about that moves the account at Stripe and that no other proves."""
    about = await _about(session, row, movement, source)
    if about is None:
        return None
    subject, reference = about
    at_stripe = (Posting.debit == STRIPE) | (Posting.credit == STRIPE)
    query = (
        select(LedgerEntry)
        .where(LedgerEntry.subject == subject, LedgerEntry.reference.startswith(reference, autoescape=True))
        .where(exists().where(Posting.entry_id == LedgerEntry.id, at_stripe))
        .where(~exists().where(StripeBooking.entry_id == LedgerEntry.id))
    )
    return (await session.scalars(query.order_by(LedgerEntry.id).limit(1))).first()


async def _about(
    session: AsyncSession, row: StripeTransaction, movement: Movement, source: str
) -> tuple[str, str] | None:
    """The subject of the entry, and how its reference begins, by the object at Stripe that moved the money."""
    if movement is Movement.PAID:
        payment = await session.scalar(select(Payment).where(Payment.charge_reference == source))
        if payment is None:
            return None
        topped_up = payment.id, f"payment:{payment.id}:topped-up"
        return (payment.order_id, f"order:{payment.order_id}:sale") if payment.order_id else topped_up
    if movement in (Movement.REFUNDED, Movement.REFUND_BACK):
        refund = await session.scalar(select(Refund).where(Refund.gateway_reference == source))
        way = "sent" if movement is Movement.REFUNDED else "back"
        return None if refund is None else (refund.subject_id, f"refund:{refund.id}:{way}:")
    if movement is Movement.DISPUTED:
        dispute = await session.scalar(select(CardDispute).where(CardDispute.gateway_reference == source))
        way = "withdrawn" if row.amount_minor < 0 else "reinstated"
        return None if dispute is None else (dispute.subject_id, f"dispute:{dispute.id}:{way}")
    if movement is Movement.TRANSFER_BACK:
        reversal = await session.scalar(select(TransferReversal.id).where(TransferReversal.gateway_reference == source))
        if reversal is not None:
            return reversal, f"reversal:{reversal}:done"
    transfer = source if movement is Movement.TRANSFERRED else row.of_transfer or source
    payout = await session.scalar(select(Payout.id).where(Payout.transfer_reference == transfer))
    way = "sent" if movement is Movement.TRANSFERRED else "back"
    return None if payout is None else (payout, f"payout:{payout}:{way}")


async def _leave(act: Act, row: StripeTransaction, match: StripeMatch) -> None:
    """A payout to the centre's bank: on its way until a line of a statement shows it, which may have come first."""
    system = act.by(SYSTEM)
    await post(system, row, book.left(row.id, Money(row.amount_minor, row.currency)))
    if row.fee_minor:
        await post(system, row, book.charged(row.id, Money(row.fee_minor, row.currency)))
    await _step(act, match, _DO.LEAVE, "on-its-way")
    match.due_at = act.at + timedelta(days=POLICY.at(act.today).body.transit_days)
    lines = await _waiting_lines(act.session, row)
    if len(lines) == 1:
        await arrive_before(act, row, match, lines[0])


async def _waiting_lines(session: AsyncSession, row: StripeTransaction) -> list[BankEntry]:
    """Lines of statements of the amount that wait for somebody to say what they are, and quote the payout."""
    query = (
        select(BankEntry)
        .join(BankMatch, BankMatch.id == BankEntry.id)
        .where(BankMatch.status.in_(WAITING), BankMatch.held_minor == -row.amount_minor, BankEntry.credit)
        .where(BankEntry.currency == row.currency, BankEntry.amount_minor == -row.amount_minor)
    )
    lines = (await session.scalars(query.limit(20))).all()
    return [line for line in lines if quotes(f"{line.counterparty or ''} {line.remittance}", row.traces)]


async def arrive_before(
    act: Act, row: StripeTransaction, match: StripeMatch, line: BankEntry, role: Role = Role.SYSTEM
) -> None:
    """The money was waiting in the suspense of a bank's line: both are settled."""
    of_line = await locked(act.session, BankMatch, line.id)
    by = act.by(SYSTEM) if role is Role.SYSTEM else act
    await ledger.post(by, book.arrived_before(row.id, line.id, line.money))
    of_line.held_minor, of_line.held_in, of_line.due_at = 0, None, None
    await lifecycle.advance(act.by(SYSTEM), of_line, BANK_MATCH, MatchAction.MATCH, Role.SYSTEM, stripe=row.id)
    await arrived(by, match, line, role)


async def arrived(act: Act, match: StripeMatch, line: BankEntry, role: Role = Role.SYSTEM) -> None:
    """A line of a statement shows the payout; its money is booked."""
    match.bank_entry_id, match.due_at, match.reason = line.id, None, "arrived"
    await lifecycle.advance(act, match, STRIPE_MATCH, _DO.ARRIVE, role, line=line.id)


async def _come_back(act: Act, row: StripeTransaction, match: StripeMatch) -> None:
    """A payout that did not reach the bank: only while it is on its way; else the officer is asked."""
    query = (
        select(StripeMatch)
        .join(StripeTransaction, StripeTransaction.id == StripeMatch.id)
        .where(StripeTransaction.source == row.source, StripeMatch.status == StripeMatchState.IN_TRANSIT)
        .where(StripeTransaction.amount_minor == -row.amount_minor, StripeTransaction.currency == row.currency)
        .with_for_update()
    )
    other = (await act.session.scalars(query)).first()
    if other is None:
        if match.due_at is not None and match.due_at <= act.at:
            await _question(act, match, "no-payout-on-its-way")
        return
    hold(act.session, other)
    system = act.by(SYSTEM)
    await post(system, row, book.came_back(row.id, other.id, Money(row.amount_minor, row.currency)))
    if row.fee_minor:
        await post(system, row, book.charged(row.id, Money(row.fee_minor, row.currency)))
    await _step(act, other, _DO.FAIL, "came-back")
    await _step(act, match, _DO.MATCH, "booked")


async def fall_due(act: Act, transaction_id: str) -> None:
    """What waits too long: its entry is looked for once more, and whoever has to settle it is told."""
    match = await locked(act.session, StripeMatch, transaction_id)
    if match.due_at is None or match.due_at > act.at:
        return
    await book_one(act, transaction_id)
    if match.due_at is None or match.due_at > act.at:
        return
    if match.status is StripeMatchState.PROPOSED:
        await _step(act, match, _DO.LAPSE, "not-approved")
    days = POLICY.at(act.today).body.explain_days
    match.due_at = act.at + timedelta(days=days)
    facts = {"status": str(match.status), "reason": match.reason}
    record(act.by(SYSTEM), "market.stripe_transaction.reminded", match.id, facts=facts)
