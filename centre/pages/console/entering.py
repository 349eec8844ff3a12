"""The form of an operation: what its body may hold as fields to fill in, and what was filled in as its body again."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from centre.pages.console import naming, pairs
from centre.pages.console.shapes import Shape
from centre.pages.shell import forms
from kernel.errors import FieldError, InvalidInput
from kernel.text import Text

ROWS: Final = 5
"""So many rows of a list of things stand in a form; longer lists are sent by the API."""
ROWS_MAX: Final = 100
"""So many rows a form may hold that begins with them."""
DEPTH_MAX: Final = 4
GROUP_MAX: Final = 100
CHOICES_MAX: Final = 60
"""So many choices stand beside each other; of a longer list those that are meant are written down."""
LINES_FROM_CHARS: Final = 200
FILE_ID: Final = "file_id"
FILES: Final = "files"
WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}")
DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")
LOCAL: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
NOT_JSON: Final = Text("不是有效的 JSON", "This is not JSON")
Values = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a form, or with `entries` a group of them.

    The kinds: text, lines (one line of text each), area, number, day, moment, yes, choice, many, file and files (of
    one's own), json, document (JSON or text), pairs, group.
    """

    name: str
    kind: str
    label: Text
    hint: Text
    required: bool
    options: tuple[tuple[str, Text], ...] = ()
    max_length: int = 0
    entries: "tuple[Entry, ...]" = ()

    def is_filled(self, values: Values) -> bool:
        """Whether anything was entered in it beside the currency that stands there already."""
        return any(values.get(each.name) for each in self.leaves() if not each.name.endswith("/currency"))

    def leaves(self) -> "Iterator[Entry]":
        """The fields of it that are filled in."""
        if self.kind != "group":
            yield self
        for each in self.entries:
            yield from each.leaves()


def entries(shape: Shape, prefix: str = "", depth: int = 0, rows: int = ROWS) -> tuple[Entry, ...]:
    """The fields of a body: those that must be filled in first, and single values before groups of them."""
    named = sorted(shape.fields.items(), key=lambda each: (each[0] not in shape.required, not each[1].is_plain))
    return tuple(
        entry(f"{prefix}{name}", name, each, required=name in shape.required, depth=depth, rows=rows)
        for name, each in named
    )


def fields(whole: Sequence[Entry]) -> forms.Fields:
    """What the form may hold."""
    leaves = [leaf for each in whole for leaf in each.leaves()]
    return forms.Fields(
        names=tuple(each.name for each in leaves),
        many=frozenset(each.name for each in leaves if each.kind in ("many", "files")),
        labels={each.name: each.label for each in leaves},
    )


def defaults(shape: Shape, prefix: str = "", depth: int = 0) -> dict[str, str | list[str]]:
    """What stands in an empty form already: the description's defaults, what has one value, the currency of China.

    Nothing stands in a group that may be left out, or it would be sent by those who leave it out.
    """
    values: dict[str, str | list[str]] = {}
    for name, each in shape.fields.items():
        if each.is_money:
            values[f"{prefix}{name}/currency"] = "CNY"
        elif each.kind == "object" and each.fields and depth < DEPTH_MAX and name in shape.required:
            values |= defaults(each, f"{prefix}{name}/", depth + 1)
        elif len(each.choices) == 1 and name in shape.required:
            values[f"{prefix}{name}"] = each.choices[0]
        elif isinstance(default := each.schema.get("default"), str | bool | int):
            values[f"{prefix}{name}"] = _as_entered(default)
    return values


def entered(shape: Shape, told: Mapping[str, Any], prefix: str = "") -> dict[str, str | list[str]]:
    """What an object holds, as it would have been filled in: the form of its change begins with it."""
    values: dict[str, str | list[str]] = {}
    for name, each in shape.fields.items():
        held = told.get(name)
        place = f"{prefix}{name}"
        if isinstance(held, dict) and each.pairs_of is not None:
            values[place] = pairs.written(held)
        elif isinstance(held, dict) and (each.fields or each.is_money):
            values |= entered(each, held, f"{place}/")
        elif isinstance(held, list) and (_is_many(each) or _is_files(name, each.items)):
            values[place] = [str(value) for value in held]
        elif isinstance(held, list) and each.items is not None and each.items.kind == "string":
            values[place] = "\n".join(map(str, held))
        elif isinstance(held, list | dict):
            values[place] = msgspec.json.format(msgspec.json.encode(held), indent=2).decode()
        elif held is not None:
            values[place] = _as_entered(held)
    return values


def body(shape: Shape, values: Values) -> dict[str, Any]:
    """The body that was filled in, each value of the type that is wanted as far as it can be read so.

    What cannot is passed on as it was entered, for the API to refuse. Raises InvalidInput for JSON that is none.
    """
    wrong: list[FieldError] = []
    made = _typed(shape, _tree(values), "", wrong)
    if wrong:
        raise InvalidInput(errors=wrong)
    lists = (name for name in shape.required if name in shape.fields and shape.fields[name].kind == "array")
    return {name: [] for name in lists} | (made if isinstance(made, dict) else {})


def entry(place: str, name: str, shape: Shape, *, required: bool, depth: int = 0, rows: int = ROWS) -> Entry:
    """One field of a form for a value of this shape, at its place in the body."""
    label, hint = naming.label(name, shape), naming.hint(name, shape)
    longest = shape.schema.get("maxLength", 0)

    def one(kind: str, **more: Any) -> Entry:
        return Entry(place, kind, label, hint, required and not shape.nullable, max_length=longest, **more)

    if shape.is_money:
        return one("group", entries=_money(place, required))
    if shape.choices:
        return one("choice", options=_options(shape))
    match shape.kind:
        case "boolean":
            return one("yes")
        case "integer" | "number":
            return one("number")
        case "string" if shape.format in ("date", "date-time"):
            return one("day" if shape.format == "date" else "moment")
        case "string":
            return one(_text_kind(name, longest))
        case "array" if shape.items is not None:
            return one("files") if _is_files(name, shape.items) else _listed(one, place, shape.items, depth, rows)
        case "object":
            return _object(one, place, shape, depth)
    return one("document" if shape.takes_text else "json")


def _text_kind(name: str, longest: int) -> str:
    if name.endswith(FILE_ID):
        return "file"
    return "area" if longest > LINES_FROM_CHARS else "text"


def _listed(one: Any, place: str, items: Shape, depth: int, rows: int) -> Entry:
    made: Entry
    if 0 < len(items.choices) <= CHOICES_MAX:
        made = one("many", options=_options(items))
    elif items.kind == "string":
        made = one("lines")
    elif items.fields and not items.is_money and all(map(_is_one_field, items.fields.values())) and not depth:
        made = one("group", entries=tuple(_row(place, n, items) for n in range(rows)))
    else:
        made = one("json")
    return made


def _row(place: str, n: int, items: Shape) -> Entry:
    within = entries(items, f"{place}/{n}/", DEPTH_MAX)
    return Entry(
        f"{place}/{n}", "group", Text(f"第 {n + 1} 项", f"Number {n + 1}"), Text("", ""), False, entries=within
    )


def _money(place: str, required: bool) -> tuple[Entry, ...]:
    nothing = Text("", "")
    return (
        Entry(f"{place}/amount", "text", Text("金额", "Amount"), Text("如 1250.00", "Such as 1250.00"), required),
        Entry(f"{place}/currency", "text", Text("币种", "Currency"), nothing, required, max_length=3),
    )


def _options(shape: Shape) -> tuple[tuple[str, Text], ...]:
    return tuple((each, naming.value(each, shape.name)) for each in shape.choices)


def _is_many(shape: Shape) -> bool:
    return shape.items is not None and 0 < len(shape.items.choices) <= CHOICES_MAX


def _object(one: Any, place: str, shape: Shape, depth: int) -> Entry:
    within = entries(shape, f"{place}/", depth + 1) if depth < DEPTH_MAX else ()
    made: Entry
    if within and _is_small(within):
        made = one("group", entries=within)
    else:
        made = one("pairs" if shape.pairs_of is not None else "json")
    return made


def _is_one_field(shape: Shape) -> bool:
    return shape.is_plain or shape.pairs_of is not None


def _is_small(group: Sequence[Entry]) -> bool:
    """Whether a group is filled in field by field; a whole study is written elsewhere, and sent as it is."""
    return sum(1 for each in group for _ in each.leaves()) <= GROUP_MAX


def _is_files(name: str, items: Shape | None) -> bool:
    """Whether a list holds ids of files."""
    return name == FILES and items is not None and items.kind == "string"


def _as_entered(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _tree(values: Values) -> dict[str, Any]:
    """The values by their places; what was left empty is not among them."""
    whole: dict[str, Any] = {}
    for name, value in values.items():
        if value in ("", []):
            continue
        *outer, last = name.split("/")
        place = whole
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return whole


def _typed(shape: Shape, value: Any, pointer: str, wrong: list[FieldError]) -> Any:
    if shape.is_money:
        return value if isinstance(value, dict) and "amount" in value else None
    match shape.kind:
        case "object" if shape.fields and isinstance(value, dict):
            made = {
                name: _typed(shape.fields[name], each, f"{pointer}/{name}", wrong)
                for name, each in value.items()
                if name in shape.fields
            }
            return {name: each for name, each in made.items() if each is not None} or None
        case "array" if isinstance(value, dict) and shape.items is not None:
            items = shape.items
            return [_typed(items, each, f"{pointer}/{n}", wrong) for n, each in sorted(value.items(), key=_place)]
        case "array" if not isinstance(value, dict) and shape.items is not None and shape.items.kind == "string":
            lines = "\n".join(value).splitlines() if isinstance(value, list) else value.splitlines()
            return [line.strip() for line in lines if line.strip()]
        case "string" | "integer" | "number" | "boolean":
            return _value(shape, value)
        case "object" if shape.pairs_of is not None and isinstance(value, str) and not value.startswith("{"):
            return {name: _value(shape.pairs_of, each) for name, each in pairs.read(value, pointer, wrong).items()}
        case _ if isinstance(value, str):
            return _json(shape, value, pointer, wrong)
    return value


def _value(shape: Shape, value: Any) -> Any:
    if shape.kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if shape.kind == "integer" and WHOLE.fullmatch(value):
        return int(value)
    if shape.kind == "number" and DECIMAL.fullmatch(value):
        return float(value)
    if shape.format == "date-time" and LOCAL.fullmatch(value):
        # A browser's field for a moment has no zone: it is Beijing time, as the page says.
        return f"{value if value.count(':') == 2 else value + ':00'}+08:00"
    return value


def _json(shape: Shape, value: str, pointer: str, wrong: list[FieldError]) -> Any:
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeEncodeError):
        if shape.takes_text:
            return value
        wrong.append(FieldError(pointer, NOT_JSON))
        return None


def _place(row: tuple[str, Any]) -> int:
    """Where a row of a list stands: 10 comes after 9."""
    return int(row[0])
