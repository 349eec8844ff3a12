"""The test clock (测试时钟): it advances the sandbox's time, and production has none."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from centre.sandbox.errors import TestClockOff
from centre.sandbox.models import SandboxClockRow
from centre.sandbox.schemas import AdvanceClock, ClockView
from kernel.act import Act
from kernel.db import locked
from kernel.errors import FieldError, InvalidInput
from kernel.identity.models import ApiKey
from kernel.log.record import record
from kernel.text import Text
from kernel.time.clock import Clock, SandboxClock, day_in_china
from kernel.time.workdays import add_working_days

_SOONER: Final = text(
    "UPDATE pgqueuer SET execute_after = execute_after - CAST(:ahead AS interval) WHERE status = 'queued'"
)


async def clock_view(session: AsyncSession, clock: Clock) -> ClockView:
    """The sandbox's present moment; raises TestClockOff outside it."""
    return _view(require(clock), (await session.scalars(select(SandboxClockRow))).one())


async def advance(act: Act, data: AdvanceClock, clock: Clock) -> ClockView:
    """Advance the sandbox's clock; raises TestClockOff outside it, InvalidInput where nothing is advanced."""
    sandbox = require(clock)
    if not (data.working_days or data.seconds):
        wanted = Text("请给出 working_days 或 seconds", "Give working_days or seconds")
        raise InvalidInput(errors=[FieldError("/working_days", wanted)])
    row = await locked(act.session, SandboxClockRow, "clk")
    today = day_in_china(sandbox.now())
    days = (add_working_days(today, data.working_days).on - today).days
    ahead = timedelta(days=days, seconds=data.seconds)
    row.offset_seconds += int(ahead.total_seconds())
    # Keys grow old by the world's clock: who tries out ten years of licences must not lock everybody out.
    await act.session.execute(update(ApiKey).values(expires_at=ApiKey.expires_at + ahead))
    # What waits on the queue waits by this clock: the next sample of a test, the next look at what is under way.
    await act.session.execute(_SOONER, {"ahead": ahead})
    sandbox.offset = timedelta(seconds=row.offset_seconds)
    later = replace(act, at=sandbox.now())
    record(later, "kernel.clock.advanced", "clk", facts={"working_days": data.working_days, "seconds": data.seconds})
    return _view(sandbox, row)


def require(clock: Clock) -> SandboxClock:
    """The clock, where it may be advanced."""
    if not isinstance(clock, SandboxClock):
        raise TestClockOff
    return clock


def _view(clock: SandboxClock, row: SandboxClockRow) -> ClockView:
    now = clock.now()
    return ClockView(now=now.isoformat(), day_in_china=day_in_china(now), offset_seconds=row.offset_seconds)
