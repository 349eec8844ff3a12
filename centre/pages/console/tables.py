"""Lists of the API as tables: which columns, in which order, and as CSV for spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from centre.pages.console import naming
from centre.pages.console.shapes import Shape
from kernel.text import Lang

COLUMNS_MAX: Final = 7
PAGE: Final = 100
CSV_ROWS_MAX: Final = 10_000
BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it a spreadsheet in China reads UTF-8 as GBK."""
FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""What spreadsheets compute, also as it is typed in East Asia."""
FIRST: Final = ("id", "number", "code", "name", "title", "status", "state", "kind")
"""What a row is known by comes first; then amounts, then moments, then what is left."""


def columns(shape: Shape, lang: Lang) -> list[str]:
    """The columns of a table on a page: at most seven, those by which a row is known first."""
    return sorted(_names(shape, lang), key=lambda name: _rank(name, shape.fields[name]))[:COLUMNS_MAX]


def _names(shape: Shape, lang: Lang) -> list[str]:
    other = "_en" if lang == "zh" else "_zh"
    return [name for name, _ in shape.plain_fields() if not name.endswith(other) and not name.endswith("sha256")]


def _rank(name: str, shape: Shape) -> tuple[int, int]:
    plain = name.removesuffix("_zh").removesuffix("_en")
    if plain in FIRST:
        return 0, FIRST.index(plain)
    if shape.is_money:
        return 1, 0
    return (2 if shape.format in ("date-time", "date") else 3), len(name)


def written(shape: Shape, rows: Iterable[Mapping[str, Any]], lang: Lang) -> bytes:
    """Rows as CSV (RFC 4180): every field that is one value, an amount beside its currency, no cell a formula."""
    fields = list(shape.plain_fields())
    out = io.StringIO()
    out.write(BOM)
    write = csv.writer(out, lineterminator="\r\n").writerow
    heads = [[naming.label(name, each).of(lang)] for name, each in fields]
    write([*_spread(fields, heads, lang)])
    for row in rows:
        write([cell for name, each in fields for cell in _cells(each, row.get(name))])
    return out.getvalue().encode()


def _spread(fields: list[tuple[str, Shape]], heads: list[list[str]], lang: Lang) -> Iterable[str]:
    for (_, each), [head] in zip(fields, heads, strict=True):
        yield head
        if each.is_money:
            yield f"{head}（币种）" if lang == "zh" else f"{head} (currency)"


def _cells(shape: Shape, told: Any) -> list[str]:
    if shape.is_money:
        return [told["amount"], told["currency"]] if told else ["", ""]
    if told is None:
        return [""]
    if isinstance(told, bool):
        return ["true" if told else "false"]
    if isinstance(told, str) and FORMULA.match(told):
        return [f"'{told}"]
    return [str(told)]
