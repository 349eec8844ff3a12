"""What a file really is, told before a reader stumbles over it, and one clear name for what readers say of damage."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from xml.parsers.expat import ExpatError

import duckdb
import polars as pl
import pyarrow as pa
from python_calamine import CalamineError

from kernel.text import Text
from valuation.quality.errors import CorruptFile

_DAMAGE = (
    pa.ArrowException,
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    duckdb.Error,
    zipfile.BadZipFile,
    zlib.error,
    CalamineError,
    UnicodeError,
    EOFError,
    ExpatError,
    OSError,
    RecursionError,
    NotImplementedError,
)
"""How the readers say it; a name in a footer and a compression that nobody knows included."""
_HEAD_BYTES: Final = 4096
_PACKED: Final = {
    b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "Zstandard", b"\xfd7zXZ": "xz", b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
}  # fmt: skip
_ELSE: Final = {
    b"PAR1": ("parquet", Text("是 Parquet 文件，请用扩展名 .parquet", "it is Parquet; name it .parquet")),
    b"PK\x03\x04": (
        "xlsx",
        Text("是 zip 压缩包或 XLSX 工作簿，请用扩展名 .zip 或 .xlsx", "it is a zip or an XLSX workbook; name it so"),
    ),
    b"\xd0\xcf\x11\xe0": (
        "xls",
        Text("是旧版 Excel（.xls），请另存为 .xlsx", "it is a workbook of old Excel (.xls); save it as .xlsx"),
    ),
    b"%PDF": ("pdf", Text("是 PDF，不是数据表", "it is a PDF, which is no table")),
}
_PAGE: Final = re.compile(rb"<(!doctype html|html|table)", re.I)
_ARRAY: Final = Text(
    "是一个 JSON 数组；请每行写一个对象（JSON 行，.jsonl），例如 jq -c '.[]' x.json > x.jsonl",
    "it is one JSON array; write one object on each line (JSON lines, .jsonl), as jq -c '.[]' x.json > x.jsonl does",
)
_OBJECT: Final = Text(
    "是跨多行的 JSON；请每行写一个对象（JSON 行，.jsonl），例如 jq -c . x.json > x.jsonl",
    "it is JSON over several lines; write one object on each line (JSON lines), as jq -c . x.json > x.jsonl does",
)
_ENDLESS: Final = Text(
    "有一条记录超过 8 MB，多半是某处引号没有闭合",
    "one record is longer than 8 MB; most likely a quotation mark is not closed",
)
_LINES: Final = Text("是 JSON 行，请用扩展名 .jsonl", "it is JSON lines; name it .jsonl")


def check_kind(file: str, path: Path, claimed: str) -> None:
    """Refuse a file whose first bytes are those of something else than its name claims; says what it is and the cure.

    A format is only ever told by the name: what is guessed from bytes would be read in a way that nobody declared.
    """
    with guarded(file), path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    reason = _other_kind(head.removeprefix(b"\xef\xbb\xbf").lstrip(), claimed) if head else None
    if not head:
        reason = Text("文件为空（0 字节）", "it is empty (0 bytes)")
    elif reason is None and claimed == "parquet" and not head.startswith(b"PAR1"):
        end = Path(file).suffix or "—"
        reason = Text(
            f"不是 Parquet（开头不是 PAR1），扩展名 {end} 也不是可读取的格式",
            f"it is no Parquet (it does not begin with PAR1), and its extension {end} is of no format that is read",
        )
        if end.lower() == ".parquet":
            reason = Text("不是 Parquet：开头不是 PAR1", "it is no Parquet: it does not begin with PAR1")
    if reason is not None:
        raise CorruptFile(file=file, reason=reason)


def _other_kind(head: bytes, claimed: str) -> Text | None:
    for begins, name in _PACKED.items():
        if head.startswith(begins):
            return Text(
                f"是 {name} 压缩文件；请先解压，或改用 zip", f"it is packed with {name}; unpack it, or send a zip"
            )
    for begins, (kind, reason) in _ELSE.items():
        if head.startswith(begins) and kind != claimed:
            return reason
    if _PAGE.match(head):
        return Text("是网页（HTML），不是数据表；请导出数据本身", "it is a web page (HTML); export the data itself")
    if re.match(rb"\[\s*([\[{]|$)", head):
        return _ARRAY
    if claimed != "jsonl" and re.match(rb'\{\s*"', head):
        return _LINES if _one_line(head) else _OBJECT
    return _OBJECT if claimed == "jsonl" and re.match(rb"\{[ \t]*\r?\n", head) else None


def _one_line(head: bytes) -> bool:
    return b"\n" not in head or head.partition(b"\n")[0].rstrip().endswith(b"}")


@contextmanager
def guarded(file: str) -> Iterator[None]:
    """Turn what the readers say about damaged bytes into CorruptFile; also a panic of a native reader."""
    try:
        yield
    except _DAMAGE as damage:
        words = " ".join(str(damage).split())[:200].rstrip(". ")
        if "straddl" in words:  # Arrow's word for a record that is longer than its blocks.
            raise CorruptFile(file=file, reason=_ENDLESS) from damage
        reason = Text(
            f"内容已损坏（读取程序的原话：{words}）", f"its content is damaged (in the reader's words: {words})"
        )
        raise CorruptFile(file=file, reason=reason) from damage
