"""Data to stdout, as a table, as JSON or as lines of JSON; words and errors to stderr."""

import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from liutong_client.problems import Problem

_UNPRINTED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
GAP: Final = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: what it is called in both languages, and what stands in it."""

    zh: str
    en: str
    of: Callable[[Any], Any]
    of_en: Callable[[Any], Any] | None = None
    """What stands in it in English, where that is another."""

    def cell(self, item: Any, lang: str) -> str:
        """What stands in it for one item."""
        return text((self.of if lang == "zh" else self.of_en or self.of)(item))


@dataclass(frozen=True, slots=True)
class Screen:
    """How a command speaks: in which language, and in which form its data goes out."""

    lang: str
    format: str

    def of(self, zh: str, en: str) -> str:
        """The words in the language that is spoken."""
        return zh if self.lang == "zh" else en

    def say(self, zh: str, en: str) -> None:
        """A line of words, to stderr."""
        click.echo(clean(self.of(zh, en)), err=True)

    def listed(self, columns: Sequence[Column], items: Iterable[Any], limit: int | None = None) -> None:
        """A list; what is left out is said, never silent."""
        shown: list[Any] = []
        more = False
        for item in items:
            if limit is not None and len(shown) == limit:
                more = True
                break
            shown.append(item)
            if self.format == "jsonl":
                click.echo(encoded(item))
        if self.format == "json":
            click.echo(encoded(shown, pretty=True))
        elif self.format == "table":
            self._table(columns, shown)
        if more:
            self.say(
                f"仅显示前 {limit} 项；用 --limit 显示更多", f"only the first {limit} are shown: --limit shows more"
            )

    def one(self, columns: Sequence[Column], item: Any) -> None:
        """One thing: as JSON, or each column on a line of its own."""
        if self.format != "table":
            click.echo(encoded(item, pretty=self.format == "json"))
            return
        heads = [self.of(column.zh, column.en) for column in columns]
        width = max(map(cells, heads), default=0)
        for head, column in zip(heads, columns, strict=True):
            click.echo(f"{padded(head, width)}{GAP}{column.cell(item, self.lang)}".rstrip())

    def _table(self, columns: Sequence[Column], items: Sequence[Any]) -> None:
        heads = [self.of(column.zh, column.en) for column in columns]
        rows = [[column.cell(item, self.lang) for column in columns] for item in items]
        widths = [max(map(cells, column)) for column in zip(heads, *rows, strict=True)]
        line = GAP.join(padded(head, width) for head, width in zip(heads, widths, strict=True)).rstrip()
        click.echo(click.style(line, bold=True) if coloured(sys.stdout) else line)
        for row in rows:
            click.echo(GAP.join(padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def coloured(stream: Any) -> bool:
    """Whether a stream is a terminal that wants colours (https://no-color.org)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and bool(stream.isatty())


def clean(value: str) -> str:
    """A text without what steers a terminal or turns its direction: much of it was written by others."""
    return _UNPRINTED.sub("\ufffd", value)


def text(value: Any) -> str:
    """A value as it stands in a table."""
    if value is None:
        return "-"
    if isinstance(value, list | tuple):
        return ", ".join(map(text, value)) or "-"
    if hasattr(value, "amount") and hasattr(value, "currency"):
        return f"{value.amount} {value.currency}"
    if hasattr(value, "isoformat"):
        return str(value.isoformat(**({"timespec": "seconds"} if hasattr(value, "hour") else {})))
    return clean(str(value)).replace("\n", " ").replace("\t", " ")


def cells(value: str) -> int:
    """How many columns of a terminal a text takes; a Chinese character takes two."""
    from rich.cells import cell_len

    return cell_len(value)


def padded(value: str, width: int) -> str:
    """A text filled up to a width."""
    return value + " " * (width - cells(value))


def encoded(value: Any, *, pretty: bool = False) -> str:
    """A value as JSON."""
    import msgspec

    content = msgspec.json.encode(value, enc_hook=str)
    return (msgspec.json.format(content, indent=2) if pretty else content).decode("utf-8")


def refusal(screen: Screen, problem: "Problem", place: Callable[[str], str]) -> None:
    """A refusal of the centre: what, by which rule, where and how it is mended, and by which request."""
    mark = click.style("✗", fg="red") if coloured(sys.stderr) else "✗"
    heading = problem.title or f"HTTP {problem.status}"
    click.echo(f"{mark} {clean(heading)} ({clean(problem.code or str(problem.status))})", err=True)
    if problem.detail and problem.detail != problem.title:
        click.echo(f"  {clean(problem.detail)}", err=True)
    if problem.rule is not None:
        click.echo(f"  {screen.of('规则', 'rule')} {problem.rule.id}: {clean(problem.rule.text)}", err=True)
    for fault in problem.errors:
        rule = f" [{fault.rule}]" if fault.rule else ""
        click.echo(f"  {clean(place(fault.pointer))}: {clean(fault.detail)}{rule}", err=True)
    if problem.retry_after_seconds is not None:
        seconds = f"{problem.retry_after_seconds:g}"
        screen.say(f"  请在 {seconds} 秒后重试", f"  try again in {seconds} seconds")
    if problem.request_id:
        click.echo(f"  {screen.of('请求编号', 'request')} {clean(problem.request_id)}", err=True)
