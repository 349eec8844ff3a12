"""ODCS v3 document to Contract: everything is understood, kept as a note, or refused, all faults at once."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from kernel.crypto import canonical
from kernel.text import Text
from valuation.quality.contract.contract import Contract, ContractObject, FieldFault, Kind, Property, Reference, Rule
from valuation.quality.contract.faults import Faults
from valuation.quality.contract.levels import price, servers, sla_rules
from valuation.quality.contract.objects import Declared, Names, declared_objects
from valuation.quality.contract.quality import Scope, quality_rules

_NOTES = {
    "status", "name", "tenant", "domain", "dataProduct", "description", "tags", "servers", "support", "price",
    "team", "roles", "customProperties", "authoritativeDefinitions", "contractCreatedTs", "context",
}  # fmt: skip
_TOP = {"apiVersion", "kind", "id", "version", "schema", "slaProperties", "slaDefaultElement"} | _NOTES


def read(document: Mapping[str, Any]) -> Contract | list[FieldFault]:
    """Understand a contract, or list every fault that keeps it from being understood."""
    faults = Faults()
    faults.unknown("", document, _TOP)
    _header(faults, document)
    price(faults, document)
    servers(faults, document)
    objects = declared_objects(faults, document.get("schema"))
    names = Names(objects)
    scopes = {o.name: {p.name: p for p in o.properties} for o in objects}
    for own in objects:
        own.rules += _object_references(faults, own)
        _listed(faults, own, scopes)
    rules = [rule for o in objects for rule in o.rules]
    rules += sla_rules(faults, document, objects, names)
    rules = _resolved(faults, objects, names, rules)
    digest = _digest(faults, document)
    if faults.found:
        return faults.all()
    by_object: dict[str, list[Rule]] = {}
    for rule in rules:
        by_object.setdefault(rule.object, []).append(rule)
    return Contract(
        id=document["id"],
        version=document["version"],
        api_version=document["apiVersion"],
        objects=tuple(
            ContractObject(
                o.name,
                o.physical_name,
                tuple(o.properties),
                tuple(by_object.get(o.name, ())),
                o.parent,
                o.column,
            )
            for o in objects
        ),
        unmeasured=tuple(faults.unmeasured),
        raw=document,
        digest=digest,
    )


def _listed(faults: Faults, own: Declared, scopes: Mapping[str, Mapping[str, Property]]) -> None:
    """The `quality` lists of an object and its columns; a rule with another's name gets its place's."""
    taken = {rule.id for rule in own.rules}
    for listed, entries, column in own.listed:
        for place, quality in faults.items(listed, entries):
            if not faults.spend(place, "rules", 1):
                return
            for rule in quality_rules(faults, place, quality, Scope(own.name, scopes, column)):
                free = rule.id not in taken or quality.get("id") is not None
                kept = rule if free else msgspec.structs.replace(rule, id=f"{place}:{rule.kind}")
                own.rules.append(kept)
                taken.add(kept.id)


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


def _object_references(faults: Faults, own: Declared) -> list[Rule]:
    """Foreign keys, also composite ones: `from` and `to` are one or several `object.column`, equally many."""
    rules = []
    for place, link in faults.items(f"{own.pointer}/relationships", own.item.get("relationships")):
        faults.unknown(place, link, {"id", "type", "from", "to", "customProperties"})
        sides = [faults.elements(place, link, side) for side in ("from", "to")]
        if not all(sides):
            continue
        sources, targets = sides
        targeted = {target for target, _ in targets}
        here = (own.name, str(own.item.get("id")))
        if len(sources) != len(targets) or any(source not in here for source, _ in sources) or len(targeted) != 1:
            faults.add(
                place,
                Text(
                    "from 与 to 的字段数须相同，且各在同一个对象内。",
                    "from and to must list as many columns, each side of one object.",
                ),
                Text(
                    f"from 请写 {own.name}.字段，to 请写另一对象的字段。",
                    f"Write from as {own.name}.column and to as columns of one other object.",
                ),
            )
            continue
        columns = tuple(own.columns.get(column, column) for _, column in sources)
        faults.undeclared(place, columns, {p.column for p in own.properties})
        rule_id = f"{own.name}.{'+'.join(columns)}:reference"
        argument = Reference(targeted.pop(), tuple(column for _, column in targets))
        rules.append(Rule(rule_id, own.name, columns, Kind.REFERENCE, place, argument))
    return rules


def _resolved(faults: Faults, objects: list[Declared], names: Names, rules: list[Rule]) -> list[Rule]:
    """Names that rules use must be declared, and no two rules may share an id."""
    declared = {o.name: {p.column: p for p in o.properties} for o in objects}
    found = []
    for rule in rules:
        if rule.kind is Kind.UNIQUE:
            faults.undeclared(rule.pointer, rule.columns, declared[rule.object])
        found.append(rule if not isinstance(rule.arguments, Reference) else _linked(faults, names, rule, declared))
    faults.repeated("/schema", [rule.id for rule in rules])
    return found


def _linked(faults: Faults, names: Names, rule: Rule, declared: Mapping[str, Mapping[str, Property]]) -> Rule:
    """A reference with the columns it leads to, which must be there and of the same types."""
    assert isinstance(rule.arguments, Reference)
    sides = [names.resolved(rule.arguments.object, column) for column in rule.arguments.columns]
    lost = [
        f"{rule.arguments.object}.{c}" for c, side in zip(rule.arguments.columns, sides, strict=True) if side is None
    ]
    there = [side for side in sides if side is not None]
    faults.undeclared(rule.pointer, lost, ())
    if lost or len({object_ for object_, _ in there}) != 1:
        return rule
    reference = Reference(there[0][0], tuple(column for _, column in there))
    for ours, theirs in zip(rule.columns, reference.columns, strict=True):
        here, target = declared[rule.object].get(ours), declared[reference.object].get(theirs)
        if here is not None and target is not None and here.logical_type != target.logical_type:
            faults.add(
                rule.pointer,
                Text(f"外键两侧类型不同：{ours} 与 {theirs}", f"The two sides differ in type: {ours} and {theirs}"),
                Text("请声明相同的 logicalType。", "Declare the same logicalType on both sides."),
            )
    return msgspec.structs.replace(rule, arguments=reference)
