"""One session dependency: one transaction for each request, committed by its provider before the answer leaves."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import unit
from kernel.runtime import Runtime
from kernel.time.clock import Clock, SandboxClock


async def provide_session(state: State) -> AsyncGenerator[AsyncSession, None]:
    """Open the request's unit of work; whatever the handler raises rolls it back."""
    runtime: Runtime = state.runtime
    async with unit(runtime.sessions) as session:
        if isinstance(runtime.clock, SandboxClock):
            seconds = await session.scalar(text("SELECT offset_seconds FROM sandbox_clock"))
            runtime.clock.offset = timedelta(seconds=int(seconds or 0))
        yield session


async def provide_runtime(state: State) -> Runtime:
    """The process's runtime."""
    runtime: Runtime = state.runtime
    return runtime


async def provide_clock(state: State) -> Clock:
    """The process's clock."""
    clock: Clock = state.runtime.clock
    return clock


async def provide_act(
    request: Request[Actor, None, Any],
    session: NamedDependency[AsyncSession],
    runtime: NamedDependency[Runtime],
) -> Act:
    """What the caller does by this request: its unit of work, and one moment for all of it."""
    return Act(session, request.user, runtime.clock.now(), runtime.issuer)


async def provide_actor(request: Request[Actor, None, Any]) -> Actor:
    """Who calls."""
    return request.user
