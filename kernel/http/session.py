"""One session dependency: one transaction for each request, committed by its provider before the answer leaves."""

from collections.abc import AsyncGenerator
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import unit
from kernel.runtime import Runtime
from kernel.time.clock import Clock


async def provide_session(state: State) -> AsyncGenerator[AsyncSession, None]:
    """Open the request's unit of work; whatever the handler raises rolls it back.

    It takes a connection with its first statement, so that a route may have a body read at the desk before that.
    """
    runtime: Runtime = state.runtime
    await runtime.tick()
    async with unit(runtime.sessions) as session:
        yield session


async def provide_runtime(state: State) -> Runtime:
    """The process's runtime."""
    runtime: Runtime = state.runtime
    return runtime


async def provide_clock(state: State) -> Clock:
    """The process's clock."""
    clock: Clock = state.runtime.clock
    return clock


async def provide_act(request: Request[Actor, None, Any], session: NamedDependency[AsyncSession]) -> Act:
    """What the caller does by this request: its unit of work, and one moment for all of it.

    It depends on the session alone: two dependencies at once cost a group of tasks.
    """
    runtime: Runtime = request.app.state.runtime
    return Act(session, request.user, runtime.clock.now(), runtime.issuer)


async def provide_actor(request: Request[Actor, None, Any]) -> Actor:
    """Who calls."""
    return request.user
