"""What payouts do by themselves: money falls due, bank details become active, and what nobody decides ends."""

from datetime import timedelta

from sqlalchemy import or_, select

from kernel.jobs.batches import BATCH, each, log
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.ledger.queries import movements
from market.payouts.commands import batches, confirming, due, payees
from market.payouts.models import PayeeAccount, Payout, PayoutBatch
from market.payouts.states import BatchState, PayeeState


@sweep("payouts.accounts", timedelta(minutes=1))
async def accounts(runtime: Runtime) -> None:
    """Bank details whose days are over become active or lapse."""
    now = runtime.clock.now()
    ripe = (PayeeAccount.status == PayeeState.CONFIRMED) & (PayeeAccount.usable_from <= now)
    late = (PayeeAccount.status == PayeeState.DECLARED) & (PayeeAccount.lapses_at <= now)
    await each(runtime, select(PayeeAccount.id).where(or_(ripe, late)).order_by(PayeeAccount.id), payees.fall_due)


@sweep("payouts.due", timedelta(minutes=15))
async def make_due(runtime: Runtime) -> None:
    """What is owed falls due, a party and a currency in a unit of its own; only who has an active account is asked."""
    sums = movements().subquery()
    path, currency, total = sums.c
    query = (
        select(PayeeAccount.party_id, PayeeAccount.currency)
        .join(sums, (path == "payable:party:" + PayeeAccount.party_id) & (currency == PayeeAccount.currency))
        .where(PayeeAccount.status == PayeeState.ACTIVE, total > 0)
    )
    after = ""
    while True:
        async with runtime.sessions() as session:
            rows = (
                await session.execute(
                    query.where(PayeeAccount.party_id > after).order_by(PayeeAccount.party_id).limit(BATCH)
                )
            ).all()
        for party_id, in_currency in rows:
            try:
                async with runtime.act() as act:
                    await due.make_due(act, party_id, in_currency)
            except Exception:
                log.exception("a payout could not be made due", party=party_id)
        if len(rows) < BATCH:
            return
        after = rows[-1][0]


@sweep("payouts.batches", timedelta(minutes=5))
async def lapse(runtime: Runtime) -> None:
    """Batches that nobody approved lapse."""
    waiting = (PayoutBatch.status == BatchState.PROPOSED) & (PayoutBatch.due_at <= runtime.clock.now())
    await each(runtime, select(PayoutBatch.id).where(waiting).order_by(PayoutBatch.due_at), batches.fall_due)


@sweep("payouts.silent", timedelta(minutes=5))
async def silent(runtime: Runtime) -> None:
    """Payouts that wait too long are owed again, or told of."""
    waiting = Payout.due_at <= runtime.clock.now()
    await each(runtime, select(Payout.id).where(waiting).order_by(Payout.due_at), confirming.fall_due)
