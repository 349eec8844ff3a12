"""A page of a published table, file by file in processes for what requests compute; nothing of it on the event loop."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from channels.publishing.queries import FileRow
from channels.querying.errors import RowTooLarge, TooManyQueries
from channels.querying.reading import FilePart, read_part
from channels.querying.rules import Querying, Question
from kernel.jobs import desk
from kernel.jobs.errors import ProcessingTooCostly
from kernel.runtime import Runtime
from kernel.storage.errors import FileUnavailable

SECONDS: Final = 10.0
"""What opening and reading the files of a page may take; waiting for one's turn is not counted."""
_EXTRAS: Final = "channels.querying.under-way"


@dataclass(frozen=True, slots=True)
class PageSpec:
    """What is read of a table: a question's rows from a row's number on, as many as a page may have, for whom."""

    question: Question
    start: int
    rows_max: int
    party: str


@dataclass(slots=True)
class TablePage:
    """Rows as JSON objects, and the number of the row at which the next page begins; None at the table's end."""

    rows: list[bytes] = field(default_factory=list)
    next_row: int | None = None

    @property
    def size_bytes(self) -> int:
        """What the rows come to, with what stands between them."""
        return sum(len(row) + 1 for row in self.rows)


@contextmanager
def under_way(runtime: Runtime, agreement_id: str, rules: Querying) -> Iterator[None]:
    """Count a query among those of its agreement in this process, whose places they take; raises TooManyQueries."""
    counts: Counter[str] = runtime.extras.setdefault(_EXTRAS, Counter())
    if counts[agreement_id] >= rules.at_once_max:
        raise TooManyQueries(limit=rules.at_once_max, retry_after_seconds=rules.retry_after_seconds)
    counts[agreement_id] += 1
    try:
        yield
    finally:
        counts[agreement_id] -= 1
        if not counts[agreement_id]:
            del counts[agreement_id]


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of a file that are looked at, from number `start` up to `end`; its first is row `begin` of the table."""

    file: FileRow
    begin: int
    start: int
    end: int


def pieces(
    files: Sequence[FileRow], read: Sequence[bool], start: int, window_rows: int
) -> tuple[list[Piece], int | None]:
    """What is looked at from a row on in files that are read, and the row at which the window ends, if it does."""
    found: list[Piece] = []
    begin = 0
    for file, is_read in zip(files, read, strict=True):
        first = max(start - begin, 0)
        if is_read and first < file.rows:
            last = min(file.rows, first + window_rows)
            if first < last:
                found.append(Piece(file, begin, first, last))
            if last < file.rows:
                return found, begin + last
            window_rows -= last - first
        begin += file.rows
    return found, None


async def read_page(
    runtime: Runtime, files: Sequence[FileRow], read: Sequence[bool], spec: PageSpec, rules: Querying
) -> TablePage:
    """A page out of those files of a table that are `read`, in order; it ends where it is full, or its window does.

    Raises RowTooLarge, ProcessingBusy, ProcessingTooCostly beyond its time or memory, FileDestroyed, FileUnavailable
    and KeysUnavailable.
    """
    page, left, total = TablePage(), _Left(SECONDS), sum(file.rows for file in files)
    looked_at, page.next_row = pieces(files, read, spec.start, rules.window_rows)
    for piece in looked_at:
        part = await _part(runtime, piece, spec, page, rules, left)
        page.rows += part.rows
        after = piece.begin + (part.ends[-1] if part.ends else piece.start)
        if part.oversized is not None and not page.rows:
            raise RowTooLarge(row=piece.begin + part.oversized, limit_bytes=rules.answer_bytes_max)
        if part.oversized is not None or len(page.rows) == spec.rows_max:
            page.next_row = after if after < total else None
            break
    return page


@dataclass(slots=True)
class _Left:
    """The seconds that are left of what opening and reading may take."""

    seconds: float

    def take(self, seconds: float) -> None:
        self.seconds -= seconds
        if self.seconds <= 0:
            raise ProcessingTooCostly(seconds=int(SECONDS), memory_mib=desk.MEMORY_BYTES >> 20)


async def _part(
    runtime: Runtime, piece: Piece, spec: PageSpec, page: TablePage, rules: Querying, left: _Left
) -> FilePart:
    room = spec.rows_max - len(page.rows), rules.answer_bytes_max - page.size_bytes
    async with _opened(runtime, piece.file, left) as path:
        arguments = (str(path), spec.question, piece.start, piece.end, *room)
        part = await desk.answer(read_part, *arguments, party=spec.party, seconds=left.seconds)
    left.take(part.seconds)
    return part


@asynccontextmanager
async def _opened(runtime: Runtime, file: FileRow, left: _Left) -> AsyncIterator[Path]:
    """A file as a path, the time that opening it took counted; raises FileUnavailable for one that is not there."""
    began = time.monotonic()
    try:
        async with runtime.storage.local_path(file.storage_key) as path:
            left.take(time.monotonic() - began)
            yield path
    except FileNotFoundError as problem:
        raise FileUnavailable from problem
