"""What a client on an event loop needs of the machine; its blocking twin is written by hand."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
    """Do what would hold up the loop in a thread."""
    return await asyncio.to_thread(work, *args, **more)


async def pause(seconds: float) -> None:
    """Wait, and let others work."""
    await asyncio.sleep(seconds)
