"""What time does to auctions, and what becomes of a winner's deposit once its order is over."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.auctions import clock, deposits
from market.auctions.models import Auction, AuctionBidder
from market.auctions.states import AuctionState, BidderState
from market.orders.models import Order
from market.orders.states import OrderState


@sweep("market.auctions.lapse", every=timedelta(seconds=5))
async def lapse(runtime: Runtime) -> None:
    """Display, open, close, decide and end auctions, each at its time."""
    query = select(Auction.id).where(Auction.due_at <= runtime.clock.now())
    await each(runtime, query.order_by(Auction.due_at), clock.lapse)


@sweep("market.auctions.deposits", every=timedelta(minutes=1))
async def after_orders(runtime: Runtime) -> None:
    """Give back, or forfeit, the deposits of winners whose orders are paid or over."""
    held = AuctionBidder.status == BidderState.HELD
    query = select(Auction.id).join(AuctionBidder, AuctionBidder.auction_id == Auction.id)
    query = query.join(Order, Order.id == Auction.order_id)
    query = query.where(Auction.status == AuctionState.CONFIRMED, held, Order.status != OrderState.PLACED)
    await each(runtime, query.order_by(Auction.id), deposits.after_order)
