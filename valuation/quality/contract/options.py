"""The options of a logical type as rules: lengths, bounds, patterns, sets, formats."""

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
    Value,
    ValueSet,
)
from valuation.quality.contract.faults import Faults
from valuation.quality.contract.sql.patterns import UnportablePatternError, portable
from valuation.quality.contract.sql.weight import weight
from valuation.quality.spelling.dates import DATE_FORMS, STAMP_FORMS

VALUES_MAX = 10_000
_BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_NUMERIC = {LogicalType.INTEGER, LogicalType.NUMBER}
_TEMPORAL = {LogicalType.DATE, LogicalType.TIMESTAMP, LogicalType.TIME}
_OPTIONS: dict[LogicalType, set[str]] = {
    LogicalType.STRING: {"pattern", "minLength", "maxLength", "format"},
    LogicalType.INTEGER: _BOUNDS | {"format", "multipleOf"},
    LogicalType.NUMBER: _BOUNDS | {"format", "multipleOf"},
    LogicalType.BOOLEAN: set(),
    LogicalType.DATE: _BOUNDS | {"format"},
    LogicalType.TIMESTAMP: _BOUNDS | {"timezone", "defaultTimezone", "format"},
    LogicalType.TIME: _BOUNDS | {"timezone", "defaultTimezone", "format"},
    LogicalType.OBJECT: {"required", "minProperties", "maxProperties"},
    LogicalType.ARRAY: {"minItems", "maxItems", "uniqueItems"},
}
_UNMEASURED = {"multipleOf", "minProperties", "maxProperties", "uniqueItems"}
"""Options that are kept and told as unmeasured."""
_FORMATS = {
    "email": r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$",
    "uuid": r"^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
    "uri": r"^[A-Za-z][A-Za-z0-9+.-]*:[^ \t\n]+$",
    "hostname": r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$",
    "ipv4": r"^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])$",
}
"""Formats of texts that a pattern can tell."""
_BITS = {
    "i8": (-(2**7), 2**7 - 1), "i16": (-(2**15), 2**15 - 1), "i32": (-(2**31), 2**31 - 1),
    "u8": (0, 2**8 - 1), "u16": (0, 2**16 - 1), "u32": (0, 2**32 - 1),
}  # fmt: skip
"""Formats of integers that a range can tell; the wider ones hold all that the engines hold."""
_CORRECT = Text("请更正。", "Correct it.")


def option_rules(
    faults: Faults, pointer: str, options: Any, column: Property
) -> list[tuple[str, Kind, str, Arguments]]:
    if options is None:
        return []
    if not isinstance(options, Mapping):
        faults.add(pointer, Text("须为对象。", "This must be a mapping."), _CORRECT)
        return []
    faults.unknown(pointer, options, _OPTIONS[column.logical_type])
    faults.unmeasured += [f"{pointer}/{key}" for key in sorted(_UNMEASURED & set(options))]
    found: list[tuple[str, Kind, str, Arguments]] = []
    if column.logical_type is LogicalType.STRING:
        if "pattern" in options:
            found += pattern_rule(faults, f"{pointer}/pattern", options["pattern"], "")
        if {"minLength", "maxLength"} & set(options):
            found += _length(faults, pointer, options)
    elif column.logical_type is LogicalType.ARRAY and {"minItems", "maxItems"} & set(options):
        found += [
            (given, Kind.LENGTH, place, Range(low.minimum, low.maximum, True, True))
            for given, _, place, low in _length(faults, pointer, options, "minItems", "maxItems")
            if isinstance(low, Length)
        ]
    elif _BOUNDS & set(options):
        found += _range(faults, pointer, options, column.logical_type)
    if "format" in options:
        found += _format(faults, f"{pointer}/format", options["format"], column, options)
    _timezone(faults, pointer, options)
    return found


def _format(
    faults: Faults, pointer: str, value: Any, column: Property, options: Mapping[str, Any]
) -> list[tuple[str, Kind, str, Arguments]]:
    """Formats that a pattern or a range can tell are rules, unless the contract gives its own; others are kept."""
    if not isinstance(value, str):
        faults.add(pointer, Text("format 须为文本。", "A format is a text."), _CORRECT)
        return []
    if column.logical_type is LogicalType.STRING and value in _FORMATS and "pattern" not in options:
        return [("", Kind.PATTERN, pointer, Pattern(_FORMATS[value]))]
    if column.logical_type is LogicalType.INTEGER and value in _BITS and not _BOUNDS & set(options):
        return [("", Kind.RANGE, pointer, Range(*_BITS[value], True, True))]
    if not written_as(column.logical_type, options):
        faults.unmeasured.append(pointer)
    return []


def written_as(logical_type: LogicalType, options: Any) -> str:
    """The form in which days or moments are written, where `format` is one that readers know."""
    known = {LogicalType.DATE: DATE_FORMS, LogicalType.TIMESTAMP: STAMP_FORMS}.get(logical_type, {})
    told = options.get("format") if isinstance(options, Mapping) else None
    return told if isinstance(told, str) and told in known else ""


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
        if not faults.spend(pointer, "patterns", weight(value)):
            return []
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


def _length(
    faults: Faults, pointer: str, options: Mapping[str, Any], least: str = "minLength", most: str = "maxLength"
) -> list[tuple[str, Kind, str, Arguments]]:
    low, high = options.get(least), options.get(most)
    for value in (low, high):
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            faults.add(pointer, Text("长度须为非负整数。", "Lengths must be whole numbers of at least 0."), _CORRECT)
            return []
    if low is not None and high is not None and low > high:
        faults.add(pointer, Text(f"{least} 大于 {most}。", f"{least} is above {most}."), _CORRECT)
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
