"""What the clearing officer says of a balance transaction, and how a bank's line is known for Stripe's payout."""

from datetime import timedelta

from sqlalchemy import select

from contracts.approvals.queries import line_of
from contracts.approvals.rules import same_person
from kernel import lifecycle
from kernel.act import Act
from kernel.db import hold, locked, one
from kernel.states import Role
from market.banking.lines.recognition import Recognised, recognises
from market.banking.models import BankEntry, BankMatch
from market.banking.states import WAITING
from market.ledger import commands as ledger
from market.ledger.models import LedgerEntry
from market.stripe_balance import book, booking, queries
from market.stripe_balance.errors import ArrivalDiffers, EntryProvenBefore, ExplanationDiffers, OtherOfficerNeeded
from market.stripe_balance.models import StripeBooking, StripeMatch, StripeTransaction
from market.stripe_balance.rules import POLICY, quotes
from market.stripe_balance.schemas import ArriveTransaction, ExplainTransaction, StripeTransactionView
from market.stripe_balance.states import STRIPE_MATCH, StripeMatchAction, StripeMatchState


async def _named(act: Act, transaction_id: str, action: StripeMatchAction) -> tuple[StripeTransaction, StripeMatch]:
    """A transaction and what became of it, locked, where the officer may act; raises NotFound, IllegalTransition."""
    row = await locked(act.session, StripeTransaction, transaction_id)
    match = await locked(act.session, StripeMatch, transaction_id)
    STRIPE_MATCH.next(match.status, action, Role.CLEARING)
    return row, match


async def explain(act: Act, transaction_id: str, data: ExplainTransaction) -> StripeTransactionView:
    """Propose that entries that were booked already come to what moved, or that it is a cost of the centre's.

    Another officer approves. Raises NotFound, EntryProvenBefore and ExplanationDiffers, with the figures.
    """
    row, match = await _named(act, transaction_id, StripeMatchAction.EXPLAIN)
    entry_ids = sorted(set(data.entry_ids))
    await _require_proof(act, row, entry_ids)
    match.note, match.proposed_entries, match.proposed_by = data.reason, entry_ids, act.actor.hand or ""
    match.proposed_by_line = list(await line_of(act.session, act.actor.hand))
    match.due_at = act.at + timedelta(days=POLICY.at(act.today).body.explain_days)
    facts = {"reason": data.reason, "entries": entry_ids}
    await lifecycle.advance(act, match, STRIPE_MATCH, StripeMatchAction.EXPLAIN, Role.CLEARING, **facts)
    return await queries.view(act, row, match)


async def approve(act: Act, transaction_id: str) -> StripeTransactionView:
    """Another officer agrees, and it is booked; raises OtherOfficerNeeded, and what has changed since by its name."""
    row, match = await _named(act, transaction_id, StripeMatchAction.APPROVE)
    if same_person(list(await line_of(act.session, act.actor.hand)), match.proposed_by_line):
        raise OtherOfficerNeeded(proposed=match.proposed_by)
    await _require_proof(act, row, match.proposed_entries)
    if match.proposed_entries:
        act.session.add_all(StripeBooking(entry_id=each, transaction_id=row.id) for each in match.proposed_entries)
        await act.session.flush()  # Another that proves one of them now finds it proven.
    elif row.net_minor:
        await booking.post(act, row, book.explained(row.id, row.net))
    match.due_at = None
    said = {"entries": match.proposed_entries, "rule": OtherOfficerNeeded.rule}
    await lifecycle.advance(
        act, match, STRIPE_MATCH, StripeMatchAction.APPROVE, Role.CLEARING, reason=match.note, **said
    )
    return await queries.view(act, row, match)


async def refuse(act: Act, transaction_id: str) -> StripeTransactionView:
    """An officer does not agree, or whoever proposed takes it back: it is unexplained again."""
    row, match = await _named(act, transaction_id, StripeMatchAction.REFUSE)
    match.due_at = act.at + timedelta(days=POLICY.at(act.today).body.explain_days)
    await lifecycle.advance(act, match, STRIPE_MATCH, StripeMatchAction.REFUSE, Role.CLEARING)
    return await queries.view(act, row, match)


async def _require_proof(act: Act, row: StripeTransaction, entry_ids: list[str]) -> None:
    """Refuse entries that are proven already, move nothing at Stripe, or come to something else."""
    if not entry_ids:
        return
    for entry_id in entry_ids:
        entry = await one(act.session, LedgerEntry, entry_id)
        proven = await act.session.get(StripeBooking, entry_id)
        if proven is not None or not await booking.moved_by(act.session, [entry.id]):
            raise EntryProvenBefore(entry=entry_id, transaction=proven.transaction_id if proven else "—")
    booked = await booking.moved_by(act.session, entry_ids)
    if [each for each in booked if each.minor] != [row.net]:
        raise ExplanationDiffers(moved=str(row.net), booked=", ".join(map(str, booked)))


async def arrive(act: Act, transaction_id: str, data: ArriveTransaction) -> StripeTransactionView:
    """The officer says which line of the bank's statement a payout came with; raises ArrivalDiffers."""
    row, match = await _named(act, transaction_id, StripeMatchAction.ARRIVE)
    line = await locked(act.session, BankEntry, data.bank_entry_id)
    of_line = await act.session.get(BankMatch, line.id)
    waits = of_line is not None and of_line.status in WAITING and of_line.held_minor == -row.amount_minor
    if not waits or line.currency != row.currency or line.amount_minor != -row.amount_minor:
        state = str(of_line.status) if of_line else "unread"
        wanted = str(row.net) if not row.fee_minor else f"{row.net} + {row.fee_minor}"
        raise ArrivalDiffers(wanted=wanted, line=line.id, received=str(line.money), state=state)
    match.note = data.reason
    await booking.arrive_before(act, row, match, line, Role.CLEARING)
    return await queries.view(act, row, match)


@recognises
async def from_stripe(act: Act, line: BankEntry) -> Recognised | None:
    """A credit of the amount of the one payout on its way that it quotes: several of one amount are for the officer."""
    if not line.credit:
        return None
    query = (
        select(StripeMatch, StripeTransaction)
        .join(StripeTransaction, StripeTransaction.id == StripeMatch.id)
        .where(StripeMatch.status == StripeMatchState.IN_TRANSIT)
        .where(StripeTransaction.amount_minor == -line.amount_minor, StripeTransaction.currency == line.currency)
        .order_by(StripeTransaction.id)
        .limit(20)
        .with_for_update(of=StripeMatch)
    )
    told = f"{line.counterparty or ''} {line.remittance}"
    waiting = [(match, row) for match, row in await act.session.execute(query) if quotes(told, row.traces)]
    named = [(match, row) for match, row in waiting if row.source and row.source in line.remittance]
    chosen = named or waiting
    if len(chosen) != 1:
        return None
    match, row = chosen[0]
    hold(act.session, match)
    await ledger.post(act, book.arrived(row.id, line.id, line.account_id, line.money))
    await booking.arrived(act, match, line)
    return Recognised("stripe-payout", "arrived")
