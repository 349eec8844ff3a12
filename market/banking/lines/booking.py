"""Booking the lines of a statement, each in a unit of its own: what is known, what is decided, what waits for whom."""

from datetime import timedelta
from typing import Final

from sqlalchemy import exists

from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.log.record import record
from kernel.money import Money
from kernel.states import Role
from market.banking.lines import settling
from market.banking.lines.recognition import RECOGNISERS, Recognised
from market.banking.lines.settling import LockedPayment
from market.banking.matching.rules import POLICY, Banking, Decision, Incoming, Outcome, Reason, decide
from market.banking.models import BankEntry, BankMatch
from market.banking.states import BANK_MATCH, FIRST, WAITING, MatchAction, MatchState
from market.ledger import bank_book
from market.ledger import commands as ledger
from market.ledger.book import refunding, suspense

UNBOOKED: Final = ~exists().where(BankMatch.id == BankEntry.id)
"""Lines that nobody has looked at."""


async def book(act: Act, entry_id: str) -> None:
    """Book one line, once: running again after a crash finds it booked and does nothing."""
    entry = await locked(act.session, BankEntry, entry_id)
    if await act.session.get(BankMatch, entry_id) is not None:
        return
    for recogniser in RECOGNISERS:
        if (known := await recogniser(act, entry)) is not None:
            await _recognised(act, entry, known)
            return
    if entry.credit:
        await _came_in(act, entry)
    else:
        await _left(act, entry)


async def _begin(act: Act, entry: BankEntry, state: MatchState, match: BankMatch) -> None:
    facts = {
        "account": entry.account_id,
        "amount": str(entry.money),
        "credit": entry.credit,
        "outcome": match.outcome,
        "reason": match.reason,
    }
    system, parties = act.by(SYSTEM), [match.party_id]
    await lifecycle.begin(system, match, BANK_MATCH, parties=parties, **facts)
    await lifecycle.advance(system, match, BANK_MATCH, FIRST[state], Role.SYSTEM, parties=parties)


def _match(act: Act, entry: BankEntry, outcome: str, reason: str) -> BankMatch:
    return BankMatch(
        id=entry.id,
        outcome=outcome,
        reason=reason,
        payment_ids=[],
        party_id=None,
        held_in=None,
        held_minor=0,
        note=None,
        due_at=None,
        created_at=act.at,
    )


async def _recognised(act: Act, entry: BankEntry, known: Recognised) -> None:
    match = _match(act, entry, known.outcome, known.reason)
    match.payment_ids, match.party_id = list(known.payments), known.party
    await _begin(act, entry, MatchState.MATCHED if entry.credit else MatchState.EXPLAINED, match)


async def _left(act: Act, entry: BankEntry) -> None:
    """Money that left and was not sent by us is not in the books until somebody says what it was."""
    match = _match(act, entry, "unknown", Reason.NOTHING_FITS)
    match.due_at = act.at + timedelta(days=POLICY.at(act.today).body.explain_days)
    await _begin(act, entry, MatchState.UNEXPLAINED, match)


async def _came_in(act: Act, entry: BankEntry) -> None:
    banking = POLICY.at(act.today).body
    await ledger.post(act.by(SYSTEM), bank_book.received(entry.id, entry.account_id, entry.money))
    named = await settling.referenced(act, entry)
    owed = [] if named else await settling.owed_by_payer(act, entry, banking.open_orders_max)
    incoming = Incoming(entry.amount_minor, entry.currency, entry.counterparty)
    decision = decide(incoming, [each.awaited for each in named], [each.awaited for each in owed], banking)
    match = _match(act, entry, decision.outcome, decision.reason)
    match.payment_ids = list(decision.payments)
    match.held_in, match.held_minor = suspense(entry.id), entry.amount_minor
    if decision.outcome in (Outcome.EXACT, Outcome.SURPLUS):
        over, short = decision.surplus_minor, decision.shortfall_minor
        await pay(act, Role.SYSTEM, match, entry, named[0], surplus_minor=over, shortfall_minor=short)
        await _begin(act, entry, MatchState.MATCHED, match)
    elif decision.outcome is Outcome.DOUBLE:
        await _double(act, entry, match, named[0], banking)
    else:
        await _wait(act, entry, match, decision, banking)


async def pay(
    act: Act,
    role: Role,
    match: BankMatch,
    entry: BankEntry,
    found: LockedPayment,
    *,
    surplus_minor: int = 0,
    shortfall_minor: int = 0,
) -> None:
    """One payment is complete: the parts before are joined to this line, what is over is kept for its payer."""
    payment = found.payment
    match.party_id = payment.payer
    if shortfall_minor:
        money = Money(shortfall_minor, entry.currency)
        await ledger.post(act.by(SYSTEM), bank_book.shortfall(entry.id, money))
    await settling.join(act, found, entry)
    await settling.pay(act.by(SYSTEM) if role is Role.SYSTEM else act, role, payment, entry)
    for part in found.parts:
        await lifecycle.advance(
            act.by(SYSTEM), part, BANK_MATCH, MatchAction.COMPLETE, Role.SYSTEM, parties=[payment.payer], by=entry.id
        )
        part.party_id = payment.payer
    if surplus_minor:
        await settling.keep(act, entry, payment.payer, surplus_minor)
    match.held_minor, match.held_in, match.due_at = 0, None, None


async def _double(act: Act, entry: BankEntry, match: BankMatch, found: LockedPayment, banking: Banking) -> None:
    paid_for = found.payment.subject_id
    await ledger.post(act.by(SYSTEM), bank_book.set_to_refund(entry.id, paid_for, entry.money))
    match.held_in, match.party_id = refunding(paid_for), found.payment.payer
    match.due_at = act.at + timedelta(days=banking.return_days)
    await _begin(act, entry, MatchState.RETURNING, match)


async def _wait(act: Act, entry: BankEntry, match: BankMatch, decision: Decision, banking: Banking) -> None:
    state, days = {
        Outcome.PARTIAL: (MatchState.PARTIAL, banking.partial_days),
        Outcome.PROPOSED: (MatchState.PROPOSED, banking.review_days),
    }.get(decision.outcome, (MatchState.UNKNOWN, banking.suspense_days))
    match.due_at = act.at + timedelta(days=days)
    await _begin(act, entry, state, match)


async def fall_due(act: Act, entry_id: str) -> None:
    """What waited too long: a proposal is anybody's money no more than suspense, and money of nobody goes back."""
    match = await locked(act.session, BankMatch, entry_id)
    if match.due_at is None or match.due_at > act.at:
        return
    banking = POLICY.at(act.today).body
    if match.status in WAITING:
        match.due_at = act.at + timedelta(days=banking.return_days)
        await lifecycle.advance(
            act.by(SYSTEM), match, BANK_MATCH, MatchAction.SEND_BACK, Role.SYSTEM, reason="not settled in time"
        )
        return
    # What has to be sent or explained cannot be done by a clock: whoever has to is told again.
    days = banking.return_days if match.status is MatchState.RETURNING else banking.explain_days
    match.due_at = act.at + timedelta(days=days)
    record(act.by(SYSTEM), "market.bank_entry.reminded", match.id, facts={"status": str(match.status)})
