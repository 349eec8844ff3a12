"""The process that looks at one file of unknown origin, with little memory and little time; nothing else is in it.

It is told on its standard input what to trust and what to look at, and says on its standard output what it found.
"""

import contextlib
import sys
from typing import Any, Final

import msgspec

from centre.verification.schemas import VerificationView, verification_view
from centre.verification.verify import examined
from kernel.documents.checks import FileUnreadable, Trust
from kernel.documents.verify import Statuses

MEMORY_BYTES: Final = 1_536 * 1024 * 1024
CPU_SECONDS: Final = 10


class Task(msgspec.Struct, frozen=True):
    """What to look at and by which keys."""

    data: bytes
    trust: dict[str, Any]
    lists: list[dict[str, Any]]


class Found(msgspec.Struct, frozen=True):
    """What was found, or why nothing could be."""

    view: VerificationView | None = None
    unreadable: str | None = None


def look(task: Task) -> Found:
    """Check the file."""
    try:
        trust = Trust.of(task.trust, "/v1/trust")
        statuses = [Statuses.of(each, trust) for each in task.lists]
        return Found(view=verification_view(examined(task.data, "upload", trust, statuses)))
    except FileUnreadable as problem:
        return Found(unreadable=str(problem)[:300])
    except (MemoryError, RecursionError):
        return Found(unreadable="it needs more memory than a document of ours")


def limit_memory() -> None:
    """Bound what a file may make this process unpack; what goes beyond ends as a file that cannot be read."""
    with contextlib.suppress(ImportError, ValueError):  # Windows has no such limit, and a lower one stays.
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def confine() -> None:
    """Give up what a check does not need: memory, time, new files."""
    limit_memory()
    try:
        import resource
    except ImportError:  # The parent's time limit still holds.
        return
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with contextlib.suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Look at one file."""
    confine()
    task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Task)
    sys.stdout.buffer.write(msgspec.msgpack.encode(look(task)))


if __name__ == "__main__":
    main()
