"""The `schema` of an ODCS contract: objects, their properties, and what is nested in these.

A field of an object becomes the column `address.city`; the items of an array become a table of their own, named
`orders.items`, whose rows carry the numbers of their parents. So every rule that a plain column can have, a nested
one can have, and every engine counts it alike (reading/nesting.py makes the columns).
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from kernel.text import Text
from valuation.quality.contract.contract import Kind, LogicalType, Property, Rule
from valuation.quality.contract.faults import Faults
from valuation.quality.contract.properties import Inside, property_of, rules_of

OBJECTS_MAX = 100
PROPERTIES_MAX = 2000
NESTED_MAX = 8
ITEM = "item"
"""The one column of a table of plain items."""

_OBJECT_NOTES = {
    "id", "logicalType", "physicalType", "businessName", "description", "tags", "dataGranularityDescription",
    "authoritativeDefinitions", "customProperties", "context", "deprecated", "synonyms",
}  # fmt: skip
_OBJECT = {"name", "physicalName", "properties", "relationships", "quality"} | _OBJECT_NOTES


class Declared(Struct):
    """An object while it is read: `listed` are its `quality` lists with the column they stand in."""

    name: str
    physical_name: str
    pointer: str
    item: Mapping[str, Any]
    parent: str = ""
    column: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    properties: list[Property] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    keys: list[tuple[int, str]] = field(default_factory=list)
    listed: list[tuple[str, Any, Property | None]] = field(default_factory=list)

    @property
    def columns(self) -> dict[str, str]:
        """From ids, names and columns of properties to columns."""
        named = {p.name: p.column for p in self.properties}
        return self.ids | {p.column: p.column for p in self.properties} | named


def declared_objects(faults: Faults, schema: Any) -> list[Declared]:
    """Read every object with the rules that its properties state by themselves."""
    found: list[Declared] = []
    for pointer, item in faults.items("/schema", schema, minimum=1, maximum=OBJECTS_MAX):
        faults.unknown(pointer, item, _OBJECT)
        name = faults.text(pointer, item, "name", required=True)
        own = Declared(name, faults.text(pointer, item, "physicalName") or name, pointer, item)
        found.append(own)
        _begin(own, item.get("quality"))
        _properties(faults, f"{pointer}/properties", item.get("properties"), own, Inside(), found)
    faults.repeated("/schema", [o.name for o in found])
    for own in found:
        faults.repeated(f"{own.pointer}/properties", [p.column for p in own.properties])
        if own.keys:
            columns = tuple(column for _, column in sorted(own.keys))
            key = f"{own.name}.{'+'.join(columns)}:unique"
            own.rules.append(Rule(key, own.name, columns, Kind.UNIQUE, own.pointer))
    return found


def _begin(own: Declared, quality: Any) -> None:
    own.rules += [
        Rule(f"{own.name}:{kind}", own.name, (), kind, own.pointer) for kind in (Kind.COLUMNS, Kind.DOCUMENTED)
    ]
    own.listed.append((f"{own.pointer}/quality", quality, None))


def _properties(
    faults: Faults, pointer: str, listed: Any, own: Declared, inside: Inside, found: list[Declared]
) -> None:
    for place, declared in faults.items(pointer, listed, minimum=1, maximum=PROPERTIES_MAX):
        _property(faults, place, declared, own, inside, found)


def _property(
    faults: Faults, place: str, declared: Mapping[str, Any], own: Declared, inside: Inside, found: list[Declared]
) -> None:
    declaration = property_of(faults, place, declared, inside)
    if declaration is None:
        return
    own.properties.append(declaration)
    own.rules += rules_of(faults, place, declared, declaration, own.name)
    own.listed.append((f"{place}/quality", declared.get("quality"), declaration))
    if isinstance(declared.get("id"), str):
        own.ids[declared["id"]] = declaration.column
    if declared.get("primaryKey") is True:
        position = declared.get("primaryKeyPosition", len(own.keys) + 1)
        own.keys.append((position if isinstance(position, int) else 0, declaration.column))
    if declaration.logical_type is LogicalType.OBJECT and declared.get("properties") is not None:
        if _too_deep(faults, place, inside.depth):
            return
        options = declared.get("logicalTypeOptions")
        required = options.get("required") if isinstance(options, Mapping) else None
        names = frozenset(str(n) for n in required) if isinstance(required, list) else frozenset[str]()
        deeper = Inside(declaration.name + ".", declaration.column + ".", declaration.column, names, inside.depth + 1)
        _properties(faults, f"{place}/properties", declared["properties"], own, deeper, found)
    held = declared.get("items") if declaration.logical_type is LogicalType.ARRAY else None
    if held is not None and not _too_deep(faults, place, inside.depth):
        _items(faults, f"{place}/items", held, own, declaration, inside.depth + 1, found)


def _items(
    faults: Faults, place: str, items: Any, own: Declared, array: Property, depth: int, found: list[Declared]
) -> None:
    """The items of an array as a table: the fields of objects, or one column of plain values."""
    for _, item in faults.items(place.rpartition("/")[0], [items]):
        name = f"{own.name}.{array.name}"
        table = Declared(name, name, place, item, parent=own.name, column=array.column)
        found.append(table)
        plain = item.get("logicalType") != LogicalType.OBJECT
        _begin(table, None if plain else item.get("quality"))
        inside = Inside(depth=depth)
        if plain:
            _property(faults, place, {"name": ITEM, **item, "physicalName": ITEM}, table, inside, found)
        else:
            _properties(faults, f"{place}/properties", item.get("properties"), table, inside, found)


def _too_deep(faults: Faults, place: str, depth: int) -> bool:
    if depth < NESTED_MAX:
        return False
    faults.add(
        place,
        Text(f"嵌套超过 {NESTED_MAX} 层。", f"Nested deeper than {NESTED_MAX} levels."),
        Text("请把内层拆成单独的对象。", "Make the inner level an object of its own."),
    )
    return True


class Names:
    """Leads from the ways in which a contract may name a column to the object and the column."""

    def __init__(self, objects: list[Declared]) -> None:
        self._columns = {o.name: o.columns for o in objects}
        self._ids = {str(o.item["id"]): o.name for o in objects if not o.parent and isinstance(o.item.get("id"), str)}

    def resolved(self, object_: str, column: str) -> tuple[str, str] | None:
        """Give the object and the column, also of `orders.items.sku`; None when nothing is declared so."""
        whole = f"{self._ids.get(object_, object_)}.{column}"
        for name, columns in self._columns.items():
            if whole.startswith(name + ".") and (found := columns.get(whole[len(name) + 1 :])) is not None:
                return name, found
        return None
