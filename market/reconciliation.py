"""Proving the books: everything is recomputed from the postings and compared with the log and with the payments."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import Subquery, case, func, join, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.crypto.canonical import commitment
from kernel.log.models import LogEntry
from kernel.money import Money
from kernel.text import Text
from kernel.time.clock import day_in_china
from market.banking import truth
from market.ledger import queries
from market.ledger.book import Leg
from market.ledger.commands import facts
from market.ledger.models import Account, LedgerEntry, Posting
from market.ledger.schemas import TrialBalanceView
from market.orders.models import Order
from market.orders.states import OrderState
from market.payments.models import Payment
from market.payments.states import PaymentState
from market.splits.models import Distribution
from market.stripe_balance import queries as stripe

_BATCH: Final = 500
_RECEIVED: Final = (PaymentState.SUCCEEDED, PaymentState.REFUNDED)
_HOLDING: Final = (OrderState.PAID, OrderState.DELIVERED, OrderState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the books that cannot be right."""

    subject: str
    detail: Text


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at and what was found; no faults means the books hold."""

    entries: int
    postings: int
    trial: list[TrialBalanceView]
    faults: list[Fault]


def as_json(report: Report) -> str:
    """A report as one JSON object for programs: whether the books hold, counts, trial balance, bilingual faults.

    Amounts that differ are in minor units.
    """
    content = {"holds": not report.faults, **msgspec.to_builtins(report)}
    return msgspec.json.encode(content).decode()


Tell = Callable[[int, int], Awaitable[None]]
"""Is told after each step how many are done, and of how many; may end the check by raising."""


async def _nobody(_done: int, _steps: int) -> None:
    """Nobody is told."""


async def check(session: AsyncSession, tell: Tell = _nobody) -> Report:
    """Recompute the books; it only reads, and it never stops at the first fault."""
    entries = await session.scalar(select(func.count()).select_from(LedgerEntry)) or 0
    postings = await session.scalar(select(func.count()).select_from(Posting)) or 0
    done, steps = 1, 2 + -(-entries // _BATCH) + len(_AFTER_THE_LOG)
    trial = await queries.trial_balance(session)
    faults = [
        Fault(row.currency, Text("试算不平衡", f"The trial balance is off by {row.difference_minor}"))
        for row in trial
        if row.difference_minor != 0
    ]
    await tell(done, steps)
    faults += await _overdrawn(session)
    async for batch in _batches(session):
        faults += await _unlike_the_log(session, batch)
        done = min(done + 1, steps - len(_AFTER_THE_LOG))
        await tell(done, steps)
    for done, part in enumerate(_AFTER_THE_LOG, steps - len(_AFTER_THE_LOG) + 1):
        faults += await part(session)
        await tell(done, steps)
    return Report(entries, postings, trial, faults)


async def _overdrawn(session: AsyncSession) -> list[Fault]:
    sums = queries.movements().subquery()
    path, currency, total = sums.c
    rows = await session.execute(
        select(path, currency, total).join(Account, Account.path == path).where(total < 0, ~Account.may_overdraw)
    )
    return [Fault(p, Text("账户余额为负", f"The account is overdrawn: {Money(int(n), c)}")) for p, c, n in rows]


async def _batches(session: AsyncSession) -> AsyncIterator[Sequence[LedgerEntry]]:
    last = ""
    while True:
        query = select(LedgerEntry).where(LedgerEntry.id > last).order_by(LedgerEntry.id).limit(_BATCH)
        batch = (await session.scalars(query)).all()
        if not batch:
            return
        yield batch
        last = batch[-1].id


async def _unlike_the_log(session: AsyncSession, batch: Sequence[LedgerEntry]) -> list[Fault]:
    """Compare entries with what the transparency log committed to when they were booked."""
    ids = [entry.id for entry in batch]
    logged = {
        row.subject: row
        for row in await session.scalars(
            select(LogEntry).where(LogEntry.subject.in_(ids), LogEntry.kind == "market.ledger_entry.posted")
        )
    }
    postings: dict[str, list[dict[str, str]]] = {entry_id: [] for entry_id in ids}
    for row in await session.scalars(select(Posting).where(Posting.entry_id.in_(ids))):
        leg = Leg(row.debit, row.credit, Money(row.amount_minor, row.currency))
        postings[row.entry_id].append(facts(leg))
    return [
        Fault(entry.id, why)
        for entry in batch
        if (why := _difference(entry, postings[entry.id], logged.get(entry.id))) is not None
    ]


def _difference(entry: LedgerEntry, postings: list[dict[str, str]], logged: LogEntry | None) -> Text | None:
    if logged is None:
        return Text("凭证未存证", "The entry is not in the log")
    if json.loads(logged.payload)["commitment"] != commitment(logged.salt, logged.facts):
        return Text("存证内容被改动", "The logged facts do not match their commitment")
    said = logged.facts
    # What was booked before entries had a day of their own counts for the day on which it was booked.
    day = said.get("booked_on", day_in_china(entry.posted_at).isoformat())
    if _named(entry) != (said["reference"], said["kind"], day, said.get("corrects")):
        return Text("凭证与存证不符", "The entry differs from the log")
    if _counted(postings) != _counted(logged.facts["postings"]):
        return Text("分录与存证不符", "The postings differ from the log")
    return None


def _named(entry: LedgerEntry) -> tuple[str, str, str, str | None]:
    return entry.reference, entry.kind, entry.booked_on.isoformat(), entry.corrects


def _counted(postings: list[dict[str, str]]) -> Counter[tuple[tuple[str, str], ...]]:
    return Counter(tuple(sorted(posting.items())) for posting in postings)


async def _vanished(session: AsyncSession) -> list[Fault]:
    """Entries that the log knows and the books no longer hold."""
    rows = await session.scalars(
        select(LogEntry.subject)
        .outerjoin(LedgerEntry, LedgerEntry.id == LogEntry.subject)
        .where(LogEntry.kind == "market.ledger_entry.posted", LedgerEntry.id.is_(None))
    )
    return [Fault(subject, Text("凭证缺失", "The entry is missing from the books")) for subject in rows]


def _sums(*kinds: str) -> Subquery:
    """What entries of some kinds booked, by subject and currency."""
    return (
        select(LedgerEntry.subject, Posting.currency, func.sum(Posting.amount_minor).label("minor"))
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .where(LedgerEntry.kind.in_(kinds))
        .group_by(LedgerEntry.subject, Posting.currency)
        .subquery()
    )


async def _unlike_the_payments(session: AsyncSession) -> list[Fault]:
    """Every payment that succeeded is booked with its amount, and nothing is booked that nobody paid.

    What is paid for an order is booked for it; what is paid for a bill or in advance, for the payment itself.
    """
    paid = select(Payment).where(Payment.status.in_(_RECEIVED)).subquery()
    booked = _sums("sale_received", "topped_up")
    of = func.coalesce(paid.c.order_id, paid.c.id)
    same = (booked.c.subject == of) & (booked.c.currency == paid.c.currency)
    rows = await session.execute(
        select(paid.c.id, booked.c.subject)
        .select_from(join(paid, booked, same, full=True))
        .where(paid.c.amount_minor.is_distinct_from(booked.c.minor))
    )
    return [
        Fault(payment or order, Text("支付与入账不符", "The payment and what is booked for it differ"))
        for payment, order in rows
    ]


async def _unlike_the_set_offs(session: AsyncSession) -> list[Fault]:
    """Every deposit that a payment was lowered by is in its order's escrow, and no other deposit is."""
    off = select(Payment).where(Payment.status.in_(_RECEIVED), Payment.set_off_minor > 0).subquery()
    booked = (
        select(Posting.credit, Posting.currency, func.sum(Posting.amount_minor).label("minor"))
        .join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
        .where(LedgerEntry.kind == "deposit_set_off")
        .group_by(Posting.credit, Posting.currency)
        .subquery()
    )
    same = (booked.c.credit == literal("escrow:order:") + off.c.order_id) & (booked.c.currency == off.c.currency)
    rows = await session.execute(
        select(off.c.id, booked.c.credit)
        .select_from(join(off, booked, same, full=True))
        .where(off.c.set_off_minor.is_distinct_from(booked.c.minor))
    )
    said = Text("抵作价款的保证金与入账不符", "The deposit that was set off and what is booked for it differ")
    return [Fault(payment or account, said) for payment, account in rows]


async def _unlike_the_orders(session: AsyncSession) -> list[Fault]:
    """Escrow holds the price less what goes back of it from payment until settlement, and nothing before or after."""
    sums = queries.movements().subquery()
    path, currency, total = sums.c
    held = func.coalesce(total, 0)
    escrow = literal("escrow:order:") + Order.id
    back = queries.back_out_of(escrow, Order.currency).scalar_subquery()
    # Of a delivery in parts what was accepted is shared out already.
    shared = (
        select(func.coalesce(func.sum(Distribution.gross_minor), 0))
        .where(Distribution.order_id == Order.id, Distribution.account == escrow)
        .scalar_subquery()
    )
    due = case(
        (Order.status.in_(_HOLDING) & Order.in_parts, Order.amount_minor - back - shared),
        (Order.status.in_(_HOLDING), Order.amount_minor - back),
        else_=0,
    )
    same = (path == escrow) & (currency == Order.currency)
    rows = await session.execute(select(Order.id, Order.status, held).outerjoin(sums, same).where(held != due))
    return [
        Fault(order, Text("托管余额与订单状态不符", f"The order is {status}, but escrow holds {minor} minor units"))
        for order, status, minor in rows
    ]


async def _unlike_the_banks(session: AsyncSession) -> list[Fault]:
    """What the statements of the centre's banks say otherwise."""
    return [Fault(subject, detail) for subject, detail in await truth.differences(session)]


async def _unlike_stripe(session: AsyncSession) -> list[Fault]:
    """What Stripe's balance says otherwise."""
    return [Fault(subject, detail) for subject, detail in await stripe.differences(session)]


_AFTER_THE_LOG: Final = (
    _vanished,
    _unlike_the_payments,
    _unlike_the_set_offs,
    _unlike_the_orders,
    _unlike_the_banks,
    _unlike_stripe,
)
