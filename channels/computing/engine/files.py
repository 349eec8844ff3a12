"""The files of a table in this process's memory, each with no more than what is to be read of it.

They are memory files that whoever started this process fills as it is asked to: of Parquet the footer first, then what
belongs to the columns that are named. What belongs to other columns stays a hole of zeros at its place, so that the
engine reads the file as it was written and none of the rest is here. Of CSV the whole is, or the head of it where only
the names of its columns are asked for.
"""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from kernel.jobs.child import Caller

_READERS: Final = {
    ".parquet": "read_parquet([{0}])",
    ".csv": "read_csv([{0}], header = true, all_varchar = true)",
}
SUFFIXES: Final = tuple(_READERS)
_MAGIC: Final = b"PAR1"
_TAIL_BYTES: Final = 8
"""At the end of a Parquet file: the length of its footer, and its magic."""

HEAD_BYTES: Final = 1024 * 1024
"""Of CSV, what its columns are told by: what storage deciphers at once."""

Span = tuple[int, int]


class NotComputed(Exception):
    """Nothing came of it; why is told to nobody, since the engine's words can hold values of the data."""


class Source(msgspec.Struct, frozen=True):
    """A table: what its file is called, by whose ending it is read, and how large the files are that it consists of.

    It is a registered file, or those that were made of it to the scope of a licence; `first` is the number of the first
    among all files that the process is given.
    """

    name: str
    sizes: tuple[int, ...]
    first: int = 0


class TableFiles:
    """The memory files of one table: its columns first, then filled with some of them."""

    def __init__(self, caller: Caller, source: Source) -> None:
        self._caller = caller
        self._source = source
        self._suffix = Path(source.name).suffix.lower()
        if self._suffix not in _READERS:
            raise NotComputed
        self._columns: list[str] = []
        self._handles = [caller.file(("file", number)) for number, _ in self._numbered()]

    @property
    def paths(self) -> list[str]:
        """Where the engine reads them."""
        return [f"/proc/self/fd/{handle}" for handle in self._handles]

    @property
    def reader(self) -> str:
        """How the engine reads them."""
        return _READERS[self._suffix].format(", ".join(f"'{path}'" for path in self.paths))

    def columns(self, engine: Any) -> list[str]:
        """The names of the table's columns, as the engine calls them."""
        if not self._columns:
            for at, (number, size) in enumerate(self._numbered()):
                self._fetch(number, self._footer(at, size) if self._suffix == ".parquet" else [(0, size)])
            self._columns = self.described(engine)
        return self._columns

    def keep_head(self) -> None:
        """Have in the files what their columns are told by, and no more: the footer, or so many whole lines of CSV."""
        for at, (number, size) in enumerate(self._numbered()):
            if self._suffix == ".parquet":
                self._fetch(number, self._footer(at, size))
            else:
                self._fetch(number, [(0, min(size, HEAD_BYTES))])
                if size > HEAD_BYTES:
                    os.ftruncate(self._handles[at], whole_lines(os.pread(self._handles[at], HEAD_BYTES, 0)))

    def described(self, engine: Any) -> list[str]:
        """The names of the columns, as the engine reads them in what is in the files."""
        described = engine.execute(f"DESCRIBE SELECT * FROM {self.reader}").fetchall()  # noqa: S608 - ours
        return [str(row[0]) for row in described]

    def fill(self, engine: Any, named: Collection[str]) -> None:
        """Have these columns in the files, and nothing more from then on."""
        columns = self.columns(engine)
        wanted = {name.casefold() for name in named}  # As the engine reads names.
        places = {at for at, name in enumerate(columns) if name.casefold() in wanted}
        for at, (number, size) in enumerate(self._numbered()):
            if self._suffix == ".parquet":
                self._fetch(number, _besides(_spans(engine, self.paths[at], len(columns), places), size))
            self._caller.ask(("sealed", number))

    def close(self) -> None:
        """Let go of them."""
        for handle in self._handles:
            os.close(handle)

    def _numbered(self) -> Iterator[tuple[int, int]]:
        return ((self._source.first + at, size) for at, size in enumerate(self._source.sizes))

    def _fetch(self, number: int, spans: Sequence[Span]) -> None:
        self._caller.ask(("spans", number, list(spans)))

    def _footer(self, at: int, size: int) -> list[Span]:
        """Where the footer lies, by the last bytes of the file."""
        if size < _TAIL_BYTES:
            raise NotComputed
        self._fetch(self._source.first + at, [(size - _TAIL_BYTES, size)])
        tail = os.pread(self._handles[at], _TAIL_BYTES, size - _TAIL_BYTES)
        begin = size - _TAIL_BYTES - int.from_bytes(tail[:4], "little")
        if tail[4:] != _MAGIC or begin < 0:
            raise NotComputed
        return [(begin, size - _TAIL_BYTES)]


@contextmanager
def files_of(caller: Caller, source: Source) -> Iterator[TableFiles]:
    """The files of a table, until the end of the block."""
    made = TableFiles(caller, source)
    try:
        yield made
    finally:
        made.close()


def whole_lines(head: bytes) -> int:
    """How many bytes of a piece of CSV are lines that it has whole: up to the last end of one that is outside quotes.

    Raises NotComputed where it has none.
    """
    end = at = 0
    for number, part in enumerate(head.split(b'"')):
        is_outside = number % 2 == 0
        last = max(part.rfind(b"\n"), part.rfind(b"\r")) if is_outside else -1
        end = at + last + 1 if last >= 0 else end
        at += len(part) + 1
    if not end:
        raise NotComputed
    return end


def _spans(engine: Any, path: str, width: int, named: Collection[int]) -> list[Span]:
    """Where the columns lie that are not named; a file whose columns the engine counts otherwise has none such."""
    schema = engine.execute("SELECT coalesce(num_children, 0) FROM parquet_schema(?)", [path]).fetchall()
    tops = _tops([int(row[0]) for row in schema])
    if tops and tops[-1] + 1 != width:
        return []
    asked = "SELECT column_id, dictionary_page_offset, data_page_offset, total_compressed_size FROM parquet_metadata(?)"
    spans = []
    for leaf, *begins, size in engine.execute(asked, [path]).fetchall():
        begin = min((each for each in begins if each), default=0)
        if tops[leaf] not in named and begin and size:
            spans.append((begin, begin + size))
    return sorted(spans)


def _tops(children: Sequence[int]) -> list[int]:
    """For each leaf of a schema, in its order, the number of the top column it is part of; the root comes first."""
    tops: list[int] = []
    open_: list[int] = []
    top = -1
    for count in children[1:]:
        if not open_:
            top += 1
        else:
            open_[-1] -= 1
        if count:
            open_.append(count)
        else:
            tops.append(top)
        while open_ and open_[-1] == 0:
            open_.pop()
    return tops


def _besides(spans: Sequence[Span], size: int) -> list[Span]:
    """What of a file is in none of some spans, which are sorted: it is fetched."""
    kept: list[Span] = []
    at = 0
    for begin, end in spans:
        if begin > at:
            kept.append((at, begin))
        at = max(at, end)
    return [*kept, (at, size)] if at < size else kept
