"""What the API answered, as a page shows it: facts in the order of the description, each by its kind."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from centre.pages.console import naming
from centre.pages.console.operations import API, Operations
from centre.pages.console.shapes import Shape
from kernel.money import MoneyView
from kernel.text import Lang, Text, kind_of, noun

DIGEST: Final = re.compile(r"(sha256:)?[0-9a-f]{40,}|[A-Za-z0-9_-]{43,}")
NO_HINT: Final = Text("", "")
NESTED_MAX: Final = 4
ROWS_MAX: Final = 50
"""So many rows of a table within a page; the API has them all."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is shown: `kind` says how, and `value` is what.

    The kinds: text, number, money, day, moment, yes, word, digest, link (`href`), nothing; and `facts`, `table`, `list`
    of more.
    """

    label: Text
    kind: str
    value: Any
    hint: Text = NO_HINT
    href: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; `more` says how many rows are not on the page."""

    columns: list[Text]
    rows: list[list[Fact]]
    more: int = 0


class Showing:
    """Shows answers in one language: where a field exists in both, the other one is left out."""

    def __init__(self, operations: Operations, lang: Lang, permissions: frozenset[str]) -> None:
        self._operations, self._lang, self._permissions = operations, lang, permissions

    def facts(self, shape: Shape, told: Mapping[str, Any], depth: int = 0) -> list[Fact]:
        """The facts of an object; what is empty is left out."""
        return [
            self.fact(name, each, told.get(name), depth)
            for name, each in self._fields(shape, told)
            if told.get(name) not in (None, "", [], {})
        ]

    def fact(self, name: str, shape: Shape, told: Any, depth: int = 0) -> Fact:
        """One field as it is shown."""
        label, hint = naming.label(name, shape), naming.hint(name, shape)
        kind, value, href = self._shown(shape, told, depth)
        return Fact(label, kind, value, hint, href)

    def table(self, shape: Shape, rows: list[Mapping[str, Any]], names: Iterable[str], depth: int = 0) -> Table:
        """Rows of a list under the columns of these names."""
        columns = [(name, shape.fields[name]) for name in names]
        return Table(
            [naming.label(name, each) for name, each in columns],
            [[self.fact(name, each, row.get(name), depth) for name, each in columns] for row in rows[:ROWS_MAX]],
            max(0, len(rows) - ROWS_MAX),
        )

    def href(self, id_: str) -> str:
        """Where a thing is shown, by its id; empty where it has no page that the member may open."""
        kind = kind_of(id_)
        operation = self._operations.object_of(kind) if kind else None
        if operation is None or not operation.admits(self._permissions):
            return ""
        return f"/{self._lang}/console{operation.at({operation.names[0]: id_}).removeprefix(API)}"

    def _fields(self, shape: Shape, told: Mapping[str, Any]) -> Iterator[tuple[str, Shape]]:
        other = "_en" if self._lang == "zh" else "_zh"
        for name, each in shape.fields.items():
            own = name[:-3] + ("_zh" if self._lang == "zh" else "_en")
            if not (name.endswith(other) and own in shape.fields and told.get(own)):
                yield name, each

    def _shown(self, shape: Shape, told: Any, depth: int) -> tuple[str, Any, str]:
        if told is None or told in ("", [], {}):
            return "nothing", None, ""
        if isinstance(told, bool):
            return "yes", told, ""
        if shape.is_money or (isinstance(told, dict) and told.keys() == {"amount", "currency"}):
            return "money", MoneyView(told["amount"], told["currency"]), ""
        if isinstance(told, dict):
            return self._object(shape, told, depth)
        if isinstance(told, list):
            return self._list(shape.items, told, depth)
        if isinstance(told, int | float):
            return "number", told, ""
        return self._text(shape, str(told))

    def _text(self, shape: Shape, told: str) -> tuple[str, Any, str]:
        if shape.format == "date-time":
            return "moment", told, ""
        if shape.format == "date":
            return "day", told, ""
        if shape.choices or naming.is_named(told, shape.name):
            return "word", naming.value(told, shape.name), ""
        if kind_of(told):
            return "link", told, self.href(told)
        return "digest" if DIGEST.fullmatch(told) else "text", told, ""

    def _object(self, shape: Shape, told: Mapping[str, Any], depth: int) -> tuple[str, Any, str]:
        if depth >= NESTED_MAX:
            return "text", "…", ""
        if shape.fields:
            return "facts", self.facts(shape, told, depth + 1), ""
        loose = [Fact(Text(name, name), *self._loose(each, depth + 1)) for name, each in list(told.items())[:ROWS_MAX]]
        return "facts", loose, ""

    def _loose(self, told: Any, depth: int) -> tuple[str, Any]:
        """A value whose shape nobody describes."""
        bare = Shape(self._operations.shapes, {})
        kind, value, _ = self._shown(bare, told, depth)
        return kind, value

    def _list(self, shape: Shape | None, told: list[Any], depth: int) -> tuple[str, Any, str]:
        within = shape or Shape(self._operations.shapes, {})
        if depth >= NESTED_MAX:
            return "number", len(told), ""
        if all(isinstance(each, dict) for each in told) and within.fields and not within.is_money:
            names = [
                name for name, each in within.plain_fields() if any(row.get(name) not in (None, "") for row in told)
            ]
            if names and all(each.is_plain or each.is_money for each in within.fields.values()):
                return "table", self.table(within, told, names, depth + 1), ""
        return "list", [Fact(Text("", ""), *self._shown(within, each, depth + 1)[:2]) for each in told[:ROWS_MAX]], ""


def title_of(otherwise: Text, told: Mapping[str, Any], lang: str) -> Text:
    """What an object is called: its title or name, else what it is."""
    for name in (f"title_{lang}", f"name_{lang}", "title", "name"):
        if isinstance(said := told.get(name), str) and said:
            return Text(said, said)
    kind = kind_of(str(told.get("id", "")))
    return noun(kind) if kind else otherwise
