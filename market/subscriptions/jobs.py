"""What subscriptions do by themselves: a trial that nobody converts is over on its day."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.subscriptions import commands
from market.subscriptions.models import Subscription
from market.subscriptions.states import SubscriptionState


@sweep("market.subscription.lapse", timedelta(minutes=1))
async def lapse(runtime: Runtime) -> None:
    """End the trials whose days are over."""
    due = Subscription.trial_ends_at <= runtime.clock.now()
    query = select(Subscription.id).where(Subscription.status == SubscriptionState.TRIALING, due)
    await each(runtime, query.order_by(Subscription.trial_ends_at), commands.lapse)
