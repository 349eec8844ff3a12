"""Reading Stripe's balance transactions, what became of them, and whether the books agree with the balance."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.text import Text
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.ledger import queries as books
from market.ledger.book import Source
from market.ledger.models import LedgerEntry, Posting
from market.stripe_balance.models import StripeBooking, StripeMatch, StripeReading, StripeTransaction
from market.stripe_balance.rules import POLICY
from market.stripe_balance.schemas import StripeFigureView, StripeReadingView, StripeTransactionView
from market.stripe_balance.states import NOT_EXPLAINED, ON_THE_DESK, STRIPE_MATCH, StripeMatchState

STRIPE = Source.STRIPE.value
FAULTS_MAX = 100
"""How many faults of one kind are named."""


async def view(act: Act, row: StripeTransaction, match: StripeMatch | None) -> StripeTransactionView:
    """A transaction with what the actor may do with it."""
    proves = select(StripeBooking.entry_id).where(StripeBooking.transaction_id == row.id)
    entries = await act.session.scalars(proves.order_by(StripeBooking.entry_id))
    roles = [role for role in (Role.CLEARING,) if act.actor.has(role)]
    actions = [] if match is None else [each for role in roles for each in STRIPE_MATCH.actions(match.status, role)]
    return shown(
        row,
        StripeTransactionView,
        amount=Money(row.amount_minor, row.currency).view(),
        fee=Money(row.fee_minor, row.currency).view(),
        net=row.net.view(),
        exchange_rate=None if row.exchange_rate is None else f"{row.exchange_rate.normalize():f}",
        status=match and match.status,
        reason=match and match.reason,
        entry_ids=list(entries),
        bank_entry_id=match and match.bank_entry_id,
        note=match and match.note,
        proposed_by=match and match.proposed_by,
        proposed_entry_ids=[] if match is None else match.proposed_entries,
        owner=str(Role.CLEARING) if match is not None and match.status in ON_THE_DESK else None,
        due_at=match and match.due_at,
        allowed_actions=sorted(str(each) for each in actions),
    )


async def transaction(act: Act, transaction_id: str) -> StripeTransactionView:
    """One transaction."""
    row = await one(act.session, StripeTransaction, transaction_id)
    return await view(act, row, await act.session.get(StripeMatch, row.id))


async def transactions(act: Act, status: str | None, limit: int, cursor: str | None) -> Page[StripeTransactionView]:
    """Transactions in the order in which they were read, or those that stand at one place."""
    query = select(StripeTransaction, StripeMatch).outerjoin(StripeMatch, StripeMatch.id == StripeTransaction.id)
    if status is not None:
        query = query.where(StripeMatch.status == StripeMatchState(status))
    rows = await fetch(act.session, query, StripeTransaction.id, limit=limit, cursor=cursor)
    return await rows.awaiting(lambda row: view(act, row[0], row[1]))


async def readings(act: Act, limit: int, cursor: str | None) -> Page[StripeReadingView]:
    """The readings of the balance, the newest first."""
    rows = await fetch(
        act.session, select(StripeReading), StripeReading.id, limit=limit, cursor=cursor, newest_first=True
    )
    return rows.of(_reading_view)


def _reading_view(row: StripeReading) -> StripeReadingView:
    figures = [
        StripeFigureView(
            Money(each["at_stripe_minor"], each["currency"]).view(),
            Money(each["by_transactions_minor"], each["currency"]).view(),
        )
        for each in row.figures
    ]
    return shown(row, StripeReadingView, figures=figures)


async def last_reading(session: AsyncSession) -> StripeReading | None:
    """The reading of the balance that was made last."""
    return (await session.scalars(select(StripeReading).order_by(StripeReading.id.desc()).limit(1))).first()


async def sums(session: AsyncSession) -> Counter[str]:
    """What the transactions that were read come to, in minor units by currency."""
    query = select(StripeTransaction.currency, func.sum(StripeTransaction.net_minor))
    rows = await session.execute(query.group_by(StripeTransaction.currency))
    return Counter({currency: int(total) for currency, total in rows})


async def differences(session: AsyncSession) -> list[tuple[str, Text]]:
    """What of the books and of Stripe's balance does not agree, each with its cause where there is one.

    Both may lag behind each other by the published hours; what is not proven after these is a fault, and so is every
    minor unit that no entry and no transaction explains.
    """
    booked = Counter({each.currency: -each.minor for each in await books.balances_of(session, STRIPE)})
    reading = await last_reading(session)
    at = reading.read_at if reading else await session.scalar(select(func.max(LedgerEntry.posted_at)))
    if at is None:
        return []
    found = (_disagreeing(reading) if reading else []) + await _unexplained(session)
    late = at - timedelta(hours=POLICY.at(at.date()).body.lag_hours)
    unproven, faults = await _unproven(session, late)
    return found + faults + await _off(session, booked, unproven)


def _disagreeing(reading: StripeReading) -> list[tuple[str, Text]]:
    pairs = [
        (Money(each["at_stripe_minor"], each["currency"]), Money(each["by_transactions_minor"], each["currency"]))
        for each in reading.figures
    ]
    return [
        (
            STRIPE,
            Text(f"渠道余额 {theirs}，流水合计 {ours}", f"Stripe holds {theirs}; its transactions come to {ours}"),
        )
        for theirs, ours in pairs
        if theirs != ours
    ]


async def _unexplained(session: AsyncSession) -> list[tuple[str, Text]]:
    query = (
        select(StripeTransaction)
        .join(StripeMatch, StripeMatch.id == StripeTransaction.id)
        .where(StripeMatch.status.in_(NOT_EXPLAINED))
        .order_by(StripeTransaction.id)
        .limit(FAULTS_MAX)
    )
    return [
        (
            row.id,
            Text(
                f"渠道流水 {row.reference}（{row.kind}，{row.net}）尚未说明",
                f"{row.reference} ({row.kind}, {row.net}) at Stripe is not explained",
            ),
        )
        for row in await session.scalars(query)
    ]


async def _unproven(session: AsyncSession, late: datetime) -> tuple[Counter[str], list[tuple[str, Text]]]:
    """What entries that no transaction proves added to the account, by currency; those that are too old are faults.

    An entry and its correction are one: what they come to together counts.
    """
    root = func.coalesce(LedgerEntry.corrects, LedgerEntry.id)
    sign = func.sum(Posting.amount_minor).filter(Posting.debit == STRIPE)
    back = func.sum(Posting.amount_minor).filter(Posting.credit == STRIPE)
    total = (func.coalesce(sign, 0) - func.coalesce(back, 0)).label("total")
    query = (
        select(root, Posting.currency, total, func.min(LedgerEntry.posted_at))
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .where((Posting.debit == STRIPE) | (Posting.credit == STRIPE))
        .where(~exists().where(StripeBooking.entry_id == LedgerEntry.id))
        .group_by(root, Posting.currency)
        .order_by(root)
    )
    added: Counter[str] = Counter()
    faults: list[tuple[str, Text]] = []
    for entry_id, currency, minor, posted_at in await session.execute(query):
        added[currency] += int(minor)
        if minor and posted_at < late and len(faults) < FAULTS_MAX:
            money = Money(int(minor), currency)
            faults.append((entry_id, Text(f"渠道无 {money} 的流水", f"Stripe has no transaction of {money}")))
    return added, faults


async def _off(session: AsyncSession, booked: Counter[str], unproven: Counter[str]) -> list[tuple[str, Text]]:
    """What is left when all that is waiting on either side is taken off: nothing, or somebody has altered the books."""
    waiting = select(StripeTransaction.currency, func.sum(StripeTransaction.net_minor)).outerjoin(
        StripeMatch, StripeMatch.id == StripeTransaction.id
    )
    open_ = (StripeMatchState.RECEIVED, StripeMatchState.UNEXPLAINED)
    waiting = waiting.where(StripeMatch.id.is_(None) | StripeMatch.status.in_(open_))
    not_booked = {row[0]: int(row[1]) for row in await session.execute(waiting.group_by(StripeTransaction.currency))}
    read = await sums(session)
    found = []
    for currency in sorted({*booked, *read, *unproven}):
        off = booked[currency] - unproven[currency] - (read[currency] - not_booked.get(currency, 0))
        if off:
            ours, theirs = Money(booked[currency], currency), Money(read[currency], currency)
            told = Money(off, currency)
            zh, en = (
                f"账簿记 {ours}，渠道流水合计 {theirs}，差 {told}",
                (f"The books have {ours} at Stripe, its transactions come to {theirs}: {told} is not explained"),
            )
            found.append((STRIPE, Text(zh, en)))
    return found
