"""A column as a person would read it, whatever type and spelling its values have.

What is told by its look hides behind its type (a number, a category, a list), behind wide digits, spaces and dashes
between digits, and behind Base64 and hexadecimal digits. All of these undo themselves; encryption does not.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

import polars as pl

WINDOW: Final = 1000
"""Of a long text its beginning and its end are looked at, so many signs of each."""

ROWS_NESTED: Final = 4000
ITEMS: Final = 20
"""Of lists and records so many rows are looked at, and of each list so many items."""

_DECODED_SHARE: Final = 0.5
_PARTS_DIGITS: Final = re.compile(r"(?<=[0-9])[ \-\u2010-\u2015_]+(?=[0-9Xx])")
_PARTS_HAN: Final = re.compile(r"(?<=[\u3400-\u9fff])[ \t]+(?=[\u3400-\u9fff])")
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/_-]{4}){2,}(?:[A-Za-z0-9+/_-]{2}==|[A-Za-z0-9+/_-]{3}=)?")
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2}){8,}")


def texts(values: pl.Series, most: int) -> list[str]:
    """At most so many different values of a column as texts, taken evenly from all of it; none where it has no text."""
    found = _as_text(values).drop_nulls().unique(maintain_order=True)
    return _undone([_shortened(unicodedata.normalize("NFKC", text)) for text in _thinned(found, most).to_list()])


def _thinned(values: pl.Series, most: int) -> pl.Series:
    return values if len(values) <= most else values.gather_every(-(-len(values) // most))


def spellings(text: str) -> Iterator[str]:
    """A text, and where it differs the same without what parts its digits or its Chinese signs."""
    yield text
    if (joined := _PARTS_HAN.sub("", _PARTS_DIGITS.sub("", text))) != text:
        yield joined


def _as_text(values: pl.Series) -> pl.Series:
    """Texts, categories, whole numbers of every type, bytes that are text, and what lists and records hold of these."""
    dtype = values.dtype
    if isinstance(dtype, pl.Array):
        values = values.arr.to_list()
    if isinstance(values.dtype, pl.List):
        return _as_text(_thinned(values, ROWS_NESTED).list.head(ITEMS).explode())
    if isinstance(dtype, pl.Struct):
        return _thinned(values, ROWS_NESTED).struct.json_encode()
    if dtype.is_float() or dtype.is_decimal():
        number = values.cast(pl.Float64)
        whole = number.is_finite() & (number == number.floor()) & (number.abs() < 1e19)
        return values.filter(whole).cast(pl.Decimal(38, 0), strict=False).cast(pl.String)
    if dtype == pl.Binary:
        read = [_decoded(value) for value in _thinned(values.drop_nulls().unique(maintain_order=True), ROWS_NESTED)]
        return pl.Series(values.name, read, dtype=pl.String)
    if dtype.is_integer() or dtype in (pl.String, pl.Categorical, pl.Enum):
        return values.cast(pl.String, strict=False)
    return pl.Series(values.name, [], dtype=pl.String)


def _decoded(value: bytes) -> str | None:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return None  # Bytes that are no text say nothing to a reader.


def _shortened(text: str) -> str:
    return text if len(text) <= 2 * WINDOW else f"{text[:WINDOW]}\n{text[-WINDOW:]}"


def _undone(found: list[str]) -> list[str]:
    """What most values say when Base64 or hexadecimal digits are undone; the values where that is nothing."""
    for shape, undo in ((_HEX, bytes.fromhex), (_BASE64, _from_base64)):
        undone = [_readable(text, undo) if shape.fullmatch(text) else None for text in found]
        if found and sum(each is not None for each in undone) > _DECODED_SHARE * len(found):
            return [each if each is not None else text for text, each in zip(found, undone, strict=True)]
    return found


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)


def _readable(text: str, undo: Callable[[str], bytes]) -> str | None:
    try:
        plain = undo(text).decode("utf-8")
    except (ValueError, binascii.Error):
        return None
    return plain if plain.isprintable() else None
