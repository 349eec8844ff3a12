"""A contract as DOCX (Office Open XML), for whoever negotiates in a word processor; pure, for a process of its own.

Chinese and Latin faces are named apart, and the language of Chinese is set, since without it a Japanese face may stand
in (reference: 直, 骨, 复). The same document gives the same bytes: no clock and no counter of the machine is in them.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from docx import Document as Word
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor

from contracts.clauses.text.blocks import Document, in_language
from kernel.text import Lang

LATIN: Final = "Times New Roman"
SERIF: Final = "SimSun"
SANS: Final = "SimHei"
WIDTH_MM: Final = 164
EMU_PER_HALF_POINT: Final = 6_350
_SOFT: Final = RGBColor(0x56, 0x65, 0x73)
_STYLES: Final = {"Normal": (SERIF, 21), "Title": (SANS, 40), "Heading 1": (SANS, 26), "Heading 2": (SANS, 23)}
_THEMES: Final = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


def docx(document: Document, lang: Lang, at: datetime) -> bytes:
    """The contract as of a moment."""
    said = in_language(document, lang)
    word = begun(said["title"], lang, at)
    word.add_paragraph(said["title"], style="Title")
    note(word, said["label"])
    for block in said["blocks"]:
        _add(word, block, lang)
    return packed(word)


def begun(title: str, lang: Lang, at: datetime) -> WordDocument:
    """An empty document with page, faces and language set."""
    word = Word()
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(24), Mm(22)
    section.top_margin, section.bottom_margin = Mm(26), Mm(24)
    for name, (face, halves) in _STYLES.items():
        style = word.styles[name]
        style.font.size = Emu(EMU_PER_HALF_POINT * halves)
        style.font.color.rgb = RGBColor(0x1C, 0x27, 0x33)
        _faces(style.element.get_or_add_rPr(), face)
    word.styles["Normal"].paragraph_format.space_after = Pt(4)
    _faces(word.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr")), SERIF)
    _pages(section.footer.paragraphs[0], lang)
    properties = word.core_properties
    moment = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.title, properties.author, properties.comments = title[:255], "", ""
    properties.created = properties.modified = moment
    properties.language = "zh-CN" if lang == "zh" else "en-US"
    return word


def _pages(paragraph: Any, lang: Lang) -> None:
    """Which page of how many, as fields that the word processor fills in."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    first, between, last = ("第 ", " 页，共 ", " 页") if lang == "zh" else ("Page ", " of ", "")
    for before, name in ((first, "PAGE"), (between, "NUMPAGES")):
        _soft(paragraph, before)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), name)
        field.append(_soft(paragraph, "1"))
        paragraph._p.append(field)  # noqa: SLF001 - python-docx knows no fields
    _soft(paragraph, last)


def _soft(paragraph: Any, words: str) -> Any:
    """Words of less weight at the end of a paragraph; gives their element."""
    run = paragraph.add_run(words)
    run.font.size, run.font.color.rgb = Pt(9), _SOFT
    return run._r  # noqa: SLF001 - python-docx gives no other handle on it


def _faces(properties: Any, face: str) -> None:
    """Name the faces of a style, without the theme's, and the languages of its Latin and its Chinese text."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for theme in _THEMES:
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script, named in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", face)):
        fonts.set(qn(f"w:{script}"), named)
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")


def note(word: WordDocument, text: str) -> None:
    """A paragraph of remarks, which stays with what it leads to."""
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    _soft(paragraph, text)


def _add(word: WordDocument, block: Mapping[str, Any], lang: Lang) -> None:
    match block["block"]:
        case "heading":
            gap = "　" if lang == "zh" else " "
            word.add_heading(gap.join(filter(None, (block["number"], block["text"]))), level=min(block["level"], 2))
        case "paragraph":
            if block["tone"] == "note":
                note(word, block["text"])
            else:
                paragraph = word.add_paragraph()
                paragraph.add_run(f"{block['number']} " if block["number"] else "").font.color.rgb = _SOFT
                paragraph.add_run(block["text"]).bold = block["tone"] == "notable"
        case "table":
            _table(word, block)
        case "signature":
            _signatures(word, block["places"], lang)


def _table(word: WordDocument, block: Mapping[str, Any]) -> None:
    widths = [Mm(WIDTH_MM * part / sum(block["widths"])) for part in block["widths"]]
    rows = ([block["head"]] if block["head"] else []) + block["rows"]
    table = word.add_table(rows=len(rows), cols=len(widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for row, cells in zip(table.rows, rows, strict=True):
        _whole(row)
        for cell, text, width in zip(row.cells, cells, widths, strict=True):
            cell.width = width
            cell.paragraphs[0].paragraph_format.space_after = Pt(1)
            run = cell.paragraphs[0].add_run(text)
            run.font.size = Pt(9)
            run.bold = bool(block["head"]) and cells is block["head"]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    if block["head"]:
        _say(table.rows[0], "w:tblHeader")
    word.add_paragraph()


def _whole(row: Any) -> None:
    """A row is not parted by the end of a page."""
    _say(row, "w:cantSplit")


def _say(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 - python-docx has no other way to say it


def _signatures(word: WordDocument, places: Iterable[tuple[str, str]], lang: Lang) -> None:
    listed = list(places)
    table = word.add_table(rows=1, cols=len(listed))
    _whole(table.rows[0])
    for cell, (role, name) in zip(table.rows[0].cells, listed, strict=True):
        cell.text = role
        cell.add_paragraph(name)
        cell.add_paragraph()
        cell.add_paragraph("签名：" if lang == "zh" else "Signature:")
        cell.add_paragraph("日期：" if lang == "zh" else "Date:")


def packed(word: WordDocument) -> bytes:
    """The file, with every part at one date, so that it depends on its content alone."""
    given, made = io.BytesIO(), io.BytesIO()
    word.save(given)
    with zipfile.ZipFile(given) as parts, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in parts.namelist():
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(part, parts.read(name))
    return made.getvalue()
