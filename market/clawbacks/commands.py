"""Setting clawbacks off against payouts, and writing them off by two officers."""

from datetime import timedelta

from contracts.approvals.queries import line_of
from contracts.approvals.rules import same_person
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.identity.models import Party
from kernel.log.record import record
from kernel.money import Money
from kernel.states import Role
from market.clawbacks import queries, rules
from market.clawbacks.errors import WriteOffAboveOwed, WriteOffApproverNotIndependent
from market.clawbacks.models import ClawbackWriteOff
from market.clawbacks.schemas import DecideWriteOff, ProposeWriteOff, WriteOffView
from market.clawbacks.states import WRITE_OFF, WriteOffAction
from market.ledger import book, refund_book
from market.ledger import commands as ledger


async def set_off(act: Act, payout_id: str, party_id: str, due: Money) -> Money:
    """Pay what a party owes out of a payout that is due, as far as the policy lets it; gives what was set off.

    The caller holds the lock of the party's payouts, and pays out the rest in the same unit.
    """
    owed = await open_debt(act, party_id, due.currency)
    taken = Money(rules.set_off(owed.minor, due.minor, rules.POLICY.at(act.today).body), due.currency)
    if taken.minor:
        await ledger.post(act.by(SYSTEM), refund_book.set_off(payout_id, party_id, taken))
        facts = {"payout": payout_id, "amount": str(taken), "left": str(owed - taken), "rule": rules.SET_OFF}
        record(act.by(SYSTEM), "market.clawback.set_off", payout_id, parties=[party_id], facts=facts)
    return taken


async def open_debt(act: Act, party_id: str, currency: str) -> Money:
    """What a party owes and nothing is about to pay, its account locked: it may fall below zero, so the books do not
    keep two from taking it."""
    await ledger.held(act.session, [book.clawback(party_id)], currency)
    owed = await queries.owed(act.session, party_id, currency)
    waiting = await queries.reserved(act.session, party_id, currency)
    return Money(max(0, owed.minor - waiting.minor), currency)


async def propose(act: Act, data: ProposeWriteOff) -> WriteOffView:
    """An officer proposes to give up what a party owes; raises WriteOffAboveOwed with the figures."""
    party = await one(act.session, Party, ids.require("pty", data.party_id))
    money = Money.of(data.amount, "/amount")
    await _require(act, party.id, money)
    row = ClawbackWriteOff(
        id=ids.new("cwo"),
        party_id=party.id,
        amount_minor=money.minor,
        currency=money.currency,
        reason=data.reason,
        proposed_by=act.actor.name,
        proposed_by_line=list(await line_of(act.session, act.actor.hand)),
        decided_by=None,
        decision_reason=None,
        due_at=act.at + timedelta(days=rules.POLICY.at(act.today).body.approve_days),
        created_at=act.at,
    )
    await lifecycle.begin(act, row, WRITE_OFF, parties=[party.id], amount=str(money), reason=data.reason)
    return queries.view(row, act.actor)


async def _require(act: Act, party_id: str, money: Money) -> None:
    owed = await open_debt(act, party_id, money.currency)
    if not 0 < money.minor <= owed.minor:
        raise WriteOffAboveOwed(party=party_id, owed=str(owed), asked=str(money))


async def approve(act: Act, write_off_id: str, data: DecideWriteOff) -> WriteOffView:
    """A second officer agrees, and the centre bears the loss; raises WriteOffApproverNotIndependent."""
    row = await locked(act.session, ClawbackWriteOff, write_off_id)
    WRITE_OFF.next(row.status, WriteOffAction.APPROVE, Role.CLEARING)
    if same_person(list(await line_of(act.session, act.actor.hand)), row.proposed_by_line):
        raise WriteOffApproverNotIndependent(proposer=row.proposed_by)
    await _require(act, row.party_id, row.money)
    await ledger.post(act, refund_book.written_off(row.id, row.party_id, row.money))
    await _decide(act, row, WriteOffAction.APPROVE, data.reason)
    return queries.view(row, act.actor)


async def refuse(act: Act, write_off_id: str, data: DecideWriteOff) -> WriteOffView:
    """An officer refuses; what is owed stays owed."""
    row = await locked(act.session, ClawbackWriteOff, write_off_id)
    await _decide(act, row, WriteOffAction.REFUSE, data.reason)
    return queries.view(row, act.actor)


async def _decide(act: Act, row: ClawbackWriteOff, action: WriteOffAction, reason: str) -> None:
    row.decided_by, row.decision_reason, row.due_at = act.actor.hand, reason, None
    await lifecycle.advance(act, row, WRITE_OFF, action, Role.CLEARING, parties=[row.party_id], reason=reason)


async def fall_due(act: Act, write_off_id: str) -> None:
    """What nobody approves lapses."""
    row = await locked(act.session, ClawbackWriteOff, write_off_id)
    if row.due_at is not None and row.due_at <= act.at:
        row.due_at = None
        await lifecycle.advance(
            act.by(SYSTEM), row, WRITE_OFF, WriteOffAction.LAPSE, Role.SYSTEM, parties=[row.party_id]
        )
