"""What billing does by itself: bills are issued, paid from balances, reminded of, and subscriptions end in time."""

from datetime import timedelta

from sqlalchemy import select

from contracts.agreements.commands import terminate
from kernel.act import Act
from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.billing import collecting, dunning
from market.billing.models import Bill
from market.billing.running import changes, invoicing
from market.metering.models import UsageCounter
from market.subscriptions import commands as subscriptions
from market.subscriptions.models import Subscription
from market.subscriptions.states import RUNNING, SubscriptionAction

FOLLOWS = (changes.replan,)
"""What follows when an agreement with a plan is amended; registered with the moments of agreements."""


@sweep("market.bill.issue", timedelta(minutes=1))
async def issue(runtime: Runtime) -> None:
    """Issue every bill that is due, then those of what came late after a subscription's end."""
    await invoicing.run(runtime)
    late = select(Subscription.id).join(UsageCounter, UsageCounter.subscription_id == Subscription.id)
    late = late.where(UsageCounter.stale, Subscription.bill_at.is_(None), Subscription.ended_at.is_not(None))
    await each(runtime, late.distinct(), invoicing.bill_one)


@sweep("market.bill.collect", timedelta(minutes=1))
async def collect(runtime: Runtime) -> None:
    """Pay bills from the balance of those who asked for that."""
    waiting = select(Bill.subscription_id).where(Bill.collect).distinct()
    await each(runtime, waiting.order_by(Bill.subscription_id), collecting.collect)


@sweep("market.bill.remind", timedelta(minutes=5))
async def remind(runtime: Runtime) -> None:
    """Take the steps of dunning whose day has come."""
    due = select(Bill.id).where(Bill.next_step_at <= runtime.clock.now())
    await each(runtime, due.order_by(Bill.next_step_at), dunning.remind)


@sweep("market.subscription.cancel", timedelta(minutes=1))
async def cancel(runtime: Runtime) -> None:
    """End the subscriptions whose last period is over."""
    over = Subscription.cancel_at <= runtime.clock.now()
    query = select(Subscription.id).where(Subscription.status.in_(RUNNING), over)
    await each(runtime, query.order_by(Subscription.cancel_at), end)


async def end(act: Act, subscription_id: str) -> bool:
    """A subscription that was cancelled is over with its period, and so is its agreement; says whether it was."""
    row = await subscriptions.held(act, subscription_id)
    if row.status not in RUNNING or row.cancel_at is None or row.cancel_at > act.at:
        return False
    reason = row.end_reason or "cancelled"
    await subscriptions.end(act, row, SubscriptionAction.CANCEL, reason)
    row.ended_at = row.cancel_at
    await terminate(act, row.agreement_id, f"the subscription was cancelled: {reason}")
    return True
