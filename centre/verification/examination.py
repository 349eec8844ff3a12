"""Looking at one file of unknown origin; what it needs travels to a process with little memory and little time."""

from typing import Any, Final

import msgspec

from centre.verification.schemas import VerificationView, verification_view
from centre.verification.verify import examined
from kernel.documents.checks import FileUnreadable, Trust
from kernel.documents.verify import Statuses
from kernel.jobs.child import Limits

MEMORY_BYTES: Final = 1_536 * 1024 * 1024
CPU_SECONDS: Final = 10
CONFINED: Final = Limits(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS, file_bytes=0)


class Examination(msgspec.Struct, frozen=True):
    """What to look at and by which keys."""

    data: bytes
    trust: dict[str, Any]
    lists: list[dict[str, Any]]


class Finding(msgspec.Struct, frozen=True):
    """What was found, or why nothing could be."""

    view: VerificationView | None = None
    unreadable: str | None = None


def examine(task: Examination) -> Finding:
    """Check the file."""
    try:
        trust = Trust.of(task.trust, "/v1/trust")
        statuses = [Statuses.of(each, trust) for each in task.lists]
        return Finding(view=verification_view(examined(task.data, "upload", trust, statuses)))
    except FileUnreadable as problem:
        return Finding(unreadable=str(problem)[:300])
    except (MemoryError, RecursionError):
        return Finding(unreadable="it needs more memory than a document of ours")
