"""The shapes of what the API takes and gives, as its description (JSON Schema) tells them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from kernel.text import Text

MONEY: Final = "MoneyView"
_REFERENCE: Final = "#/components/schemas/"


class Shapes:
    """All named shapes of a description."""

    def __init__(self, named: Mapping[str, Mapping[str, Any]]) -> None:
        self.named = named

    def of(self, schema: Mapping[str, Any], place: str = "") -> "Shape":
        """A shape as it stands in a place: its own words go before those of what it refers to.

        One that has no name of its own is called by its place, as in `Order.status`.
        """
        whole, name, nullable = _resolved(self.named, schema)
        return Shape(self, whole, name or place, nullable)


def _resolved(named: Mapping[str, Mapping[str, Any]], schema: Mapping[str, Any]) -> tuple[dict[str, Any], str, bool]:
    """A schema without references and without the choice of null: what it is, its name, and whether it may be null."""
    whole, name, nullable = dict(schema), "", False
    while True:
        if (reference := whole.pop("$ref", None)) is not None:
            name = reference.removeprefix(_REFERENCE)
            whole = dict(named[name]) | whole
            continue
        if len(narrowed := whole.get("allOf", ())) == 1:
            del whole["allOf"]
            whole = dict(narrowed[0]) | whole
            continue
        choices = whole.get("oneOf") or whole.get("anyOf") or ()
        rest = [each for each in choices if each.get("type") != "null"]
        nullable = nullable or len(rest) < len(choices)
        if len(rest) != 1:
            return whole, name, nullable
        del whole["oneOf" if "oneOf" in whole else "anyOf"]
        whole = dict(rest[0]) | whole


@dataclass(frozen=True)
class Shape:
    """One shape: `schema` without references, the `name` of what it is, and whether it may be left empty."""

    shapes: Shapes
    schema: Mapping[str, Any]
    name: str = ""
    nullable: bool = False

    @property
    def kind(self) -> str:
        """What it is: object, array, string, integer, number, boolean, or empty for a choice of several."""
        kind = self.schema.get("type", "")
        if isinstance(kind, list):
            kind = next((each for each in kind if each != "null"), "")
        return str(kind)

    @property
    def is_money(self) -> bool:
        """Whether it is an amount with its currency."""
        return self.name == MONEY

    @property
    def format(self) -> str:
        """How a text is written: date, date-time."""
        return str(self.schema.get("format", ""))

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of a closed list."""
        values = self.schema.get("enum", [self.schema["const"]] if "const" in self.schema else [])
        return tuple(str(each) for each in values if each is not None)

    @property
    def words(self) -> Text:
        """What it is called: the description's two halves."""
        chinese, _, english = str(self.schema.get("description", "")).partition(" · ")
        return Text(chinese, english or chinese)

    @cached_property
    def fields(self) -> "dict[str, Shape]":
        """The fields of an object, in the order in which the description has them."""
        fields = self.schema.get("properties", {}).items()
        return {name: self.shapes.of(each, f"{self.name}.{name}") for name, each in fields}

    @property
    def required(self) -> frozenset[str]:
        """The fields that an object must have."""
        return frozenset(self.schema.get("required", ()))

    @cached_property
    def items(self) -> "Shape | None":
        """What a list holds."""
        return (
            self.shapes.of(self.schema["items"], self.name) if self.kind == "array" and "items" in self.schema else None
        )

    @property
    def is_plain(self) -> bool:
        """Whether it is one value: a text, a number, a yes or no."""
        return self.kind in ("string", "integer", "number", "boolean")

    @property
    def pairs_of(self) -> "Shape | None":
        """What each name of a map of plain values has; None for what is no such map."""
        held = self.schema.get("additionalProperties")
        if self.kind != "object" or self.fields or not isinstance(held, Mapping):
            return None
        shape = self.shapes.of(held)
        return shape if shape.is_plain else None

    @property
    def takes_text(self) -> bool:
        """Whether plain text is one of several things that it may be."""
        choices = self.schema.get("oneOf") or self.schema.get("anyOf") or ()
        return not self.kind and any(each.get("type") == "string" for each in choices)

    @property
    def page_item(self) -> "Shape | None":
        """What a page of a list holds; None for what is no page."""
        fields = self.schema.get("properties", {})
        if not {"items", "next"} <= fields.keys():
            return None
        return self.fields["items"].items

    def plain_fields(self) -> Iterator[tuple[str, "Shape"]]:
        """The fields that are one value or an amount."""
        for name, each in self.fields.items():
            if each.is_plain or each.is_money:
                yield name, each
