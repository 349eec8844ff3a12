"""The test clock (测试时钟): it advances the sandbox's time, and production has none."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta
from sqlalchemy import CheckConstraint, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from kernel.act import Act
from kernel.db import Base, locked
from kernel.errors import FieldError, Forbidden, InvalidInput
from kernel.http.guards import allow, public
from kernel.http.problems import problems
from kernel.identity.models import ApiKey
from kernel.log.record import record
from kernel.runtime import Runtime
from kernel.text import Text
from kernel.time.clock import SandboxClock, day_in_china
from kernel.time.workdays import add_working_days


class SandboxClockRow(Base):
    """How far the sandbox's clock is ahead; one row, shared by all processes."""

    __tablename__ = "sandbox_clock"
    __table_args__ = (
        CheckConstraint("id = 'clk'", name="single"),
        CheckConstraint("offset_seconds >= 0", name="ahead"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    offset_seconds: Mapped[int]


class TestClockOff(Forbidden):
    """The test clock exists in the sandbox only."""

    title = Text("测试时钟不可用", "There is no test clock here")
    detail = Text("测试时钟只存在于沙箱模式。", "The test clock exists in sandbox mode only.")
    rule = "LT-GEN-04"


class AdvanceClock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Advance by working days, by seconds, or both; only forward."""

    working_days: Annotated[int, Meta(ge=0, le=260)] = 0
    seconds: Annotated[int, Meta(ge=0, le=31_536_000)] = 0


class ClockView(msgspec.Struct, frozen=True):
    """The sandbox's time."""

    now: str
    day_in_china: date
    offset_seconds: int


_SOONER = text("UPDATE pgqueuer SET execute_after = execute_after - CAST(:ahead AS interval) WHERE status = 'queued'")


@get("/v1/sandbox/clock", opt=public(), responses=problems(TestClockOff))
async def get_clock(session: NamedDependency[AsyncSession], runtime: NamedDependency[Runtime]) -> ClockView:
    """测试时钟 · The sandbox's present moment."""
    if not isinstance(runtime.clock, SandboxClock):
        raise TestClockOff
    row = (await session.scalars(select(SandboxClockRow))).one()
    return _view(runtime.clock, row)


@post(
    "/v1/sandbox/clock/advance",
    opt=allow("kernel:clock:write"),
    status_code=200,
    responses=problems(TestClockOff),
)
async def advance_clock(
    data: JSONBody[AdvanceClock], runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> ClockView:
    """拨动测试时钟 · Advance the sandbox's clock."""
    if not isinstance(runtime.clock, SandboxClock):
        raise TestClockOff
    if not (data.working_days or data.seconds):
        wanted = Text("请给出 working_days 或 seconds", "Give working_days or seconds")
        raise InvalidInput(errors=[FieldError("/working_days", wanted)])
    row = await locked(act.session, SandboxClockRow, "clk")
    today = day_in_china(runtime.clock.now())
    days = (add_working_days(today, data.working_days).on - today).days
    ahead = timedelta(days=days, seconds=data.seconds)
    row.offset_seconds += int(ahead.total_seconds())
    # Keys grow old by the world's clock: who tries out ten years of licences must not lock everybody out.
    await act.session.execute(update(ApiKey).values(expires_at=ApiKey.expires_at + ahead))
    # What waits on the queue waits by this clock: the next sample of a test, the next look at what is under way.
    await act.session.execute(_SOONER, {"ahead": ahead})
    runtime.clock.offset = timedelta(seconds=row.offset_seconds)
    later = replace(act, at=runtime.clock.now())
    record(later, "kernel.clock.advanced", "clk", facts={"working_days": data.working_days, "seconds": data.seconds})
    return _view(runtime.clock, row)


def _view(clock: SandboxClock, row: SandboxClockRow) -> ClockView:
    now = clock.now()
    return ClockView(now=now.isoformat(), day_in_china=day_in_china(now), offset_seconds=row.offset_seconds)


ROUTES = [get_clock, advance_clock]
