"""The test clock over HTTP."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from centre.sandbox import commands
from centre.sandbox.errors import TestClockOff
from centre.sandbox.schemas import AdvanceClock, ClockView
from kernel.act import Act
from kernel.http.guards import allow, public
from kernel.http.problems import problems
from kernel.runtime import Runtime


@get("/v1/sandbox/clock", opt=public(), responses=problems(TestClockOff))
async def get_clock(session: NamedDependency[AsyncSession], runtime: NamedDependency[Runtime]) -> ClockView:
    """测试时钟 · The sandbox's present moment."""
    return await commands.clock_view(session, runtime.clock)


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
    return await commands.advance(act, data, runtime.clock)


ROUTES = [get_clock, advance_clock]
