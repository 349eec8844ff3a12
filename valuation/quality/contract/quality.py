"""The `quality` lists of an ODCS contract: library metrics, SQL predicates, distribution rules, their thresholds."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from kernel.text import Text
from valuation.quality.contract.contract import (
    Arguments,
    Expression,
    Kind,
    LogicalType,
    Missing,
    Property,
    Rule,
    Statistic,
    Threshold,
    ValueSet,
)
from valuation.quality.contract.faults import Faults
from valuation.quality.contract.predicate import parse
from valuation.quality.contract.properties import pattern_rule, set_rule
from valuation.quality.contract.translation import PredicateRefusedError
from valuation.quality.scoring.indicators import FROM_DATA

ENGINE = "liutong"
"""The `engine` of a custom rule that we measure; rules for other engines are kept and named as unmeasured."""

STATISTICS = ("mean", "standardDeviation", "sum", "minimum", "maximum", "median")

_KNOWN = {
    "id", "name", "type", "metric", "rule", "arguments", "unit", "dimension", "severity", "description",
    "businessImpact", "tags", "customProperties", "query", "engine", "implementation", "method", "scheduler",
    "schedule", "authoritativeDefinitions", "dialect",
}  # fmt: skip
_BOUNDS: dict[str, tuple[str, bool, bool, bool]] = {
    "mustBe": ("=", True, True, True),
    "mustNotBe": ("≠", True, True, True),
    "mustBeGreaterThan": (">", True, False, False),
    "mustBeGreaterOrEqualTo": ("≥", True, False, True),
    "mustBeLessThan": ("<", False, True, False),
    "mustBeLessOrEqualTo": ("≤", False, True, True),
    "mustBeBetween": ("∈", True, True, True),
    "mustNotBeBetween": ("∉", True, True, True),
}
"""Each comparison: its sign, whether it bounds from below, from above, and whether the bound itself is allowed."""

_DIMENSIONS: dict[str, str] = {
    "accuracy": "0301",
    "completeness": "0201",
    "conformity": "0104",
    "consistency": "0402",
    "coverage": "0202",
    "timeliness": "0502",
    "uniqueness": "0304",
}
"""The indicator that a declared ODCS dimension asks for, when the rule's own kind does not decide it."""
_SHORT = {"ac": "accuracy", "cp": "completeness", "cf": "conformity", "cs": "consistency", "cv": "coverage",
          "tm": "timeliness", "uq": "uniqueness"}  # fmt: skip


class Scope(Struct, frozen=True):
    """Where a `quality` list stands: in an object, and in one of its columns unless it is the object's own."""

    object: str
    properties: tuple[Property, ...]
    column: Property | None = None


def quality_rules(faults: Faults, place: str, quality: Mapping[str, Any], scope: Scope) -> list[Rule]:
    """Read one entry of a `quality` list."""
    faults.unknown(place, quality, _KNOWN | set(_BOUNDS))
    stated = quality.get("type", "library")
    foreign = stated == "custom" and quality.get("engine") != ENGINE
    if stated == "text" or foreign:
        faults.unmeasured.append(place)
        return []
    threshold = _threshold(faults, place, quality)
    read = {"sql": _sql, "custom": _statistic, "library": _metric}.get(str(stated))
    if read is None:
        faults.add(
            f"{place}/type",
            Text(f"不认识的规则类型：{stated}", f"Unknown type of rule: {stated}"),
            Text("可用：library、sql、custom、text。", "Use library, sql, custom or text."),
        )
        return []
    found = read(faults, place, quality, scope)
    if found is None or threshold is None:
        return []
    columns, kind, arguments = found
    name = f"{scope.object}.{'+'.join(columns)}:{kind}" if columns else f"{scope.object}:{kind}"
    given = faults.text(place, quality, "id") or (name if kind in _OWN_NAME else f"{place}:{kind}")
    return [
        Rule(given, scope.object, columns, kind, place, arguments, threshold, _indicator(faults, place, quality, kind))
    ]


_OWN_NAME = (Kind.UNIQUE, Kind.ROW_COUNT, Kind.SET, Kind.PATTERN)
"""Kinds that an object or a column normally has once, so that its name tells the rule."""

Found = tuple[tuple[str, ...], Kind, Arguments] | None


def _threshold(faults: Faults, place: str, quality: Mapping[str, Any]) -> Threshold | None:
    stated = [key for key in _BOUNDS if key in quality]
    unit, cure = (
        quality.get("unit", "rows"),
        Text("例如 mustBe: 0，单位 rows 或 percent。", "For example mustBe: 0; the unit is rows or percent."),
    )
    if len(stated) != 1 or unit not in ("rows", "percent"):
        message = Text(
            "须有且仅有一个 mustBe… 比较，单位为 rows 或 percent。",
            "Exactly one mustBe… comparison is needed, in rows or percent.",
        )
        faults.add(place, message, cure)
        return None
    (key,) = stated
    sign, from_below, from_above, included = _BOUNDS[key]
    value, pair = quality[key], key.endswith("Between")
    numbers = value if pair and isinstance(value, list) else [value]
    usable = all(isinstance(n, int | float) and not isinstance(n, bool) and abs(n) < 1e18 for n in numbers)
    if not usable or len(numbers) != 1 + pair or numbers != sorted(numbers):
        faults.add(
            f"{place}/{key}",
            Text(
                "比较值须为数字；区间须为由小到大的两个数。",
                "The value must be a number; a range is two numbers in order.",
            ),
            cure,
        )
        return None
    low, high = Decimal(str(numbers[0])), Decimal(str(numbers[-1]))
    words = f"{sign} {'–'.join(str(n) for n in numbers)}{'%' if unit == 'percent' else ''}"
    return Threshold(
        words=words,
        low=low if from_below else None,
        high=high if from_above else None,
        include_low=included,
        include_high=included,
        outside=key.startswith("mustNot"),
        percent=unit == "percent",
    )


def _indicator(faults: Faults, place: str, quality: Mapping[str, Any], kind: Kind) -> str | None:
    """`customProperties: [{property: indicator, value: "0401"}]` names it; else a declared dimension may."""
    for spot, custom in faults.items(f"{place}/customProperties", quality.get("customProperties")):
        if custom.get("property") == "indicator":
            if custom.get("value") in FROM_DATA:
                return str(custom["value"])
            faults.add(
                f"{spot}/value",
                Text("不是可由数据评估的指标编号。", "This is no code of an indicator that data can tell."),
                Text(f"可用：{'、'.join(FROM_DATA)}。", f"Use one of: {', '.join(FROM_DATA)}."),
            )
    dimension = quality.get("dimension")
    if dimension is None:
        return None
    asked = _DIMENSIONS.get(_SHORT.get(str(dimension), str(dimension)))
    if asked is None:
        faults.add(
            f"{place}/dimension",
            Text(f"不认识的质量维度：{dimension}", f"Unknown quality dimension: {dimension}"),
            Text(f"可用：{'、'.join(_DIMENSIONS)}。", f"Use one of: {', '.join(_DIMENSIONS)}."),
        )
    if kind is Kind.ORDER and asked == "0502":
        return None
    if kind is Kind.DISTRIBUTION and asked == "0502":
        return "0501"
    return asked if kind in (Kind.EXPRESSION, Kind.ORDER, Kind.DISTRIBUTION) else None


def _sql(faults: Faults, place: str, quality: Mapping[str, Any], scope: Scope) -> Found:
    types = {p.column: p.logical_type for p in scope.properties}
    names = {p.name: p.column for p in scope.properties}
    own = scope.column.column if scope.column else ""
    try:
        predicate = parse(quality.get("query", ""), scope.object, types, own, names)
    except PredicateRefusedError as refused:
        faults.add(
            f"{place}/query",
            Text(f"此 SQL 规则不可移植：{refused}", f"This SQL rule is not portable: {refused}"),
            Text(
                "请写 SELECT COUNT(*) FROM {object} WHERE 条件；条件只用本对象字段的比较、四则运算、AND/OR/NOT、IN、"
                "BETWEEN、LIKE、IS NULL、ABS、LENGTH、COALESCE 与 REGEXP_MATCHES。",
                "Write SELECT COUNT(*) FROM {object} WHERE condition, of this object's columns only, with comparisons, "
                "+ - * /, AND/OR/NOT, IN, BETWEEN, LIKE, IS NULL, ABS, LENGTH, COALESCE and REGEXP_MATCHES.",
            ),
        )
        return None
    kind = Kind.ORDER if predicate.orders_events else Kind.EXPRESSION
    return predicate.columns, kind, Expression(predicate.where)


def _statistic(faults: Faults, place: str, quality: Mapping[str, Any], scope: Scope) -> Found:
    """`type: custom, engine: liutong, implementation: {metric: mean}` on a number column."""
    given = quality.get("implementation")
    metric = given.get("metric") if isinstance(given, Mapping) else given
    column = scope.column
    numeric = column is not None and column.logical_type in (LogicalType.INTEGER, LogicalType.NUMBER)
    if metric not in STATISTICS or column is None or not numeric or quality.get("unit") == "percent":
        faults.add(
            f"{place}/implementation",
            Text(
                "分布规则须写在数值字段上，并给出 metric。",
                "A distribution rule belongs to a number column and names a metric.",
            ),
            Text(f"metric 可用：{'、'.join(STATISTICS)}。", f"Metrics: {', '.join(STATISTICS)}."),
        )
        return None
    return (column.column,), Kind.DISTRIBUTION, Statistic(str(metric))


def _metric(faults: Faults, place: str, quality: Mapping[str, Any], scope: Scope) -> Found:
    """Library metrics: nullValues, missingValues, invalidValues, duplicateValues, rowCount."""
    metric = quality.get("metric") or quality.get("rule")
    arguments = quality.get("arguments") or {}
    stated = arguments if isinstance(arguments, Mapping) else {"": None}
    if scope.column is not None:
        found = _of_column(faults, place, metric, stated, scope.column)
    else:
        found = _of_object(metric, stated, scope.properties)
    if found is None and not any(fault.path.startswith(place) for fault in faults.found):
        faults.add(
            place,
            Text(f"不认识的质量规则：{metric}", f"This quality rule is unknown here: {metric}"),
            Text(
                "字段：nullValues、missingValues、invalidValues、duplicateValues；对象：rowCount、duplicateValues。",
                "A property has nullValues, missingValues, invalidValues and duplicateValues; "
                "an object has rowCount and duplicateValues.",
            ),
        )
    return found


def _of_column(faults: Faults, place: str, metric: Any, arguments: Mapping[str, Any], column: Property) -> Found:
    columns, stated = (column.column,), set(arguments)
    if metric == "nullValues" and not stated:
        return columns, Kind.NOT_NULL, None
    if metric == "duplicateValues" and not stated:
        return columns, Kind.UNIQUE, None
    if metric == "missingValues" and stated == {"missingValues"} and isinstance(arguments["missingValues"], list):
        values = [v for v in arguments["missingValues"] if v is not None]
        checked = set_rule(faults, f"{place}/arguments/missingValues", values, column, "") if values else []
        named = checked[0][3].values if checked and isinstance(checked[0][3], ValueSet) else ()
        return columns, Kind.NOT_NULL, Missing(named)
    checked = []
    if metric == "invalidValues" and stated == {"validValues"}:
        checked = set_rule(faults, f"{place}/arguments/validValues", arguments["validValues"], column, "")
    if metric == "invalidValues" and stated == {"pattern"} and column.logical_type is LogicalType.STRING:
        checked = pattern_rule(faults, f"{place}/arguments/pattern", arguments["pattern"], "")
    return (columns, checked[0][1], checked[0][3]) if checked else None


def _of_object(metric: Any, arguments: Mapping[str, Any], properties: tuple[Property, ...]) -> Found:
    if metric == "rowCount" and not arguments:
        return (), Kind.ROW_COUNT, None
    columns = arguments.get("properties")
    if metric == "duplicateValues" and set(arguments) == {"properties"} and isinstance(columns, list) and columns:
        named = {p.name: p.column for p in properties}
        return tuple(named.get(str(c), str(c)) for c in columns), Kind.UNIQUE, None
    return None
