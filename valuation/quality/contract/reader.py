"""ODCS v3 document to Contract: everything is understood, kept as a note, or refused, all faults at once."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kernel import canonical
from kernel.text import Text
from valuation.quality.contract.contract import (
    Contract,
    ContractObject,
    FieldFault,
    Kind,
    MaximumAge,
    Property,
    Reference,
    Rule,
)
from valuation.quality.contract.faults import Faults
from valuation.quality.contract.properties import property_of, rules_of
from valuation.quality.contract.quality import Scope, quality_rules

OBJECTS_MAX = 100
PROPERTIES_MAX = 2000

_NOTES = {
    "status", "name", "tenant", "domain", "dataProduct", "description", "tags", "servers", "support", "price",
    "team", "roles", "customProperties", "authoritativeDefinitions", "contractCreatedTs",
}  # fmt: skip
_TOP = {"apiVersion", "kind", "id", "version", "schema", "slaProperties", "slaDefaultElement"} | _NOTES
_OBJECT_NOTES = {
    "id", "logicalType", "physicalType", "businessName", "description", "tags", "dataGranularityDescription",
    "authoritativeDefinitions", "customProperties",
}  # fmt: skip
_OBJECT = {"name", "physicalName", "properties", "relationships", "quality"} | _OBJECT_NOTES
_SLA = {
    "id",
    "property",
    "value",
    "unit",
    "element",
    "driver",
    "description",
    "valueExt",
    "scheduler",
    "schedule",
}
_SLA_NOTES = {
    "frequency", "retention", "generalAvailability", "endOfSupport", "endOfLife", "timeOfAvailability",
    "availability", "throughput", "errorRate", "timeToDetect", "timeToNotify", "timeToRepair",
}  # fmt: skip
_UNITS = {
    **dict.fromkeys(("d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("h", "hr", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("min", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("s", "sec", "second", "seconds"), timedelta(seconds=1)),
    **dict.fromkeys(("w", "week", "weeks"), timedelta(weeks=1)),
    **dict.fromkeys(("y", "yr", "year", "years"), timedelta(days=365)),
}


def read(document: Mapping[str, Any]) -> Contract | list[FieldFault]:
    """Understand a contract, or list every fault that keeps it from being understood."""
    faults = Faults()
    faults.unknown("", document, _TOP)
    _header(faults, document)
    objects = _objects(faults, document.get("schema"))
    rules = [rule for o in objects for rule in o.rules]
    rules += _sla_rules(faults, document, objects)
    _resolve(faults, objects, rules)
    digest = _digest(faults, document)
    if faults.found:
        return faults.found
    return Contract(
        id=document["id"],
        version=document["version"],
        api_version=document["apiVersion"],
        objects=tuple(
            ContractObject(o.name, o.physical_name, o.properties, tuple(r for r in rules if r.object == o.name))
            for o in objects
        ),
        unmeasured=tuple(faults.unmeasured),
        raw=document,
        digest=digest,
    )


def _same_types(faults: Faults, objects: Mapping[str, ContractObject], rule: Rule, reference: Reference) -> None:
    target = objects.get(reference.object)
    for ours, theirs in zip(rule.columns, reference.columns, strict=True):
        here, there = objects[rule.object].property(ours), target.property(theirs) if target else None
        if here is not None and there is not None and here.logical_type != there.logical_type:
            faults.add(
                rule.pointer,
                Text(f"外键两侧类型不同：{ours} 与 {theirs}", f"The two sides differ in type: {ours} and {theirs}"),
                Text("请声明相同的 logicalType。", "Declare the same logicalType on both sides."),
            )


def _digest(faults: Faults, document: Mapping[str, Any]) -> str:
    try:
        if b"\\u0000" in canonical.dumps(document):
            raise ValueError("NUL")
        return canonical.digest(document)
    except ValueError:
        faults.add(
            "",
            Text(
                "含有规范 JSON 无法保存的值（超过 2^53 的整数、空字符等）。",
                "A value cannot be kept in canonical JSON (an integer above 2^53, a NUL character …).",
            ),
            Text("请把该数写成文本，并删除控制字符。", "Write the number as text and remove control characters."),
        )
        return ""


def _header(faults: Faults, document: Mapping[str, Any]) -> None:
    if document.get("kind") != "DataContract":
        faults.add(
            "/kind",
            Text("kind 必须是 DataContract。", "kind must be DataContract."),
            Text("请写 kind: DataContract。", "Write kind: DataContract."),
        )
    if not re.fullmatch(r"v3\.[0-2]\.\d{1,3}", str(document.get("apiVersion", ""))):
        faults.add(
            "/apiVersion",
            Text("只读取 ODCS v3.0 至 v3.2。", "Only ODCS v3.0 to v3.2 are read."),
            Text("请写 apiVersion: v3.1.0。", "Write apiVersion: v3.1.0."),
        )
    for key in ("id", "version"):
        faults.text("", document, key, required=True)


def _objects(faults: Faults, schema: Any) -> list[ContractObject]:
    objects: list[ContractObject] = []
    for pointer, item in faults.items("/schema", schema, minimum=1, maximum=OBJECTS_MAX):
        faults.unknown(pointer, item, _OBJECT)
        name = faults.text(pointer, item, "name", required=True)
        physical = faults.text(pointer, item, "physicalName") or name
        objects.append(_object(faults, pointer, item, name, physical))
    faults.repeated("/schema", [o.name for o in objects])
    return objects


def _object(faults: Faults, pointer: str, item: Mapping[str, Any], name: str, physical: str) -> ContractObject:
    properties: list[Property] = []
    rules = [Rule(f"{name}:{kind}", name, (), kind, pointer) for kind in (Kind.COLUMNS, Kind.DOCUMENTED)]
    keys: list[tuple[int, str]] = []
    qualities: list[tuple[str, Any, Property | None]] = [(f"{pointer}/quality", item.get("quality"), None)]
    for place, declared in faults.items(
        f"{pointer}/properties", item.get("properties"), minimum=1, maximum=PROPERTIES_MAX
    ):
        declaration = property_of(faults, place, declared)
        if declaration is None:
            continue
        properties.append(declaration)
        rules += rules_of(faults, place, declared, declaration, name)
        qualities.append((f"{place}/quality", declared.get("quality"), declaration))
        if declared.get("primaryKey") is True:
            position = declared.get("primaryKeyPosition", len(keys) + 1)
            keys.append((position if isinstance(position, int) else 0, declaration.column))
    faults.repeated(f"{pointer}/properties", [p.column for p in properties])
    if keys:
        columns = tuple(column for _, column in sorted(keys))
        rules.append(Rule(f"{name}.{'+'.join(columns)}:unique", name, columns, Kind.UNIQUE, pointer))
    rules += _object_references(faults, pointer, item, name, properties)
    for listed, entries, column in qualities:
        for place, quality in faults.items(listed, entries):
            rules += quality_rules(faults, place, quality, Scope(name, tuple(properties), column))
    return ContractObject(name, physical, tuple(properties), tuple(rules))


def _object_references(
    faults: Faults, pointer: str, item: Mapping[str, Any], name: str, properties: list[Property]
) -> list[Rule]:
    """Composite foreign keys: `from` and `to` are lists of `object.column` of equal length."""
    rules = []
    for place, link in faults.items(f"{pointer}/relationships", item.get("relationships")):
        faults.unknown(place, link, {"id", "type", "from", "to", "customProperties"})
        sides = [faults.elements(place, link, side) for side in ("from", "to")]
        if not all(sides):
            continue
        (sources, targets), known = sides, {p.column for p in properties}
        targeted = {target for target, _ in targets}
        if len(sources) != len(targets) or {source for source, _ in sources} != {name} or len(targeted) != 1:
            faults.add(
                place,
                Text(
                    "from 与 to 的字段数须相同，且各在同一个对象内。",
                    "from and to must list as many columns, each side of one object.",
                ),
                Text(
                    f"from 请写 {name}.字段，to 请写另一对象的字段。",
                    f"Write from as {name}.column and to as columns of one other object.",
                ),
            )
            continue
        columns = tuple(column for _, column in sources)
        faults.undeclared(place, columns, known)
        rule_id = f"{name}.{'+'.join(columns)}:reference"
        argument = Reference(targeted.pop(), tuple(column for _, column in targets))
        rules.append(Rule(rule_id, name, columns, Kind.REFERENCE, place, argument))
    return rules


def _sla_rules(faults: Faults, document: Mapping[str, Any], objects: list[ContractObject]) -> list[Rule]:
    rules: list[Rule] = []
    for place, sla in faults.items("/slaProperties", document.get("slaProperties")):
        faults.unknown(place, sla, _SLA)
        promised = str(sla.get("property"))
        if promised in _SLA_NOTES:
            faults.unmeasured.append(place)
            continue
        if promised not in ("latency", "freshness"):
            faults.add(
                f"{place}/property",
                Text(f"未知的服务水平：{promised}", f"Unknown service level: {promised}"),
                Text("请用 latency 或 freshness。", "Use latency or freshness."),
            )
            continue
        rules += _freshness(faults, place, sla, document, objects)
    return rules


def _freshness(
    faults: Faults,
    place: str,
    sla: Mapping[str, Any],
    document: Mapping[str, Any],
    objects: list[ContractObject],
) -> list[Rule]:
    """A latency promise gives two checks: the newest stamp is young enough, no stamp lies in the future."""
    value, unit = sla.get("value"), _UNITS.get(str(sla.get("unit", "")).lower())
    element = str(sla.get("element") or document.get("slaDefaultElement") or "")
    name, _, column = element.partition(".")
    target = next((o for o in objects if o.name == name), None)
    declared = target.property(column) if target else None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 1_000_000 or unit is None:
        faults.add(
            place,
            Text("时延须为正数并带单位。", "A latency needs a positive value and a unit."),
            Text(f"单位可用：{'、'.join(_UNITS)}。", f"Units: {', '.join(_UNITS)}."),
        )
        return []
    if declared is None or declared.logical_type not in ("timestamp", "date"):
        faults.add(
            f"{place}/element",
            Text(
                f"时延须指向已声明的时间字段：{element}",
                f"A latency must name a declared date or timestamp column: {element}",
            ),
            Text("请写 element: 对象.字段。", "Write element: object.column."),
        )
        return []
    rule_id = faults.text(place, sla, "id") or f"{element}:freshness"
    return [
        Rule(rule_id, name, (column,), Kind.FRESHNESS, place, MaximumAge(value * unit)),
        Rule(f"{element}:not_future", name, (column,), Kind.NOT_FUTURE, place),
    ]


def _resolve(faults: Faults, objects: list[ContractObject], rules: list[Rule]) -> None:
    """Names that rules use must be declared, and no two rules may share an id."""
    columns = {o.name: {p.column for p in o.properties} for o in objects}
    for rule in rules:
        if rule.kind is Kind.UNIQUE:
            faults.undeclared(rule.pointer, rule.columns, columns[rule.object])
        if isinstance(rule.arguments, Reference):
            faults.undeclared(rule.pointer, rule.arguments.columns, columns.get(rule.arguments.object, set()))
            _same_types(faults, {o.name: o for o in objects}, rule, rule.arguments)
    faults.repeated("/schema", [rule.id for rule in rules])
