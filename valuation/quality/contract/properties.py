"""One ODCS property to its declaration and its rules; each option belongs to certain logical types."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kernel.text import Text
from valuation.quality.contract.contract import Arguments, Kind, LogicalType, Property, Reference, Rule
from valuation.quality.contract.faults import Faults
from valuation.quality.contract.options import option_rules, set_rule, written_as
from valuation.quality.spelling.numbers import NUMBER_FORMS

PRIVACY = ("identifier", "quasi-identifier", "sensitive")
"""An identifier names a person, quasi-identifiers do together, and a sensitive value must not be told of anybody."""

_NOTES = {
    "id", "businessName", "description", "tags", "physicalType", "primaryKeyPosition", "partitioned",
    "partitionKeyPosition", "classification", "encryptedName", "transformSourceObjects", "transformLogic",
    "transformDescription", "examples", "criticalDataElement", "authoritativeDefinitions", "customProperties",
    "semanticType", "context", "deprecated", "synonyms",
}  # fmt: skip
_KNOWN = {
    "name", "physicalName", "logicalType", "logicalTypeOptions", "required", "unique", "primaryKey", "enum",
    "quality", "relationships",
} | _NOTES  # fmt: skip
_OF_VALUES = ("unique", "primaryKey", "enum", "relationships")
"""What only a value can be that holds no others."""
_CORRECT = Text("请更正。", "Correct it.")


class Inside(Struct, frozen=True):
    """Where a property stands: what its name and its column begin with, and the column of the object around it."""

    name: str = ""
    column: str = ""
    within: str = ""
    required: frozenset[str] = frozenset()
    depth: int = 0


def property_of(faults: Faults, pointer: str, declared: Mapping[str, Any], inside: Inside) -> Property | None:
    """Read what a column is; a column without a name or a known type has no rules."""
    stated = declared.get("logicalType")
    nested = {"object": {"properties"}, "array": {"items"}}.get(str(stated), set())
    faults.unknown(pointer, declared, _KNOWN | nested)
    name = faults.text(pointer, declared, "name", required=True)
    for key in ("required", "unique", "primaryKey"):
        if not isinstance(declared.get(key, False), bool):
            faults.add(
                f"{pointer}/{key}",
                Text(f"{key} 须为 true 或 false。", f"{key} must be true or false."),
                _CORRECT,
            )
    if stated not in list(LogicalType):
        faults.add(
            f"{pointer}/logicalType",
            Text(f"不支持的 logicalType：{stated}", f"This logicalType is not supported: {stated}"),
            Text(
                f"可用：{'、'.join(LogicalType)}；"
                "map 请写成 key 与 value 组成的 array，vector 请写成 number 的 array。",
                f"Supported: {', '.join(LogicalType)}; "
                "write a map as an array of objects with key and value, a vector as an array of numbers.",
            ),
        )
        return None
    if nested:
        _only_held(faults, pointer, declared)
    return Property(
        name=inside.name + name,
        column=inside.column + (faults.text(pointer, declared, "physicalName") or name),
        logical_type=LogicalType(stated),
        required=declared.get("required") is True or declared.get("primaryKey") is True or name in inside.required,
        public=declared.get("classification") == "public",
        privacy=_privacy(faults, pointer, declared),
        within=inside.within,
        form=_form(faults, pointer, declared, LogicalType(stated)),
    )


def _only_held(faults: Faults, pointer: str, declared: Mapping[str, Any]) -> None:
    for key in _OF_VALUES:
        if declared.get(key):
            faults.add(
                f"{pointer}/{key}",
                Text(f"{key} 不适用于对象与数组。", f"{key} does not apply to objects and arrays."),
                Text("请写在其内部字段上。", "State it of the fields inside."),
            )


def _privacy(faults: Faults, pointer: str, declared: Mapping[str, Any]) -> str:
    """What a column is to the privacy of persons: `customProperties: [{property: privacy, value: …}]`."""
    return _custom(faults, pointer, declared, "privacy", PRIVACY)


def _form(faults: Faults, pointer: str, declared: Mapping[str, Any], logical_type: LogicalType) -> str:
    """How values are written: days and moments by `format`, numbers by the custom property `numberForm`."""
    written = written_as(logical_type, declared.get("logicalTypeOptions"))
    number = _custom(faults, pointer, declared, "numberForm", NUMBER_FORMS)
    return number if logical_type in (LogicalType.INTEGER, LogicalType.NUMBER) else written


def _custom(faults: Faults, pointer: str, declared: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    """The value of a custom property out of a closed list, or nothing."""
    for place, custom in faults.items(f"{pointer}/customProperties", declared.get("customProperties")):
        if custom.get("property") == name:
            if custom.get("value") in allowed:
                return str(custom["value"])
            faults.add(
                f"{place}/value",
                Text(f"{name} 的取值不认识。", f"This value of {name} is unknown."),
                Text(f"可用：{'、'.join(allowed)}。", f"Use one of: {', '.join(allowed)}."),
            )
    return ""


def rules_of(faults: Faults, pointer: str, declared: Mapping[str, Any], column: Property, object_: str) -> list[Rule]:
    """Give every rule that a property states by itself; quality.py reads its `quality` list."""
    found: list[tuple[str, Kind, str, Arguments]] = [("", Kind.TYPE, pointer, None)]
    if column.required:
        found.append(("", Kind.NOT_NULL, f"{pointer}/required", None))
    if declared.get("unique") is True:
        found.append(("", Kind.UNIQUE, f"{pointer}/unique", None))
    found += option_rules(faults, f"{pointer}/logicalTypeOptions", declared.get("logicalTypeOptions"), column)
    if (enum := declared.get("enum")) is not None:
        values = [v.get("value") if isinstance(v, Mapping) else v for v in enum] if isinstance(enum, list) else enum
        found += set_rule(faults, f"{pointer}/enum", values, column, "")
    for place, link in faults.items(f"{pointer}/relationships", declared.get("relationships")):
        faults.unknown(place, link, {"id", "type", "to", "customProperties"})
        for target, referenced in faults.elements(place, link, "to")[:1]:
            found.append(("", Kind.REFERENCE, place, Reference(target, (referenced,))))
    return [
        Rule(given or f"{object_}.{column.column}:{kind}", object_, (column.column,), kind, place, arguments)
        for given, kind, place, arguments in found
    ]
