"""What the gateway does by itself: calls that nobody settled expire, and days that are over get their receipts."""

from datetime import timedelta

from sqlalchemy import func, select

from channels.gateway import commands
from channels.gateway.models import GatewayCall, GatewayDay
from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from kernel.time.clock import day_in_china, start_of_day_in_china


@sweep("channels.gateway.expire", every=timedelta(minutes=1))
async def expire(runtime: Runtime) -> None:
    """End the calls whose process died, or whose outcome was not told in time: they are not charged."""
    due = (GatewayCall.state == "reserved") & (GatewayCall.expires_at <= runtime.clock.now())
    await each(runtime, select(GatewayCall.id).where(due).order_by(GatewayCall.expires_at), commands.expire)


@sweep("channels.gateway.close-days", every=timedelta(minutes=10))
async def close_days(runtime: Runtime) -> None:
    """Draw the receipts of days that are over."""
    over = start_of_day_in_china(day_in_china(runtime.clock.now() - commands.DAY_RESTS))
    day = func.date(func.timezone("Asia/Shanghai", GatewayCall.ended_at))
    drawn = select(GatewayDay.day).where(GatewayDay.agreement_id == GatewayCall.agreement_id, GatewayDay.day == day)
    waiting = select(GatewayCall.agreement_id).where(GatewayCall.ended_at < over, ~drawn.exists()).distinct()
    await each(runtime, waiting.order_by(GatewayCall.agreement_id), commands.close_day)
