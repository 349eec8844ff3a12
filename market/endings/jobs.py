"""What ends by itself: orders not paid or collected in time or declined, and listings whose rights or days are over."""

from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.commands import DECLINED
from contracts.successions import commands as successions
from contracts.successions.queries import passed_on
from kernel.db import unit
from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from kernel.time.clock import day_in_china
from market.endings import commands as endings
from market.endings import unused_fees
from market.endings.models import Termination
from market.endings.states import TerminationState
from market.endings.terminations import time_over
from market.listings import holding
from market.listings.models import Listing
from market.listings.states import ListingState
from market.orders.models import Order
from market.orders.states import OrderState
from market.subscriptions.models import Subscription
from rights.assets.models import Asset
from rights.changes import CHANGED


@sweep("orders.expire", every=timedelta(seconds=30))
async def expire(runtime: Runtime) -> None:
    """Let orders lapse that were not paid in time."""
    due = Order.payment_due_at <= runtime.clock.now()
    query = select(Order.id).where(Order.status == OrderState.PLACED, due).order_by(Order.payment_due_at)
    await each(runtime, query, endings.expire)


@sweep("market.terminations.time-over", every=timedelta(minutes=1))
async def terminations(runtime: Runtime) -> None:
    """Let notices take effect or lapse whose time is over."""
    over = Termination.due_at <= runtime.clock.now()
    query = select(Termination.id).where(Termination.status == TerminationState.NOTICED, over)
    await each(runtime, query.order_by(Termination.due_at), time_over)


@sweep("market.subscriptions.unused", every=timedelta(minutes=5))
async def unused(runtime: Runtime) -> None:
    """Give back what was paid in advance for the time after a subscription's end."""
    due = Subscription.unused_at <= runtime.clock.now()
    await each(runtime, select(Subscription.id).where(due).order_by(Subscription.unused_at), unused_fees.give_back)


@job(CHANGED)
async def title_changed(runtime: Runtime, payload: dict[str, str]) -> None:
    """Look again at every listing that rests on an asset; of those taken off, close what was not agreed yet."""
    async with unit(runtime.sessions) as session:
        listing_ids = await holding.resting_on(session, payload["asset"])
    for listing_id in listing_ids:
        await _look_again(runtime, listing_id)
    async with unit(runtime.sessions) as session:
        passed = await passed_on(session, payload["asset"])
    for agreement_id, grant_id in passed:
        async with runtime.act() as act:
            await successions.call(act, agreement_id, grant_id)
    for order_id in await _of_destroyed(runtime, payload["asset"]):
        async with runtime.act() as act:
            await endings.destroyed(act, order_id)


async def _look_again(runtime: Runtime, listing_id: str) -> None:
    async with runtime.act() as act:
        gone = await holding.look_again(act, listing_id)
        order_ids = await _open_orders(act.session, listing_id) if gone else []
    for order_id in order_ids:
        async with runtime.act() as act:
            await endings.withdraw(act, order_id)


async def _of_destroyed(runtime: Runtime, asset_id: str) -> list[str]:
    """The orders that wait for data that no longer exists."""
    query = (
        select(Order.id)
        .join(Asset, Asset.id == Order.asset_id)
        .where(Asset.id == asset_id, Asset.destroyed_at.is_not(None))
        .where(Order.status.in_((OrderState.PLACED, OrderState.PAID)))
    )
    async with unit(runtime.sessions) as session:
        return list(await session.scalars(query.order_by(Order.id)))


@sweep("listings.lapse", every=timedelta(minutes=1))
async def lapse(runtime: Runtime) -> None:
    """Look again at what is on the shelf, or held by the centre, on the day that something behind it is over."""
    today = day_in_china(runtime.clock.now())
    held = and_(Listing.status == ListingState.SUSPENDED, Listing.held_by.is_not(None), ~Listing.under_notice)
    due = or_(Listing.look_again_on.is_(None), Listing.look_again_on <= today)
    query = select(Listing.id).where(or_(Listing.status == ListingState.LISTED, held), due)
    await each(runtime, query.order_by(Listing.look_again_on.nulls_first(), Listing.id), holding.look_again)


@sweep("orders.uncollected", every=timedelta(minutes=1))
async def uncollected(runtime: Runtime) -> None:
    """End the waiting for buyers who were reminded and did not come."""
    due = Order.collect_due_at <= runtime.clock.now()
    query = select(Order.id).where(Order.status == OrderState.PAID, due).order_by(Order.collect_due_at)
    await each(runtime, query, endings.uncollected)


@job(DECLINED)
async def agreement_declined(runtime: Runtime, payload: dict[str, str]) -> None:
    """End the order behind an agreement that was declined."""
    async with runtime.act() as act:
        await endings.declined(act, payload["order"], payload["reason"])


async def _open_orders(session: AsyncSession, listing_id: str) -> list[str]:
    query = select(Order.id).where(Order.listing_id == listing_id, Order.status == OrderState.PLACED)
    return list(await session.scalars(query.order_by(Order.id)))
