"""A process that computes for a run, and whoever looks meanwhile whether its answer is still wanted."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from channels.computing.engine.answers import Answer
from channels.computing.engine.files import NotComputed
from kernel.jobs.processes import ProcessDied, ProcessFailed

log: Final = structlog.get_logger("liutong.computing")

LOOK_SECONDS: Final = 0.5
"""How often a run that works looks whether its answer is still wanted."""


async def watched(working: Awaitable[Answer], is_wanted: Callable[[], Awaitable[bool]], run_id: str) -> Answer | None:
    """What a process answers; None where nothing came of it, or nobody wants it any more, and the process is ended."""
    task = asyncio.ensure_future(working)
    try:
        while not (await asyncio.wait([task], timeout=LOOK_SECONDS))[0]:
            if not await is_wanted():
                return None
        return task.result()
    except (NotComputed, ProcessDied, ProcessFailed, TimeoutError, MemoryError) as problem:
        log.warning("a run came to nothing", run=run_id, problem=type(problem).__name__)
        return None
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
