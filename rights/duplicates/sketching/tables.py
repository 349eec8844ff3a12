"""Opening a table in one pass and bounded memory: Parquet, Arrow, CSV in any usual encoding, JSON lines.

Large tables are thinned while they stream: rows are kept by a hash of their own values (see gates), and about half of
them go whenever what is kept outgrows the limits.
"""

import csv
import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.ipc
import pyarrow.json as pj
import pyarrow.parquet as pq

from rights.duplicates.sketching import measure
from rights.duplicates.sketching.hashing import SketchKey
from rights.duplicates.sketching.measure import Span
from rights.duplicates.sketching.sampling import Levels, choose, sampled_rows

_LEVEL_MAX: Final = 30
_BATCH: Final = 131_072
HEAD_BYTES: Final = 65_536
_BLOCK_BYTES: Final = 4 * 1024 * 1024
COMPRESSED: Final = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4"}
_ENCODINGS: Final = ("utf-8", "gb18030", "latin-1")
_RECORDS_TRIED: Final = 20
DELIMITERS: Final = (",", "\t", ";", "|")


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of a table is read and kept."""

    rows_kept_max: int
    cells_kept_max: int
    bytes_kept_max: int
    bytes_read_max: int
    columns_max: int


class Unreadable(ValueError):
    """The bytes are no table that we can read; the message never quotes them."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A table, or a known fraction of its rows, kept for their values in the gate columns."""

    frame: pl.DataFrame
    rows: int
    fraction: float
    gates: tuple[int, ...] = ()
    span: Span | None = None


@dataclass
class _Thinner:
    """Keeps the rows of a level, which rises whenever the limits are met."""

    limits: Limits
    key: SketchKey
    parts: list[tuple[Levels, pa.Table]] = field(default_factory=list)
    level: int = 0
    gates: list[int] = field(default_factory=list)
    rows: int = 0
    kept_bytes: int = 0
    kept_rows: int = 0
    read_bytes: int = 0
    span: Span | None = None

    def take(self, batch: pa.Table) -> None:
        """Take one batch; raises Unreadable when the table expands beyond the limit."""
        self.read_bytes += batch.nbytes
        if self.read_bytes > self.limits.bytes_read_max or batch.num_columns > self.limits.columns_max:
            raise Unreadable("the table is larger than the limits")
        self.span = measure.span_of(batch, self.span)
        if self.level:
            self._keep(*self._reaching(batch, self.rows))
        else:
            self._keep(np.zeros(0, dtype=np.uint8), batch)
        self.rows += batch.num_rows
        while self.level < _LEVEL_MAX and self._outgrown(batch.num_columns):
            self._rise()

    def _reaching(self, rows: pa.Table, start: int) -> tuple[Levels, pa.Table]:
        stays, levels = sampled_rows(rows, start, self.gates, self.level, self.key)
        # Taking rows copies them; a slice would keep all of its batch in memory.
        return levels, rows.take(stays)

    def _rise(self) -> None:
        self.level += 1
        parts, self.parts, self.kept_rows, self.kept_bytes = self.parts, [], 0, 0
        if self.level == 1:
            table = pa.concat_tables([part for _, part in parts], promote_options="permissive")
            self.gates = choose(table, self.key)
            self._keep(*self._reaching(table, 0))
            return
        for levels, part in parts:
            stays = np.flatnonzero(levels >= self.level)
            self._keep(levels[stays], part.take(stays))

    def _keep(self, levels: Levels, part: pa.Table) -> None:
        if part.num_rows:
            self.parts.append((levels, part))
            self.kept_rows += part.num_rows
            self.kept_bytes += part.nbytes

    def _outgrown(self, columns: int) -> bool:
        """Whether the limits are met; what cannot be kept whole is thinned to a third of them, for that is enough."""
        times = 3 if self.level else 1
        return (
            self.kept_rows * times > self.limits.rows_kept_max
            or self.kept_rows * times * columns > self.limits.cells_kept_max
            or self.kept_bytes * times > self.limits.bytes_kept_max
        )

    def sample(self) -> Sample:
        """What was kept, when everything has been taken."""
        if not self.parts:
            raise Unreadable("the table has no rows")
        frame = pl.from_arrow(pa.concat_tables([part for _, part in self.parts], promote_options="permissive"))
        assert isinstance(frame, pl.DataFrame)
        span = self.span
        if span is None and frame.height == self.rows:
            span = measure.span_of_texts(frame)
        return Sample(frame.rechunk(), self.rows, frame.height / self.rows, tuple(self.gates), span)


def read(path: Path, key: SketchKey, limits: Limits) -> Sample:
    """Read a table whatever its format, which its first bytes tell; raises Unreadable."""
    thinner = _Thinner(limits, key)
    with guarded():
        for batch in _batches(path):
            thinner.take(batch)
        return thinner.sample()


@contextmanager
def guarded() -> Iterator[None]:
    """Turn what the readers say of damaged bytes into Unreadable, without quoting the bytes."""
    try:
        yield
    except (
        pa.ArrowException,
        pl.exceptions.PolarsError,
        pl.exceptions.PanicException,
        OSError,
        LookupError,
        csv.Error,
    ) as damage:
        raise Unreadable(f"not a readable table ({type(damage).__name__})") from damage


def _batches(path: Path) -> Iterator[pa.Table]:
    with path.open("rb") as stream:
        magic = stream.read(8)
    if magic[:4] == b"PAR1":
        with pq.ParquetFile(path, memory_map=True) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                yield pa.Table.from_batches([_plain(batch)])
    elif magic[:6] == b"ARROW1":
        with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
            for index in range(file.num_record_batches):
                yield pa.Table.from_batches([_plain(file.get_batch(index))])
    else:
        yield from _text_batches(path, magic)


def _plain(batch: Any) -> Any:
    """Dictionaries of several batches differ, so their values are written out; names become positions."""
    arrays = [c.dictionary_decode() if pa.types.is_dictionary(c.type) else c for c in batch.columns]
    return pa.RecordBatch.from_arrays(arrays, names=[f"c{i}" for i in range(len(arrays))])


def _text_batches(path: Path, magic: bytes) -> Iterator[pa.Table]:
    packed: Any = next((name for start, name in COMPRESSED.items() if magic.startswith(start)), None)
    with ExitStack() as stack:

        def opened() -> Any:
            return stack.enter_context(pa.input_stream(str(path), compression=packed))

        head: bytes = opened().read(HEAD_BYTES)
        encoding = encoding_of(head)
        text = head.decode(encoding, errors="ignore").lstrip("\ufeff")
        if text.lstrip()[:1] in ("[", "<"):
            raise Unreadable("a document, not a table with one record a line")
        if text.lstrip()[:1] == "{":
            options = pj.ReadOptions(block_size=_BLOCK_BYTES)
            for batch in pj.open_json(opened(), read_options=options):
                yield pa.Table.from_batches([_plain(batch)])
        else:
            yield from _csv_batches(opened(), text, encoding)


def _csv_batches(source: Any, head: str, encoding: str) -> Iterator[pa.Table]:
    columns, delimiter = max((width(head, delimiter), delimiter) for delimiter in DELIMITERS)
    if columns == 0 or (columns == 1 and len(head.splitlines()) < 2):
        raise Unreadable("not a table")
    names = [f"c{i}" for i in range(columns)]
    # The header is a row like any other, since names do not matter; skipped as a row it may hold line breaks.
    read = pc.ReadOptions(block_size=_BLOCK_BYTES, encoding=encoding, column_names=names, skip_rows_after_names=1)
    parse = pc.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    convert = pc.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    for batch in pc.open_csv(source, read_options=read, parse_options=parse, convert_options=convert):
        yield pa.Table.from_batches([batch])


def width(head: str, delimiter: str) -> int:
    """How many columns the first records have under a delimiter; nought when they differ."""
    records = list(islice(csv.reader(io.StringIO(head), delimiter=delimiter), _RECORDS_TRIED))
    # The last record may be cut where the head ends, and blank lines are not records.
    widths = {len(record) for record in (records[:-1] or records) if record}
    return widths.pop() if len(widths) == 1 else 0


def encoding_of(head: bytes) -> str:
    """The first encoding that reads the beginning; a character cut at its end does not count."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8")):
        if head.startswith(mark):
            return encoding
    if b"\x00" in head:
        raise Unreadable("binary bytes of no known format")
    for encoding in _ENCODINGS:
        try:
            head[: len(head) - 4 if len(head) == HEAD_BYTES else None].decode(encoding)
        except UnicodeDecodeError as problem:
            if len(head) - problem.start > 8:
                continue
        return encoding
    return _ENCODINGS[-1]
