"""What payouts do by themselves: money falls due, bank details become active, and what nobody decides ends."""

from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from kernel.jobs.batches import BATCH, each, log
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from market.payouts.commands import batches, by_stripe, confirming, due, payees
from market.payouts.models import PayeeAccount, Payout, PayoutBatch
from market.payouts.states import BatchState, PayeeState


@job("payouts.make_due")
async def make_due_of(runtime: Runtime, payload: dict[str, Any]) -> None:
    """What waited for bank details falls due with them."""
    async with runtime.act() as act:
        await due.make_due(act, payload["party_id"], payload["currency"])


@job("payouts.transfer")
async def transfer(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Give a party its money at Stripe, and send it on to its bank."""
    await by_stripe.send(runtime, payload["payout_id"])


@sweep("payouts.accounts", timedelta(seconds=5))
async def accounts(runtime: Runtime) -> None:
    """Bank details whose days are over become active or lapse."""
    now = runtime.clock.now()
    ripe = (PayeeAccount.status == PayeeState.CONFIRMED) & (PayeeAccount.usable_from <= now)
    late = (PayeeAccount.status == PayeeState.DECLARED) & (PayeeAccount.lapses_at <= now)
    await each(runtime, select(PayeeAccount.id).where(or_(ripe, late)).order_by(PayeeAccount.id), payees.fall_due)


@sweep("payouts.due", timedelta(minutes=15))
async def make_due(runtime: Runtime) -> None:
    """What is owed falls due, a party and a currency in a unit of its own; only who has an active account is asked."""
    after = ""
    while True:
        query = (
            select(PayeeAccount.id, PayeeAccount.party_id, PayeeAccount.currency)
            .where(PayeeAccount.status == PayeeState.ACTIVE, PayeeAccount.id > after)
            .order_by(PayeeAccount.id)
        )
        async with runtime.sessions() as session:
            rows = (await session.execute(query.limit(BATCH))).all()
        for _, party_id, in_currency in rows:
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
