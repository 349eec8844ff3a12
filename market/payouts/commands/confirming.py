"""What the bank says of payouts: a debit confirms, a credit returns, a report tells how far it is."""

import re
from datetime import timedelta

from sqlalchemy import select

from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, locked
from kernel.errors import FieldError
from kernel.ids import is_id
from kernel.log.record import record
from kernel.money import Money
from kernel.states import Role
from kernel.text import Text
from market.banking.lines.recognition import Recognised, ids_in, recognises
from market.banking.models import BankEntry
from market.ledger import bank_book
from market.ledger import commands as ledger
from market.ledger.book import bank
from market.payouts.commands import batches, due, payees
from market.payouts.errors import ReportUnreadable
from market.payouts.models import Payout, PayoutBatch
from market.payouts.pain.reports import ACCEPTED, REJECTED, SETTLED, ReportedStatus, StatusReport
from market.payouts.rules import POLICY
from market.payouts.schemas import StatusReportView
from market.payouts.states import PAYOUT, PayoutAction, PayoutState

NO_ACCOUNT = frozenset({"AC01", "AC04", "AC06", "BE01", "RC01"})
"""Reasons of a bank that concern the account itself: nothing more is paid to it."""


@recognises
async def left(act: Act, entry: BankEntry) -> Recognised | None:
    """A debit that names a payout of this amount, or a whole batch, has left the centre."""
    if entry.credit:
        return None
    for payout_id in ids_in(entry, "pyt"):
        payout = await find_locked(act.session, select(Payout).where(Payout.id == payout_id))
        if payout is not None and payout.status is PayoutState.SENT and payout.money == entry.money:
            await confirm(act, payout, bank(entry.account_id), entry.id)
            payout.confirmed_on = entry.booked_on
            return Recognised("payout", "confirmed", party=payout.party_id)
    for batch_id in ids_in(entry, "pob"):
        payouts = await batches.of_batch(act, batch_id)
        sent = [each for each in payouts if each.status is PayoutState.SENT]
        if sent and sum((each.money for each in sent), Money(0, sent[0].currency)) == entry.money:
            for each in sent:
                await confirm(act, each, bank(entry.account_id), entry.id)
                each.confirmed_on = entry.booked_on
            return Recognised("payout", "batch-confirmed")
    return None


async def confirm(act: Act, payout: Payout, account: str, by: str) -> None:
    """The money has left the centre from this account of the books; the payout's row is locked."""
    await ledger.post(act.by(SYSTEM), bank_book.payout_confirmed(payout.id, account, payout.money))
    payout.due_at = None
    await lifecycle.advance(
        act.by(SYSTEM), payout, PAYOUT, PayoutAction.CONFIRM, Role.SYSTEM, parties=[payout.party_id], by=by
    )


@recognises
async def came_back(act: Act, entry: BankEntry) -> Recognised | None:
    """A credit that names a payout which had left is its return, days later too."""
    if not entry.credit:
        return None
    for payout_id in ids_in(entry, "pyt"):
        payout = await find_locked(act.session, select(Payout).where(Payout.id == payout_id))
        if payout is None or payout.status is not PayoutState.CONFIRMED or payout.money != entry.money:
            continue
        reason = entry.facts.get("return_reason") or _code_in(entry.remittance)
        await give_back(act, payout, bank(entry.account_id), reason)
        payout.returned_on = entry.booked_on
        return Recognised("payout-returned", reason or "no-reason", party=payout.party_id)
    return None


def _code_in(text: str) -> str | None:
    found = re.search(r"\b(?:AC|AM|BE|MS|RC|RR|DT|FF|AG|TM)[0-9]{2}\b", text)
    return found[0] if found else None


async def give_back(act: Act, payout: Payout, account: str | None, reason: str | None) -> None:
    """A payout did not arrive and is owed again; `account` is where money that had left came back to.

    What a reversal has taken back of it before has paid a debt of the party's, and is not owed.
    """
    system = act.by(SYSTEM)
    money = payout.arriving
    if account is not None and money.minor:
        await ledger.post(system, bank_book.payout_came_back(payout.id, account, money))
    if money.minor:
        await ledger.post(system, bank_book.payout_undone(payout.id, payout.party_id, money))
    payout.bank_reason, payout.due_at = reason, None
    await lifecycle.advance(
        system, payout, PAYOUT, PayoutAction.RETURN, Role.SYSTEM, parties=[payout.party_id], reason=reason
    )
    if reason in NO_ACCOUNT:
        await payees.close(act, payout.payee_account_id, f"returned by the bank: {reason}")


async def take_report(act: Act, batch_id: str, report: StatusReport) -> StatusReportView:
    """What a pain.002 says; only a rejection moves money, since a bank that settles shows it on the statement."""
    batch = await locked(act.session, PayoutBatch, batch_id)
    if report.batch_id != batch.id:
        text = Text(f"回执关于 {report.batch_id}", f"It is about {report.batch_id}")
        raise ReportUnreadable(reason=text, errors=[FieldError("/OrgnlMsgId", text)])
    payouts = {each.id: each for each in await batches.of_batch(act, batch.id)}
    counts = {"accepted": 0, "settled": 0, "rejected": 0, "unknown": 0}
    for said in report.said:
        about = list(payouts.values()) if said.payout_id is None else _named(payouts, said.payout_id)
        if not about:
            counts["unknown"] += 1
        for payout in about:
            if (word := await _heard(act, payout, said)) is not None:
                counts[word] += 1
    record(act, "market.payout_batch.reported", batch.id, facts={name: str(n) for name, n in counts.items()})
    return StatusReportView(**counts)


def _named(payouts: dict[str, Payout], payout_id: str) -> list[Payout]:
    found = payouts.get(payout_id) if is_id("pyt", payout_id) else None
    return [] if found is None else [found]


async def _heard(act: Act, payout: Payout, said: ReportedStatus) -> str | None:
    if payout.status not in (PayoutState.SENT, PayoutState.CONFIRMED):
        return None
    payout.bank_status, payout.bank_reason = said.status[:4], said.reason and said.reason[:35]
    if said.status == REJECTED and payout.status is PayoutState.SENT:
        await give_back(act, payout, None, payout.bank_reason)
        return "rejected"
    return "settled" if said.status in SETTLED else "accepted" if said.status in ACCEPTED else None


async def fall_due(act: Act, payout_id: str) -> None:
    """What time does: a payout that nobody put into a batch is owed again; one the bank is silent about is told of."""
    payout = await locked(act.session, Payout, payout_id)
    if payout.due_at is None or payout.due_at > act.at:
        return
    if payout.status is PayoutState.DUE:
        await due.cancel(act.by(SYSTEM), payout, Role.SYSTEM, "not put into a batch in time")
        return
    payout.due_at = act.at + timedelta(days=POLICY.at(act.today).body.confirmation_days)
    record(act.by(SYSTEM), "market.payout.unconfirmed", payout.id, parties=[payout.party_id])
