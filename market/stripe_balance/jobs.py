"""The clock of Stripe's balance: it is read again and again, and what waits too long is told of."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from kernel import ids
from kernel.act import Act
from kernel.db import unit
from kernel.jobs.batches import BATCH, each, each_in_unit
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.payments.gateways.balance import BalanceSource, SeenTransaction, balance_source
from market.stripe_balance import booking
from market.stripe_balance.models import StripeMatch, StripeReading, StripeTransaction
from market.stripe_balance.queries import last_reading, sums
from market.stripe_balance.rules import POLICY
from market.stripe_balance.states import StripeMatchState

ROUNDS_MAX = 3
"""How often what moved while the balance was asked for is listed again."""


@sweep("stripe_balance.read", timedelta(minutes=15))
async def read(runtime: Runtime) -> None:
    """Read what moved since the last time, and the balance; then put each transaction to its entry."""
    source = balance_source(runtime)
    if source is None:
        return
    async with unit(runtime.sessions) as session:
        last = await last_reading(session)
    hours = POLICY.at(runtime.clock.now().date()).body.overlap_hours
    since = last.through_at - timedelta(hours=hours) if last and last.through_at else None
    for _ in range(ROUNDS_MAX):
        through = await _list(runtime, source, since)
        if await _compared(runtime, await source.balance(), through):
            break
    await book_all(runtime)


async def _list(runtime: Runtime, source: BalanceSource, since: datetime | None) -> datetime | None:
    """Store what moved since a moment, page by page; gives the moment of the newest.

    Pages go back in time: only when the last is stored is nothing missing, and only then a reading is noted.
    """
    after, newest = None, since
    while True:
        page = await source.transactions(since, after)
        async with runtime.act() as act:
            await _store(act, page.items)
        newest = max([each.created_at for each in page.items] + ([newest] if newest else []), default=None)
        if page.next is None:
            return newest
        after = page.next


async def _store(act: Act, seen: tuple[SeenTransaction, ...]) -> None:
    """Store a page, the oldest first: within a second, of which alone Stripe tells, its order is that of the page."""
    rows = [
        {
            "id": ids.new("stx"),
            "reference": each.reference,
            "kind": each.kind,
            "amount_minor": each.amount_minor,
            "fee_minor": each.fee_minor,
            "net_minor": each.net_minor,
            "currency": each.currency,
            "source": each.source,
            "of_transfer": each.of_transfer,
            "traces": list(each.traces),
            "exchange_rate": each.exchange_rate,
            "created_at": each.created_at,
            "read_at": act.at,
        }
        for _, each in sorted(enumerate(seen), key=lambda at: (at[1].created_at, -at[0]))
    ]
    if rows:
        query = insert(StripeTransaction).on_conflict_do_nothing(index_elements=["reference"])
        await act.session.execute(query, rows)


async def _compared(runtime: Runtime, balance: dict[str, int], through: datetime | None) -> bool:
    """Note the reading where Stripe's balance is the sum of its transactions, or where it is not the last time."""
    async with runtime.act() as act:
        ours = await sums(act.session)
        figures = [
            {
                "currency": currency,
                "at_stripe_minor": balance.get(currency, 0),
                "by_transactions_minor": ours[currency],
            }
            for currency in sorted({*balance, *ours})
        ]
        act.session.add(StripeReading(id=ids.new("srd"), through_at=through, figures=figures, read_at=act.at))
    return all(each["at_stripe_minor"] == each["by_transactions_minor"] for each in figures)


async def book_all(runtime: Runtime) -> None:
    """Put what is new, and what waits for its entry, to the books, each in a unit of its own, in order."""
    waiting = StripeMatch.id.is_(None) | (StripeMatch.status == StripeMatchState.RECEIVED)
    after = ""
    while True:
        query = select(StripeTransaction.id).outerjoin(StripeMatch, StripeMatch.id == StripeTransaction.id)
        query = query.where(waiting, StripeTransaction.id > after).order_by(StripeTransaction.id).limit(BATCH)
        async with unit(runtime.sessions) as session:
            row_ids = (await session.scalars(query)).all()
        await each_in_unit(runtime, row_ids, booking.book_one)
        if len(row_ids) < BATCH:
            return
        after = row_ids[-1]


@sweep("stripe_balance.due", timedelta(minutes=5))
async def due(runtime: Runtime) -> None:
    """Look once more for what waits too long, and remind whoever has to settle it."""
    late = select(StripeMatch.id).where(StripeMatch.due_at <= runtime.clock.now())
    await each(runtime, late.order_by(StripeMatch.due_at), booking.fall_due)
