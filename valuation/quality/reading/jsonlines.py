"""JSON lines: one object on each line, nested ones flattened as the contract declares them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from kernel.text import Text
from valuation.quality.errors import CorruptFile, DataTooLarge
from valuation.quality.policy import Limits
from valuation.quality.reading.nesting import flat_record, is_nested
from valuation.quality.reading.records import Records
from valuation.quality.reading.staging import Declared, Malformed, Staged, Writer, check_columns

LINE_BYTES_MAX = 8 << 20
DEPTH_MAX = 64
HELD_BYTES_MAX = 32 << 20
"""Of lines whose records are in memory together; as objects they take some twenty times as much."""

Flat = dict[str, list[tuple[int, dict[str, Any]]]]
"""Records by the name of their table."""


def stage(file: str, path: Path, folder: Path, declared: Declared, limits: Limits) -> Staged:
    """Read every record twice: first for the columns there are, then for their values."""
    columns = _columns(file, path, declared, limits)
    malformed, root = Malformed(0, [], []), declared.object
    if not columns[root.name]:
        raise CorruptFile(file=file, reason=_nothing(file, path))
    check_columns(file, tuple(columns[root.name]), limits)
    targets = {table.name: folder / f"staged-{n}.parquet" for n, table in enumerate((root, *declared.items))}
    size = path.stat().st_size
    writers = {table.name: Writer(file, size, targets[table.name], table, limits) for table in (root, *declared.items)}
    records = {name: Records(writer, tuple(columns[name])) for name, writer in writers.items()}
    held = 0
    for size, flat in _flat(file, path, declared, malformed):
        for name, rows in flat.items():
            for number, record in rows:
                records[name].add(number, record)
        held += size
        if held > HELD_BYTES_MAX:
            held = 0
            for each in records.values():
                each.flush()
    for name, writer in writers.items():
        records[name].flush()
        writer.close(may_be_empty=name != root.name)
    items = {
        table.name: Staged(
            targets[table.name], writers[table.name].rows, tuple(columns[table.name]), "utf-8", Malformed(0, [], []), {}
        )
        for table in declared.items
    }
    return Staged(targets[root.name], writers[root.name].rows, tuple(columns[root.name]), "utf-8", malformed, items)


def _nothing(file: str, path: Path) -> Text:
    """What is wrong with a file that names no fields."""
    malformed = Malformed(0, [], [])
    if any(True for _ in lines(file, path, malformed)) or not malformed.samples:
        return Text("其中的对象没有任何字段", "its objects have no fields")
    number, reason = malformed.samples[0]
    return Text(
        f"{malformed.count} 行中没有一行是 JSON 对象（第 {number} 条：{reason}）",
        f"none of its {malformed.count} lines is a JSON object (record {number}: {reason})",
    )


def _columns(file: str, path: Path, declared: Declared, limits: Limits) -> dict[str, dict[str, None]]:
    """The columns of every table in the order in which they first occur; hostile files stop at the limit."""
    columns: dict[str, dict[str, None]] = {table.name: {} for table in (declared.object, *declared.items)}
    for _, flat in _flat(file, path, declared, Malformed(0, [], [])):
        for name, rows in flat.items():
            for _, record in rows:
                columns[name].update(dict.fromkeys(record))
            if len(columns[name]) > limits.columns_max:
                raise DataTooLarge(file=file, measure="columns", value=len(columns[name]), limit=limits.columns_max)
    return columns


def _flat(file: str, path: Path, declared: Declared, malformed: Malformed) -> Iterator[tuple[int, Flat]]:
    root, nested = declared.object, is_nested(declared.object)
    for number, size, record in lines(file, path, malformed):
        if nested:
            plain, held = flat_record(number, record, root, declared.items)
            yield size, {root.name: [(number, plain)], **held}
        else:
            yield size, {root.name: [(number, record)]}


def lines(file: str, path: Path, malformed: Malformed) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Give every record with its place and the bytes of its line; what is none is noted."""
    number = 0
    with path.open("rb") as stream:
        while line := stream.readline(LINE_BYTES_MAX):
            if len(line) >= LINE_BYTES_MAX:
                value = f"≥ {LINE_BYTES_MAX}"
                raise DataTooLarge(file=file, measure=f"bytes of line {number + 1}", value=value, limit=LINE_BYTES_MAX)
            if not line.strip():
                continue
            number += 1
            try:
                record = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
                malformed.add(file, number, str(error)[:120])
                continue
            if line.count(b"[") + line.count(b"{") > DEPTH_MAX and _deeper(record, DEPTH_MAX):
                malformed.add(file, number, f"nested deeper than {DEPTH_MAX} levels")
            elif isinstance(record, dict):
                yield number - 1, len(line), record
            else:
                malformed.add(file, number, "no JSON object")


def _deeper(record: Any, levels: int) -> bool:
    """Say whether values are nested deeper than this, without descending by recursion."""
    level = [record]
    for _ in range(levels + 1):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True
