"""Spreadsheets: values only, never formulas; how large a sheet says it is counts before any of it is loaded.

The library holds a sheet as a full rectangle, so two cells in opposite corners would ask for more memory than any
machine has. The cells are therefore counted first, by a parser that keeps nothing.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from python_calamine import CalamineWorkbook

from kernel.text import Text
from valuation.quality.contract.contract import ContractObject
from valuation.quality.errors import CorruptFile, DataTooLarge
from valuation.quality.policy import Limits
from valuation.quality.reading.archives import expansion_allowed
from valuation.quality.reading.records import Records
from valuation.quality.reading.staging import CELL_BYTES_MAX, Writer, check_columns

EXPANDED_BYTES_MAX = 1 << 30
CELLS_MAX = 12_000_000
"""Of the rectangle around all cells of one sheet, at about 80 bytes each as measured: less than a gigabyte."""
_TEXTS = "xl/sharedstrings.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_PLACE = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")
_CHUNK = 1 << 18


def read(file: str, path: Path, writer: Writer, declared: ContractObject | None, limits: Limits) -> tuple[str, ...]:
    """Read the sheet named after the object, or the only one, into the writer; gives its columns."""
    _check(file, path, limits)
    book = CalamineWorkbook.from_path(path)
    names = [declared.name, declared.physical_name] if declared else []
    wanted = next((n for n in book.sheet_names if n in names), None)
    if wanted is None and len(book.sheet_names) != 1:
        sheets = ", ".join(book.sheet_names)[:120]
        unnamed = Text(
            f"工作表（{sheets}）没有一张与合同对象同名",
            f"none of its sheets ({sheets}) is named after the object of the contract",
        )
        raise CorruptFile(file=file, reason=unnamed)
    sheet = book.get_sheet_by_name(wanted or book.sheet_names[0])
    rows: Iterator[list[Any]] = iter(sheet.iter_rows()) if sheet.total_height else iter(())
    header = tuple(str(name) for name in next(rows, []))
    while header and not header[-1]:
        header = header[:-1]
    check_columns(file, header, limits)
    records = Records(writer, header)
    for number, row in enumerate(rows):
        if any(value != "" for value in row):
            records.add(number, {c: v for c, v in zip(header, row, strict=False) if v != ""})
    records.flush()
    return header


def _check(file: str, path: Path, limits: Limits) -> None:
    """Refuse what would unpack to too much, in bytes or in cells."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len({info.filename for info in members}) != len(members):
            raise CorruptFile(file=file, reason=Text("其中两个部分同名", "two of its parts have one name"))
        expanded = sum(info.file_size for info in members)
        if expanded > (room := min(expansion_allowed(path.stat().st_size, limits), EXPANDED_BYTES_MAX)):
            raise DataTooLarge(file=file, measure="expanded_size_bytes", value=expanded, limit=room)
        present = {info.filename.lower(): info for info in members}
        if _RELATIONS not in present:
            none = Text("不是 XLSX 工作簿，请重新另存为 .xlsx", "it is no XLSX workbook; save it as .xlsx again")
            raise CorruptFile(file=file, reason=none)
        lengths = _Texts(archive.open(present[_TEXTS])).lengths if _TEXTS in present else []
        longest = max(lengths, default=0)
        if longest > CELL_BYTES_MAX:
            raise DataTooLarge(file=file, measure="bytes of a cell", value=longest, limit=CELL_BYTES_MAX)
        for target in _Targets(archive.open(present[_RELATIONS])).found:
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            if part.lower() in present:
                cells = _Extent(archive.open(present[part.lower()])).cells
                if cells > CELLS_MAX:
                    raise DataTooLarge(file=file, measure=f"cells of {part[:60]}", value=cells, limit=CELLS_MAX)
                if cells * longest > EXPANDED_BYTES_MAX:  # Only then is it worth looking what each cell refers to.
                    told = _Told(archive.open(present[part.lower()]), lengths).bytes
                    if told > EXPANDED_BYTES_MAX:
                        measure = f"text bytes of {part[:60]}"
                        raise DataTooLarge(file=file, measure=measure, value=told, limit=EXPANDED_BYTES_MAX)


class _Parsed:
    """Streams an XML part through a parser that keeps nothing and expands nothing."""

    def __init__(self, stream: BinaryIO | Any) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.begun
        parser.EndElementHandler = self.ended
        parser.CharacterDataHandler = self.said
        parser.StartDoctypeDeclHandler = self._refused
        with stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)

    def begun(self, name: str, attributes: dict[str, str]) -> None:
        """See one element."""
        raise NotImplementedError

    def ended(self, name: str) -> None:
        """See the end of one element."""

    def said(self, text: str) -> None:
        """See text."""

    def _refused(self, *_: object) -> None:
        raise expat.ExpatError("a document type declaration is not accepted")


class _Targets(_Parsed):
    """The parts that a workbook names, of whatever kind."""

    def __init__(self, stream: BinaryIO | Any) -> None:
        self.found: list[str] = []
        super().__init__(stream)

    def begun(self, name: str, attributes: dict[str, str]) -> None:
        """Note the target of a relation to a sheet."""
        if name.rpartition(":")[2] == "Relationship" and attributes.get("Type", "").endswith("sheet"):
            self.found.append(attributes.get("Target", ""))


class _Texts(_Parsed):
    """How many bytes each of the texts has that cells refer to by number."""

    def __init__(self, stream: BinaryIO | Any) -> None:
        self.lengths: list[int] = []
        super().__init__(stream)

    def begun(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - as the parser calls it
        """Begin a text."""
        if name.rpartition(":")[2] == "si":
            self.lengths.append(0)

    def said(self, text: str) -> None:
        """Add to it."""
        if self.lengths:
            self.lengths[-1] += len(text.encode("utf-8", "surrogatepass"))


class _Told(_Parsed):
    """How many bytes the cells of a sheet come to when each holds its text itself, as the library gives them."""

    def __init__(self, stream: BinaryIO | Any, lengths: list[int]) -> None:
        self._lengths, self._refers, self._number, self.bytes = lengths, False, "", 0
        super().__init__(stream)

    def begun(self, name: str, attributes: dict[str, str]) -> None:
        """See whether a cell refers to a text."""
        if name.rpartition(":")[2] == "c":
            self._refers, self._number = attributes.get("t") == "s", ""

    def said(self, text: str) -> None:
        """Take the number of the text."""
        if self._refers and len(self._number) < 10:
            self._number += text

    def ended(self, name: str) -> None:
        """Add what the cell refers to."""
        if self._refers and name.rpartition(":")[2] == "c":
            number = self._number.strip()
            known = number.isascii() and number.isdigit() and int(number) < len(self._lengths)
            self.bytes += self._lengths[int(number)] if known else 0
            self._refers = False


class _Extent(_Parsed):
    """The rectangle around all cells of a sheet, by the places that they state."""

    def __init__(self, stream: BinaryIO | Any) -> None:
        self._rows = self._columns = self._elements = self._at = 0
        super().__init__(stream)

    @property
    def cells(self) -> int:
        """How many cells the rectangle has."""
        return max(self._rows * self._columns, self._elements)

    def begun(self, name: str, attributes: dict[str, str]) -> None:
        """Widen the rectangle by a row or a cell."""
        local = name.rpartition(":")[2]
        if local not in ("c", "row"):
            return
        place = attributes.get("r")
        if local == "row":
            self._at = 0
            self._rows = max(self._rows + 1, int(place) if place and place.isdigit() and len(place) < 10 else 0)
            return
        self._elements += 1
        if place is None:
            self._at += 1
        elif (found := _PLACE.match(place)) is None:
            raise expat.ExpatError(f"a cell is at {place[:20]!r}")
        else:
            self._rows, self._at = max(self._rows, int(found[2])), _column(found[1])
        self._columns = max(self._columns, self._at)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
