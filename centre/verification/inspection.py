"""Looking at a file that anybody may send: JSON here and now, PDF and bundles in a confined process of their own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from centre.verification.child import Found, Task, look
from centre.verification.errors import DocumentTooLarge, DocumentUnreadable, VerificationBusy
from centre.verification.schemas import VerificationView
from kernel.documents.routes import trust
from kernel.runtime import Runtime
from rights.certificates import standing

FILE_BYTES_MAX: Final = 4 * 1024 * 1024
CHILDREN: Final = 2
WAITING: Final = 8
SECONDS: Final = 20.0
_PLACES: Final = "centre.verification.places"


class Places:
    """The few places for confined processes, and how many wait for one."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(CHILDREN)
        self._waiting = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Hold a place; raises VerificationBusy when too many wait already."""
        if self._waiting >= WAITING:
            raise VerificationBusy(retry_after_seconds=5)
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()


async def inspect(session: AsyncSession, runtime: Runtime, data: bytes) -> VerificationView:
    """Check a file against this centre's keys and its present status lists; raises DocumentUnreadable."""
    if len(data) > FILE_BYTES_MAX:
        raise DocumentTooLarge(limit_bytes=FILE_BYTES_MAX)
    task = Task(data, await asyncio.to_thread(trust, runtime), await _lists(session))
    if data.lstrip()[:1] == b"{":
        outcome = await asyncio.to_thread(look, task)
    else:
        places: Places = runtime.extras.setdefault(_PLACES, Places())
        async with places.one():
            outcome = await _apart(task)
    if outcome.view is None:
        raise DocumentUnreadable(why=outcome.unreadable)
    return outcome.view


async def _lists(session: AsyncSession) -> list[dict[str, Any]]:
    lists = [await standing.newest(session, year) for year in await standing.years(session)]
    return [each.body for each in lists if each is not None]


async def _apart(task: Task) -> Found:
    """Run the check in a process that can be killed without anybody noticing."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "centre.verification.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        answer, _ = await asyncio.wait_for(child.communicate(msgspec.msgpack.encode(task)), SECONDS)
        return msgspec.msgpack.decode(answer, type=Found)
    except (TimeoutError, msgspec.MsgspecError, ConnectionError):
        return Found(unreadable="it takes more time or memory than a document of ours")
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
