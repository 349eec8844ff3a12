"""Lines that are known before anything is guessed: what we sent, what came back, what was booked by hand.

Whoever sends money by the bank registers here, since bank accounts may not know what is sent from them.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked
from kernel.ids import is_id
from kernel.states import Role
from market.banking.models import BankEntry, BankMatch
from market.banking.states import BANK_MATCH, MatchAction, MatchState
from market.ledger import bank_book
from market.ledger import commands as ledger
from market.payments.commands import REFERENCE_USERS
from market.payments.models import Payment
from market.payments.rules import reference_key


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a line is, in the words of who knows it; the books have been seen to."""

    outcome: str
    reason: str
    payments: tuple[str, ...] = ()
    party: str | None = None


Recogniser = Callable[[Act, BankEntry], Awaitable[Recognised | None]]

BY_HAND: Final = "confirmed-by-hand"

RECOGNISERS: Final[list[Recogniser]] = []
"""In the order of registration; the first that knows the line books it."""


def recognises(recogniser: Recogniser) -> Recogniser:
    """Register one."""
    if recogniser not in RECOGNISERS:
        RECOGNISERS.append(recogniser)
    return recogniser


def ids_in(entry: BankEntry, prefix: str) -> list[str]:
    """The ids of ours of one kind that a line quotes, in its end-to-end id or its text, in whichever case."""
    # Banks break a text into lines of 35 characters wherever that falls.
    text = re.sub(r"\s", "", f"{entry.end_to_end_id or ''}|{entry.remittance}".lower())
    found = re.findall(rf"{prefix}_[0-9a-z]{{26}}", text)
    return [each for each in dict.fromkeys(found) if is_id(prefix, each)]


@recognises
async def booked_by_hand(act: Act, entry: BankEntry) -> Recognised | None:
    """An officer had confirmed a payment by this reference: the account of the books gets its name.

    One line shows it: banks count their references anew, and the next line that bears this one is other money.
    """
    if entry.bank_reference is None or not entry.credit:
        return None
    same = func.upper(Payment.bank_reference) == reference_key(entry.bank_reference)
    payment = (await act.session.scalars(select(Payment).where(same))).first()
    if payment is None or payment.money != entry.money or await was_shown(act, entry):
        return None
    await ledger.post(act.by(SYSTEM), bank_book.seen_at_bank(entry.id, entry.account_id, entry.money, credit=True))
    return Recognised("exact", BY_HAND, (payment.id,), payment.payer)


async def was_shown(act: Act, entry: BankEntry) -> bool:
    """Whether another line of this reference was what an officer had booked by hand."""
    query = (
        select(BankMatch.id)
        .join(BankEntry, BankEntry.id == BankMatch.id)
        .where(BankMatch.reason == BY_HAND, BankEntry.credit == entry.credit, BankEntry.id != entry.id)
        .where(func.upper(BankEntry.bank_reference) == reference_key(entry.bank_reference or ""))
    )
    return await act.session.scalar(query.limit(1)) is not None


@recognises
async def gone_back(act: Act, entry: BankEntry) -> Recognised | None:
    """What was to be sent back has left: the debit quotes the line that it returns."""
    if entry.credit:
        return None
    for returned in ids_in(entry, "ben"):
        match = await find_locked(act.session, select(BankMatch).where(BankMatch.id == returned))
        if match is None or match.status is not MatchState.RETURNING or match.held_in is None:
            continue
        if match.held_minor != entry.amount_minor:
            continue
        await ledger.post(act.by(SYSTEM), bank_book.sent_back(returned, match.held_in, entry.account_id, entry.money))
        match.held_minor, match.held_in, match.due_at = 0, None, None
        await lifecycle.advance(act.by(SYSTEM), match, BANK_MATCH, MatchAction.FINISH, Role.SYSTEM, debit=entry.id)
        return Recognised("returned", "sent-back", (), match.party_id)
    return None


async def has_line(session: AsyncSession, reference: str) -> bool:
    """Whether a statement has a line of this reference, which then settles the payment by itself."""
    key = reference_key(reference)
    found = select(BankEntry.id).where(func.upper(BankEntry.bank_reference) == key).limit(1)
    return await session.scalar(found) is not None


REFERENCE_USERS.append(has_line)
