"""The report for machines inside the workbook: JSON in the cells of a hidden sheet, which any program keeps."""

import io
import zipfile
from typing import Any, Final

from kernel.crypto.canonical import sha256_hex
from kernel.documents.checks import FileUnreadable
from valuation.reports.forms.workbook.styles import Book

SHEET: Final = "JSON"
MARK: Final = "liutong-report-json"
BYTES_MAX: Final = 16 * 1024 * 1024
_PIECE: Final = 8_000
"""A cell holds at most 32,767 UTF-16 units; pieces are far below it, so that no program cuts one."""
_UNPACKED_MAX: Final = 128 * 1024 * 1024
_MEMBERS_MAX: Final = 200


def attach(book: Book, attached: bytes) -> None:
    """Put the JSON into a sheet that is not shown."""
    sheet, words = book.workbook.add_worksheet(SHEET), attached.decode("utf-8")
    pieces = [words[at : at + _PIECE] for at in range(0, len(words), _PIECE)]
    book.write(sheet, 0, 0, f"{MARK} {len(pieces)} {sha256_hex(attached)}", "plain")
    for row, piece in enumerate(pieces, 1):
        book.write(sheet, row, 0, piece, "plain")
    sheet.very_hidden()


def is_workbook(data: bytes) -> bool:
    """Whether the bytes claim to be a spreadsheet of the Office Open XML kind."""
    return data.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in data[:4096]


def detach(data: bytes) -> bytes:
    """The JSON of a workbook of unknown origin; raises FileUnreadable."""
    rows = cells(data).get(SHEET, [])
    head = str(rows[0][0]).split(" ") if rows and rows[0] else []
    if len(head) != 3 or head[0] != MARK or not head[1].isdecimal():
        raise FileUnreadable("the workbook carries no report")
    pieces = [str(row[0]) for row in rows[1 : 1 + int(head[1])] if row]
    found = "".join(pieces).encode("utf-8")
    if sha256_hex(found) != head[2]:
        raise FileUnreadable("the report inside the workbook was cut or altered")
    return found


def cells(data: bytes) -> dict[str, list[list[Any]]]:
    """The values of every cell by sheet, read with bounds; raises FileUnreadable."""
    from python_calamine import CalamineWorkbook

    if len(data) > BYTES_MAX:
        raise FileUnreadable(f"larger than {BYTES_MAX} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            if len(members) > _MEMBERS_MAX or sum(each.file_size for each in members) > _UNPACKED_MAX:
                raise FileUnreadable("the workbook unpacks to more than a report of ours")
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except FileUnreadable:
        raise
    except Exception as problem:
        # A hostile file can make a reader of spreadsheets raise anything at all.
        raise FileUnreadable(f"not a workbook that can be read ({type(problem).__name__})") from None
