"""What the clearing officer does with a line that waits: assign it, keep it for a party, send it back, explain it."""

from datetime import timedelta

from kernel import lifecycle
from kernel.act import Act
from kernel.db import locked, one
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.money import Money
from kernel.states import Role
from market.banking import queries
from market.banking.errors import AssignmentAmount, PaymentNotWaiting
from market.banking.lines import booking, settling
from market.banking.lines.settling import LockedPayment
from market.banking.matching.rules import POLICY
from market.banking.models import BankEntry, BankMatch
from market.banking.schemas import AssignEntry, BankEntryView, ExplainEntry, PrepayEntry, ReturnEntry
from market.banking.states import BANK_MATCH, MatchAction
from market.ledger import bank_book
from market.ledger import commands as ledger


async def _line(act: Act, entry_id: str, action: MatchAction) -> tuple[BankEntry, BankMatch]:
    """A line and what became of it, locked, where the officer may act; raises NotFound and IllegalTransition."""
    entry = await locked(act.session, BankEntry, entry_id)
    if await act.session.get(BankMatch, entry_id) is None:
        raise NotFound(kind="bank_match", id=entry_id)
    match = await locked(act.session, BankMatch, entry_id)
    BANK_MATCH.next(match.status, action, Role.CLEARING)
    return entry, match


async def assign(act: Act, entry_id: str, data: AssignEntry) -> BankEntryView:
    """The money pays these payments, whole; raises PaymentNotWaiting and AssignmentAmount."""
    entry, match = await _line(act, entry_id, MatchAction.ASSIGN)
    named = [await settling.locked_payment(act, payment_id, entry) for payment_id in sorted(set(data.payment_ids))]
    left = _left_over(entry, match, named)
    match.payment_ids = [each.payment.id for each in named]
    match.party_id = named[-1].payment.payer
    for each in named[:-1]:
        await booking.pay(act, Role.CLEARING, match, entry, each)
    match.note = data.reason
    await booking.pay(act, Role.CLEARING, match, entry, named[-1], surplus_minor=left)
    facts = {"reason": data.reason, "payments": match.payment_ids}
    await lifecycle.advance(
        act, match, BANK_MATCH, MatchAction.ASSIGN, Role.CLEARING, parties=[match.party_id], **facts
    )
    return queries.entry_view(act, entry, match)


def _left_over(entry: BankEntry, match: BankMatch, named: list[LockedPayment]) -> int:
    """What the line has beyond the payments; raises where one does not wait or it is not enough."""
    for each in named:
        if not each.awaited.waiting or each.awaited.currency != entry.currency:
            raise PaymentNotWaiting(payment=each.payment.id, state=str(each.payment.status))
    wanted = sum(each.awaited.missing for each in named)
    if match.held_minor < wanted:
        whole = sum(each.payment.amount_minor for each in named)
        received = match.held_minor + sum(each.awaited.held_minor for each in named)
        raise AssignmentAmount(received=str(Money(received, entry.currency)), wanted=str(Money(whole, entry.currency)))
    return match.held_minor - wanted


async def prepay(act: Act, entry_id: str, data: PrepayEntry) -> BankEntryView:
    """Keep the money for a party, which uses it for what it owes later; raises NotFound."""
    entry, match = await _line(act, entry_id, MatchAction.PREPAY)
    party = await one(act.session, Party, data.party_id)
    await settling.keep(act, entry, party.id, match.held_minor)
    match.held_minor, match.held_in, match.due_at = 0, None, None
    match.party_id, match.note = party.id, data.reason
    await lifecycle.advance(
        act, match, BANK_MATCH, MatchAction.PREPAY, Role.CLEARING, parties=[party.id], reason=data.reason
    )
    return queries.entry_view(act, entry, match)


async def send_back(act: Act, entry_id: str, data: ReturnEntry) -> BankEntryView:
    """The money goes back: the transfer quotes the line's id, by which the next statement ends it."""
    entry, match = await _line(act, entry_id, MatchAction.SEND_BACK)
    match.due_at = act.at + timedelta(days=POLICY.at(act.today).body.return_days)
    match.note = data.reason
    await lifecycle.advance(act, match, BANK_MATCH, MatchAction.SEND_BACK, Role.CLEARING, reason=data.reason)
    return queries.entry_view(act, entry, match)


async def explain(act: Act, entry_id: str, data: ExplainEntry) -> BankEntryView:
    """What left without us was a charge of the bank's: it is the centre's cost."""
    entry, match = await _line(act, entry_id, MatchAction.EXPLAIN)
    await ledger.post(act, bank_book.charged(entry.id, entry.account_id, entry.money))
    match.due_at, match.note = None, data.reason
    await lifecycle.advance(act, match, BANK_MATCH, MatchAction.EXPLAIN, Role.CLEARING, reason=data.reason)
    return queries.entry_view(act, entry, match)
