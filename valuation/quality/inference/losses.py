"""Which lines a draft left out because they are no records, told by the number that an editor shows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kernel.text import Text
from valuation.quality.reading.formats import dialect_for, lines_of
from valuation.quality.reading.opening import Table
from valuation.quality.reading.staging import Dialect

LINES_TOLD: Final = 50
"""Of more lines than this the number is told and the first."""


def lost(table: Table, path: Path) -> Text | None:
    """The lines of a file that are no records, with what is wrong with each; nothing where every line is one."""
    malformed = table.malformed
    if malformed is None or not malformed.count:
        return None
    if table.format == "csv":
        dialect = dialect_for(table.file, Dialect())
        found = lines_of(path, dialect.delimiter, table.encoding or "utf-8", malformed.numbers[:LINES_TOLD])
        columns = len(table.dtypes)
        zh = "，".join(f"第 {line} 行（{fields} 个字段，应为 {columns} 个）" for line, fields in found)
        en = ", ".join(f"line {line} ({fields} fields instead of {columns})" for line, fields in found)
    else:
        places = list(_json_lines(path, malformed.numbers[:LINES_TOLD]))
        reasons = dict(malformed.samples)
        why = [reasons.get(number, "") for number in malformed.numbers[:LINES_TOLD]]
        zh = "，".join(f"第 {line} 行" + (f"（{w}）" if w else "") for line, w in zip(places, why, strict=True))
        en = ", ".join(f"line {line}" + (f" ({w})" if w else "") for line, w in zip(places, why, strict=True))
    more = malformed.count - LINES_TOLD
    zh, en = zh + (f"，另有 {more} 行" if more > 0 else ""), en + (f" and {more} more" if more > 0 else "")
    return Text(
        f"{table.file} 有 {malformed.count} 行不成记录，起草时未计入：{zh}。",
        f"{malformed.count} lines of {table.file} are no records and were left out: {en}.",
    )


def _json_lines(path: Path, numbers: list[int]) -> Iterator[int]:
    """The lines of records in a file of JSON lines, where empty lines hold none."""
    wanted, record = set(numbers), 0
    with path.open("rb") as stream:
        for line, text in enumerate(stream, 1):
            record += bool(text.strip())
            if text.strip() and record in wanted:
                yield line
