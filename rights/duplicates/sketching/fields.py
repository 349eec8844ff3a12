"""The names of a table's fields, as its file writes them: what tells that an update still has the declared fields."""

import csv
import io
import json
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from rights.duplicates.sketching.tables import (
    COMPRESSED,
    DELIMITERS,
    HEAD_BYTES,
    Limits,
    Unreadable,
    encoding_of,
    guarded,
    width,
)

NAME_CHARS_MAX: Final = 200


def fields_of(path: Path, limits: Limits) -> list[str]:
    """The names in the file's order; raises Unreadable for what is no table, or has more columns than the limits."""
    with guarded():
        names = _names(path)
    if len(names) > limits.columns_max:
        raise Unreadable("the table is larger than the limits")
    return [name[:NAME_CHARS_MAX] for name in names]


def _names(path: Path) -> list[str]:
    with path.open("rb") as stream:
        magic = stream.read(8)
    if magic[:4] == b"PAR1":
        return list(pq.read_schema(path).names)
    if magic[:6] == b"ARROW1":
        with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
            return list(file.schema.names)
    return _of_text(path, magic)


def _of_text(path: Path, magic: bytes) -> list[str]:
    packed: Any = next((name for start, name in COMPRESSED.items() if magic.startswith(start)), None)
    with pa.input_stream(str(path), compression=packed) as stream:
        head: bytes = stream.read(HEAD_BYTES)
    text = head.decode(encoding_of(head), errors="ignore").lstrip("\ufeff")
    if text.lstrip()[:1] == "{":
        return _of_record(text.lstrip().partition("\n")[0])
    widest, delimiter = max((width(text, delimiter), delimiter) for delimiter in DELIMITERS)
    if widest == 0:
        raise Unreadable("not a table")
    return next(csv.reader(io.StringIO(text), delimiter=delimiter))


def _of_record(line: str) -> list[str]:
    """The keys of the first record of a file with one record a line."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as damage:
        raise Unreadable(f"not a readable table ({type(damage).__name__})") from damage
    return [str(name) for name in record]
