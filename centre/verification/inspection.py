"""Looking at a file that anybody may send: always in a confined process, and only where its first bytes promise one.

JSON goes to a process that is kept warm; PDF, spreadsheets and bundles, which are read by native code, to one of
their own that does nothing after. No database connection is held meanwhile.
"""

import asyncio
from typing import Any, Final

import structlog

from centre.verification.budget import Budget
from centre.verification.errors import (
    DocumentTooLarge,
    DocumentUnreadable,
    RecomputationDeclined,
    VerificationBusy,
)
from centre.verification.examination import CONFINED, Examination, Finding, examine
from centre.verification.schemas import VerificationView
from kernel.documents.routes import trust
from kernel.jobs import processes
from kernel.jobs.processes import ProcessDied
from kernel.jobs.turns import Turns
from kernel.runtime import Runtime
from rights.certificates import status_lists

FILE_BYTES_MAX: Final = 4 * 1024 * 1024
CHILDREN: Final = 2
WAITING: Final = 8
WAITING_EACH: Final = 4
"""Of one address: it leaves room for others."""
SECONDS: Final = 20.0
"""On the wall clock: twice the processor time that a file may cost, which a process of a quiet machine never takes."""
log: Final = structlog.get_logger("liutong.verification")
UNKNOWN: Final = "it is neither JSON nor a PDF, a spreadsheet or an evidence bundle"


async def inspect(runtime: Runtime, address: str, data: bytes) -> VerificationView:
    """Check a file against this centre's keys and its present status lists.

    Raises DocumentUnreadable, RecomputationDeclined, VerificationsExceeded and VerificationBusy.
    """
    if len(data) > FILE_BYTES_MAX:
        raise DocumentTooLarge(limit_bytes=FILE_BYTES_MAX)
    budget: Budget = runtime.extras.setdefault(
        "centre.verification.budget", Budget(runtime.settings.verifications_per_minute)
    )
    budget.spend(address)
    beginning = data[:1024].lstrip()
    is_json = beginning.startswith(b"{")
    if not is_json and not data.startswith((b"PK\x03\x04", b"%PDF-")):
        raise DocumentUnreadable(why=UNKNOWN)
    turns: Turns = runtime.extras.setdefault("centre.verification.turns", Turns(CHILDREN))
    if turns.waiting >= WAITING or turns.waiting_of(address) >= WAITING_EACH:
        raise VerificationBusy(retry_after_seconds=5)
    async with turns.one(address):
        task = Examination(data, await asyncio.to_thread(trust, runtime), await _lists(runtime))
        outcome = await _apart(task, fresh=not is_json)
    if outcome.declined is not None:
        raise RecomputationDeclined(limit_bytes=outcome.declined)
    if outcome.view is None:
        raise DocumentUnreadable(why=outcome.unreadable)
    return outcome.view


async def _lists(runtime: Runtime) -> list[dict[str, Any]]:
    """The present status lists, in a unit that has ended when looking begins."""
    async with runtime.sessions() as session:
        lists = [await status_lists.newest(session, year) for year in await status_lists.years(session)]
        return [each.body for each in lists if each is not None]


async def _apart(task: Examination, *, fresh: bool) -> Finding:
    """Run the check in a process that can be killed without anybody noticing; raises VerificationBusy."""
    try:
        return await processes.called(examine, task, seconds=SECONDS, limits=CONFINED, fresh=fresh)
    except TimeoutError as late:
        # A file that costs too much has used up its processor time before: this machine has too much else to do.
        raise VerificationBusy(retry_after_seconds=5) from late
    except ProcessDied:
        return Finding(unreadable="it takes more time or memory than a document of ours")
    except Exception:
        # Libraries meet strange files with exceptions of every kind: the file is at fault; the log says what it was.
        log.exception("a file could not be looked at")
        return Finding(unreadable="it cannot be read as a document of ours")
