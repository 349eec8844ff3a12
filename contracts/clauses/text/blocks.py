"""What a contract consists of for whoever reads it: blocks with texts in both languages, each with an id; pure."""

from enum import StrEnum
from typing import Any

import msgspec

from kernel.text import Lang, Text


class Tone(StrEnum):
    """How a paragraph is meant."""

    PLAIN = "plain"
    NOTE = "note"
    NOTABLE = "notable"


class Heading(msgspec.Struct, frozen=True, tag="heading", tag_field="block"):
    """A heading: level 1 begins an annex, level 2 an article, level 3 a part of an annex."""

    id: str
    level: int
    number: Text
    text: Text


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph", tag_field="block"):
    """A paragraph, with its number within the article."""

    id: str
    number: str
    text: Text
    tone: Tone = Tone.PLAIN


class Table(msgspec.Struct, frozen=True, tag="table", tag_field="block"):
    """A table; `widths` are parts of the page's width, and `head` is empty for a table of names and values."""

    id: str
    widths: tuple[int, ...]
    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


class Signature(msgspec.Struct, frozen=True, tag="signature", tag_field="block"):
    """Where the two parties sign."""

    id: str
    places: tuple[tuple[Text, Text], ...]


Block = Heading | Paragraph | Table | Signature


class Document(msgspec.Struct, frozen=True):
    """A whole contract."""

    title: Text
    label: Text
    reference: str
    blocks: tuple[Block, ...]


def in_language(document: Document, lang: Lang) -> dict[str, Any]:
    """The document as plain values in one language, for the forms in which it is set."""
    said: dict[str, Any] = _said(document, lang)
    return said | {"lang": lang}


def _said(value: Any, lang: Lang) -> Any:
    if isinstance(value, Text):
        return value.of(lang)
    if isinstance(value, msgspec.Struct):
        fields = {name: _said(getattr(value, name), lang) for name in value.__struct_fields__}
        tag = value.__struct_config__.tag
        return fields | ({"block": tag} if tag is not None else {})
    if isinstance(value, tuple | list):
        return [_said(each, lang) for each in value]
    return value


def characters(document: Document) -> int:
    """How long the text is, in its longer language."""
    return max(_length(in_language(document, lang)) for lang in ("zh", "en"))


def _length(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(_length(each) for each in value.values())
    return sum(_length(each) for each in value) if isinstance(value, list) else 0
