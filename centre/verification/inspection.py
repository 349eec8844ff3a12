"""Looking at a file that anybody may send: JSON here and now, PDF and bundles in a confined process of their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from centre.verification.errors import DocumentTooLarge, DocumentUnreadable, VerificationBusy
from centre.verification.examination import CONFINED, Examination, Finding, examine
from centre.verification.schemas import VerificationView
from kernel.documents.routes import trust
from kernel.jobs import processes
from kernel.jobs.processes import ProcessDied
from kernel.runtime import Runtime
from rights.certificates import status_lists

FILE_BYTES_MAX: Final = 4 * 1024 * 1024
CHILDREN: Final = 2
WAITING: Final = 8
SECONDS: Final = 20.0
log: Final = structlog.get_logger("liutong.verification")
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
    task = Examination(data, await asyncio.to_thread(trust, runtime), await _lists(session))
    if data.lstrip()[:1] == b"{":
        outcome = await asyncio.to_thread(examine, task)
    else:
        places: Places = runtime.extras.setdefault(_PLACES, Places())
        async with places.one():
            outcome = await _apart(runtime, task)
    if outcome.view is None:
        raise DocumentUnreadable(why=outcome.unreadable)
    return outcome.view


async def _lists(session: AsyncSession) -> list[dict[str, Any]]:
    lists = [await status_lists.newest(session, year) for year in await status_lists.years(session)]
    return [each.body for each in lists if each is not None]


async def _apart(runtime: Runtime, task: Examination) -> Finding:
    """Run the check in a process that can be killed without anybody noticing."""
    try:
        return await processes.call(runtime, examine, task, seconds=SECONDS, limits=CONFINED)
    except (TimeoutError, ProcessDied):
        return Finding(unreadable="it takes more time or memory than a document of ours")
    except Exception:
        # Libraries meet strange files with exceptions of every kind: the file is at fault; the log says what it was.
        log.exception("a file could not be looked at")
        return Finding(unreadable="it cannot be read as a document of ours")
