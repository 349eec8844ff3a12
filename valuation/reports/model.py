"""The document model of a report: sections of blocks, every text in both languages; each form renders this and no more.

A block holds what is said, never how it looks. A chart is named, and drawn by the chart module when it is rendered.
"""

from typing import Final, Literal

from msgspec import Struct

from kernel.text import Text

FORM: Final = "liutong-appraisal-report/1"
Align = Literal["left", "right", "center"]


class Paragraph(Struct, frozen=True, tag_field="block", tag="paragraph"):
    """Prose; `absent` says that the standard asks for it and that it was not given."""

    text: Text
    tone: Literal["plain", "strong", "note", "absent"] = "plain"


class Listing(Struct, frozen=True, tag_field="block", tag="list"):
    """Points, each a sentence."""

    items: tuple[Text, ...]


class Fact(Struct, frozen=True):
    """A name and what stands for it; `code` is set where it is an identifier or a digest."""

    name: Text
    value: Text
    tone: Literal["plain", "strong", "code", "absent"] = "plain"


class Facts(Struct, frozen=True, tag_field="block", tag="facts"):
    """Names and values, one a line."""

    rows: tuple[Fact, ...]


class Column(Struct, frozen=True):
    """A column of a table; `weight` is its share of the width."""

    name: Text
    align: Align = "left"
    weight: int = 1


class Table(Struct, frozen=True, tag_field="block", tag="table"):
    """Rows of texts under named columns; the rows in `strong` are totals."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    strong: tuple[int, ...] = ()


class Figure(Struct, frozen=True, tag_field="block", tag="figure"):
    """A chart by name, and what it shows."""

    chart: Literal[
        "waterfall", "cost-waterfall", "income-waterfall", "market-waterfall",
        "tornado", "cash-flows", "methods", "radar", "comparables",
    ]  # fmt: skip
    caption: Text


class Heading(Struct, frozen=True, tag_field="block", tag="heading"):
    """A heading within a section."""

    text: Text


class Signature(Struct, frozen=True):
    """Who signs, in which capacity, and with what; empty where it was not signed."""

    name: Text
    capacity: Text
    registration: Text
    signed_at: str
    key: str


class Signatures(Struct, frozen=True, tag_field="block", tag="signatures"):
    """Places for those who sign."""

    places: tuple[Signature, ...]


Block = Paragraph | Listing | Facts | Table | Figure | Heading | Signatures


class Section(Struct, frozen=True):
    """One thing that a report must contain; `asked_by` is the text that asks for it."""

    id: str
    title: Text
    asked_by: Text
    blocks: tuple[Block, ...]


class Report(Struct, frozen=True):
    """The whole report."""

    form: str
    number: str | None
    title: Text
    subject: str
    label: Text
    status: Text
    value: Text
    between: Text
    cover: tuple[Fact, ...]
    sections: tuple[Section, ...]


def same(words: str) -> Text:
    """What somebody wrote, as it is in either language."""
    return Text(words, words)


def absent(zh: str, en: str) -> Paragraph:
    """Say that something was not given, instead of leaving it out."""
    return Paragraph(Text(zh, en), "absent")
