"""A paper laid out in one language, for every form alike: title, facts, tables and notes, all of it plain text."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from kernel.documents.readable import ZONE
from kernel.text import Lang, Text


class Fact(msgspec.Struct, frozen=True):
    """A name with what it is."""

    name: str
    value: str


class Side(msgspec.Struct, frozen=True):
    """One of the two parties of a paper, with what is known of it."""

    title: str
    facts: list[Fact]


class Column(msgspec.Struct, frozen=True):
    """A column: its head, its share of the width, and whether it holds numbers."""

    head: str
    width: int
    number: bool = False


class Table(msgspec.Struct, frozen=True):
    """Rows of text under a title; `totals` end it. A cell of a column of numbers is a number as text, or empty."""

    title: str
    columns: list[Column]
    rows: list[list[str]]
    totals: list[list[str]] = []


class Sheet(msgspec.Struct, frozen=True):
    """A paper as people read it."""

    title: str
    number: str
    facts: list[Fact]
    sides: list[Side]
    tables: list[Table]
    closing: list[Fact]
    notes: list[str]


class Words:
    """Picks the words of one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def __call__(self, chinese: str, english: str) -> str:
        """One of the two."""
        return chinese if self.lang == "zh" else english

    def text(self, text: Text) -> str:
        """A text in the language."""
        return text.of(self.lang)

    def named(self, of: Mapping[str, Any], name: str) -> str:
        """What is kept in both languages under `<name>_zh` and `<name>_en`; nothing where it is not."""
        return str(of.get(f"{name}_{self.lang}") or "")


def amount(value: str | None) -> str:
    """An amount with its thousands parted; nothing where there is none."""
    return "" if value is None else f"{Decimal(value):,f}"


def percent(rate: str) -> str:
    """A rate in hundredths."""
    return f"{(Decimal(rate) * 100).normalize():f}%"


def day(moment: str) -> str:
    """The day of a moment in the centre's time."""
    return datetime.fromisoformat(moment).astimezone(ZONE).date().isoformat()


def facts(*pairs: tuple[str, str | None]) -> list[Fact]:
    """Facts, without those of which nothing is known."""
    return [Fact(name, value) for name, value in pairs if value]


def side(t: Words, title: str, of: Mapping[str, Any]) -> Side:
    """A party by its invoicing details; what it has not given is left out."""
    bank = " ".join(each for each in (of.get("bank_name"), of.get("bank_account")) if each)
    return Side(
        title,
        facts(
            (t("名称", "Name"), of.get("title")),
            (t("统一社会信用代码", "Registered code"), of.get("tax_number")),
            (t("增值税号", "VAT number"), of.get("vat_id")),
            (t("地址、电话", "Address, telephone"), " ".join(filter(None, (of.get("address"), of.get("phone"))))),
            (t("开户行及账号", "Bank and account"), bank),
        ),
    )


def columns(*given: tuple[str, int] | tuple[str, int, bool]) -> list[Column]:
    """Columns from tuples of head, width, and whether they hold numbers."""
    return [Column(*each) for each in given]


def matrix(sheet: Sheet) -> list[Sequence[str]]:
    """All of a paper as rows of cells, as tables of text have it."""
    rows: list[Sequence[str]] = [[sheet.title, sheet.number], *([each.name, each.value] for each in sheet.facts)]
    for one in sheet.sides:
        rows += [[], [one.title], *([each.name, each.value] for each in one.facts)]
    for table in sheet.tables:
        rows += [[], [table.title], [each.head for each in table.columns], *table.rows, *table.totals]
    rows += [[], *([each.name, each.value] for each in sheet.closing), *([each] for each in sheet.notes)]
    return rows
