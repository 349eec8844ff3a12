"""One ODCS property to its declaration and its rules; each option belongs to certain logical types."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from kernel.text import Text
from valuation.quality.contract.contract import (
    Arguments,
    Bound,
    Kind,
    Length,
    LogicalType,
    Pattern,
    Property,
    Range,
    Reference,
    Rule,
    Value,
    ValueSet,
)
from valuation.quality.contract.faults import Faults
from valuation.quality.contract.patterns import UnportablePatternError, portable

VALUES_MAX = 10_000
PRIVACY = ("identifier", "quasi-identifier", "sensitive")
"""An identifier names a person, quasi-identifiers do together, and a sensitive value must not be told of anybody."""

_NOTES = {
    "id", "businessName", "description", "tags", "physicalType", "primaryKeyPosition", "partitioned",
    "partitionKeyPosition", "classification", "encryptedName", "transformSourceObjects", "transformLogic",
    "transformDescription", "examples", "criticalDataElement", "authoritativeDefinitions", "customProperties",
    "semanticType", "context",
}  # fmt: skip
_KNOWN = {
    "name", "physicalName", "logicalType", "logicalTypeOptions", "required", "unique", "primaryKey", "enum",
    "quality", "relationships",
} | _NOTES  # fmt: skip
_BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_NUMERIC = {LogicalType.INTEGER, LogicalType.NUMBER}
_TEMPORAL = {LogicalType.DATE, LogicalType.TIMESTAMP, LogicalType.TIME}
_OPTIONS: dict[LogicalType, set[str]] = {
    LogicalType.STRING: {"pattern", "minLength", "maxLength"},
    LogicalType.INTEGER: _BOUNDS,
    LogicalType.NUMBER: _BOUNDS,
    LogicalType.BOOLEAN: set(),
    LogicalType.DATE: _BOUNDS,
    LogicalType.TIMESTAMP: _BOUNDS | {"timezone", "defaultTimezone"},
    LogicalType.TIME: _BOUNDS,
}
_CORRECT = Text("请更正。", "Correct it.")


def property_of(faults: Faults, pointer: str, declared: Mapping[str, Any]) -> Property | None:
    """Read what a column is; a column without a name or a comparable type has no rules."""
    faults.unknown(pointer, declared, _KNOWN)
    name = faults.text(pointer, declared, "name", required=True)
    for key in ("required", "unique", "primaryKey"):
        if not isinstance(declared.get(key, False), bool):
            faults.add(
                f"{pointer}/{key}",
                Text(f"{key} 须为 true 或 false。", f"{key} must be true or false."),
                _CORRECT,
            )
    stated = declared.get("logicalType")
    if stated not in list(LogicalType):
        faults.add(
            f"{pointer}/logicalType",
            Text(f"不支持的 logicalType：{stated}", f"This logicalType is not supported: {stated}"),
            Text(f"可用：{'、'.join(LogicalType)}。", f"Supported: {', '.join(LogicalType)}."),
        )
        return None
    return Property(
        name=name,
        column=faults.text(pointer, declared, "physicalName") or name,
        logical_type=LogicalType(stated),
        required=declared.get("required") is True or declared.get("primaryKey") is True,
        public=declared.get("classification") == "public",
        privacy=_privacy(faults, pointer, declared),
    )


def _privacy(faults: Faults, pointer: str, declared: Mapping[str, Any]) -> str:
    """What a column is to the privacy of persons: `customProperties: [{property: privacy, value: …}]`."""
    for place, custom in faults.items(f"{pointer}/customProperties", declared.get("customProperties")):
        if custom.get("property") == "privacy":
            if custom.get("value") in PRIVACY:
                return str(custom["value"])
            faults.add(
                f"{place}/value",
                Text("privacy 的取值不认识。", "This value of privacy is unknown."),
                Text(f"可用：{'、'.join(PRIVACY)}。", f"Use one of: {', '.join(PRIVACY)}."),
            )
    return ""


def rules_of(faults: Faults, pointer: str, declared: Mapping[str, Any], column: Property, object_: str) -> list[Rule]:
    """Give every rule that a property states by itself; contract_quality.py reads its `quality` list."""
    found: list[tuple[str, Kind, str, Arguments]] = [("", Kind.TYPE, pointer, None)]
    if column.required:
        found.append(("", Kind.NOT_NULL, f"{pointer}/required", None))
    if declared.get("unique") is True:
        found.append(("", Kind.UNIQUE, f"{pointer}/unique", None))
    found += _options(faults, f"{pointer}/logicalTypeOptions", declared.get("logicalTypeOptions"), column)
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


def _options(faults: Faults, pointer: str, options: Any, column: Property) -> list[tuple[str, Kind, str, Arguments]]:
    if options is None:
        return []
    if not isinstance(options, Mapping):
        faults.add(pointer, Text("须为对象。", "This must be a mapping."), _CORRECT)
        return []
    faults.unknown(pointer, options, _OPTIONS[column.logical_type])
    found: list[tuple[str, Kind, str, Arguments]] = []
    if column.logical_type is LogicalType.STRING:
        if "pattern" in options:
            found += pattern_rule(faults, f"{pointer}/pattern", options["pattern"], "")
        if {"minLength", "maxLength"} & set(options):
            found += _length(faults, pointer, options)
    elif _BOUNDS & set(options):
        found += _range(faults, pointer, options, column.logical_type)
    _timezone(faults, pointer, options)
    return found


def _timezone(faults: Faults, pointer: str, options: Mapping[str, Any]) -> None:
    """Stamps without a zone are read as UTC; any other promise would silently shift them."""
    if options.get("defaultTimezone", "UTC") not in ("UTC", "Etc/UTC"):
        faults.add(
            f"{pointer}/defaultTimezone",
            Text("只支持 UTC。", "Only UTC is supported."),
            Text("请把时间转换为 UTC。", "Convert the times to UTC."),
        )


def pattern_rule(faults: Faults, pointer: str, value: Any, given: str) -> list[tuple[str, Kind, str, Arguments]]:
    try:
        if not isinstance(value, str):
            raise UnportablePatternError("not a text")
        return [(given, Kind.PATTERN, pointer, Pattern(portable(value)))]
    except UnportablePatternError as refused:
        faults.add(
            pointer,
            Text(f"正则表达式不可移植：{refused}", f"The regular expression is not portable: {refused}"),
            Text(
                "请只用 RE2 子集：不用环视、反向引用和 \\b。",
                "Use the RE2 subset: no look-around, back-reference or \\b.",
            ),
        )
        return []


def _length(faults: Faults, pointer: str, options: Mapping[str, Any]) -> list[tuple[str, Kind, str, Arguments]]:
    low, high = options.get("minLength"), options.get("maxLength")
    for value in (low, high):
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            faults.add(pointer, Text("长度须为非负整数。", "Lengths must be whole numbers of at least 0."), _CORRECT)
            return []
    if low is not None and high is not None and low > high:
        faults.add(pointer, Text("minLength 大于 maxLength。", "minLength is above maxLength."), _CORRECT)
        return []
    return [("", Kind.LENGTH, pointer, Length(low, high))]


def _range(
    faults: Faults, pointer: str, options: Mapping[str, Any], logical_type: LogicalType
) -> list[tuple[str, Kind, str, Arguments]]:
    bounds: dict[str, Bound | None] = {}
    for key in sorted(_BOUNDS & set(options)):
        bounds[key] = _bound(options[key], logical_type)
        if bounds[key] is None:
            faults.add(
                f"{pointer}/{key}",
                Text(f"{key} 不是 {logical_type} 类型的值。", f"{key} is no {logical_type} value."),
                Text(
                    "数字直接写，日期时间按 ISO 8601 书写。",
                    "Write numbers plainly, dates and times as ISO 8601.",
                ),
            )
    for one, other in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if one in bounds and other in bounds:
            faults.add(pointer, Text(f"{one} 与 {other} 只能有一个。", f"Give either {one} or {other}."), _CORRECT)
    low, high = (
        bounds.get("minimum", bounds.get("exclusiveMinimum")),
        bounds.get("maximum", bounds.get("exclusiveMaximum")),
    )
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        faults.add(pointer, Text("下限大于上限。", "The lower bound is above the upper bound."), _CORRECT)
    kind = Kind.PERIOD if logical_type in (LogicalType.DATE, LogicalType.TIMESTAMP) else Kind.RANGE
    return [
        (
            "",
            kind,
            pointer,
            Range(low, high, "exclusiveMinimum" not in bounds, "exclusiveMaximum" not in bounds),
        )
    ]


def _bound(value: Any, logical_type: LogicalType) -> Bound | None:
    if logical_type in _NUMERIC:
        finite = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
        return value if finite else None
    try:
        if logical_type is LogicalType.DATE:
            return date.fromisoformat(str(value))
        if logical_type is LogicalType.TIME:
            return time.fromisoformat(str(value))
        stamp = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)


def set_rule(
    faults: Faults, pointer: str, values: Any, column: Property, given: str
) -> list[tuple[str, Kind, str, Arguments]]:
    accepted: dict[LogicalType, tuple[type, ...]] = {
        LogicalType.STRING: (str,),
        LogicalType.INTEGER: (int,),
        LogicalType.NUMBER: (int, float),
        LogicalType.BOOLEAN: (bool,),
    }
    types = accepted.get(column.logical_type, ())
    if not isinstance(values, list) or not 0 < len(values) <= VALUES_MAX or not all(fits(v, types) for v in values):
        faults.add(
            pointer,
            Text(
                f"允许的取值须为 {column.logical_type} 类型的非空列表。",
                f"Permitted values must be a list of {column.logical_type} values.",
            ),
            Text("文本取值请加引号。", "Put texts in quotes."),
        )
        return []
    typed: list[Value] = values
    return [(given, Kind.SET, pointer, ValueSet(tuple(typed)))]


def fits(value: Any, types: tuple[type, ...]) -> bool:
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))
