"""What a blocking client needs of the machine: the twin of what the one for asyncio has."""

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def in_thread(work: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
    """Do it here: nobody else waits."""
    return work(*args, **more)


def pause(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)
