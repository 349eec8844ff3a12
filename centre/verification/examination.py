"""Looking at one file of unknown origin; what it needs travels to a process with little memory and little time."""

from typing import Any, Final

import msgspec

from centre.verification.schemas import VerificationView, verification_view
from centre.verification.verify import examined
from kernel.documents.checks import FileUnreadable, Trust, parse_json
from kernel.documents.verify import Statuses, signed
from kernel.jobs.child import Limits

MEMORY_BYTES: Final = 1_536 * 1024 * 1024
CPU_SECONDS: Final = 10
CONFINED: Final = Limits(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS, file_bytes=0, nice=10)
UNSIGNED_BYTES_MAX: Final = 65_536
"""An unsigned calculation of this size takes less than two seconds at its costliest; a signed one may be larger."""


class Examination(msgspec.Struct, frozen=True):
    """What to look at and by which keys."""

    data: bytes
    trust: dict[str, Any]
    lists: list[dict[str, Any]]


class Finding(msgspec.Struct, frozen=True):
    """What was found, or why nothing could be."""

    view: VerificationView | None = None
    unreadable: str | None = None
    declined: int | None = None


def examine(task: Examination) -> Finding:
    """Check the file."""
    try:
        trust = Trust.of(task.trust, "/v1/trust")
        if len(task.data) > UNSIGNED_BYTES_MAX and not _may_be_computed(task.data, trust):
            return Finding(declined=UNSIGNED_BYTES_MAX)
        statuses = [Statuses.of(each, trust) for each in task.lists]
        return Finding(view=verification_view(examined(task.data, "upload", trust, statuses)))
    except FileUnreadable as problem:
        return Finding(unreadable=str(problem)[:300])
    except (MemoryError, RecursionError):
        return Finding(unreadable="it needs more memory than a document of ours")


def _may_be_computed(data: bytes, trust: Trust) -> bool:
    """Whether a trusted signature stands behind a file of JSON; other forms are small by what their readers admit."""
    if not data[:1024].lstrip().startswith(b"{"):
        return True
    document = parse_json(data).get("document")
    return isinstance(document, dict) and signed(document, trust)
