"""Where a request has something parsed or computed: a few processes with little memory and little time.

Nothing that a caller sends is parsed or computed on the event loop beyond what is cheap for any body of the allowed
size (decision 0045). The parties come in turn; too many who wait are told so at once, and nobody holds a database
connection while waiting: routes ask before their unit of work has said its first word to the database.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from kernel.jobs.child import Limits
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from kernel.jobs.processes import Answering, ProcessDied, called
from kernel.jobs.starting import Ready
from kernel.jobs.turns import Turns

R = TypeVar("R")

PLACES: Final = 2
WAITING_MAX: Final = 64
WAITING_EACH_MAX: Final = 24
"""Of one party: a third of the room."""
WAITING_IN_UNIT_MAX: Final = 4
"""Of one party within units of work: with those at work less than half of the connections there are."""
SECONDS: Final = 20.0
MEMORY_BYTES: Final = 4 * 1024**3
"""Addresses, of which the engines reserve about half before they do anything."""
LIMITS: Final = Limits(memory_bytes=MEMORY_BYTES, nice=5)


@dataclass(frozen=True, slots=True)
class Own:
    """A process for one call alone, for what could stay behind in it: how it gets ready, and what it may use."""

    ready: Ready
    limits: Limits


_TURNS: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, Turns]] = WeakKeyDictionary()


async def answer(
    function: Callable[..., R],
    *arguments: Any,
    party: str | None,
    seconds: float = SECONDS,
    in_unit: bool = False,
    answering: Answering | None = None,
    own: Own | None = None,
) -> R:
    """Call a function of plain values in a confined process; `in_unit` says that the caller holds a connection.

    With `answering` the function is given its caller first, whom it can ask; with `own` the process did nothing before
    but get ready, and does nothing after.

    Raises what it raised, ProcessingBusy when too many wait, and ProcessingTooCostly beyond its time or memory.
    """
    turns = _TURNS.setdefault(asyncio.get_running_loop(), Turns(PLACES))
    each = WAITING_IN_UNIT_MAX if in_unit else WAITING_EACH_MAX
    for waiting, most in ((turns.waiting, WAITING_MAX), (turns.waiting_of(party or ""), each)):
        if waiting >= most:
            raise ProcessingBusy(waiting_max=most, retry_after_seconds=5)
    async with turns.one(party or ""):
        try:
            limits, fresh = (own.limits, own.ready) if own is not None else (LIMITS, False)
            return await called(function, *arguments, seconds=seconds, limits=limits, fresh=fresh, answering=answering)
        except (TimeoutError, ProcessDied, MemoryError) as problem:
            raise ProcessingTooCostly(seconds=int(seconds), memory_mib=MEMORY_BYTES >> 20) from problem
