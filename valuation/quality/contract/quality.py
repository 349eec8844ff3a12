"""The `quality` lists of an ODCS contract: library metrics, SQL predicates, distribution rules, their thresholds."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kernel.text import Text
from valuation.quality.contract.contract import (
    Aggregate,
    Arguments,
    Expression,
    Kind,
    LogicalType,
    Missing,
    Property,
    Rule,
    Statistic,
    ValueSet,
)
from valuation.quality.contract.faults import Faults
from valuation.quality.contract.indicators import FROM_DATA
from valuation.quality.contract.options import pattern_rule, set_rule
from valuation.quality.contract.sql import aggregates
from valuation.quality.contract.sql.predicate import DIALECTS, parse
from valuation.quality.contract.sql.translation import PredicateRefusedError
from valuation.quality.contract.thresholds import BOUNDS, threshold_of

ENGINE = "liutong"
"""The `engine` of custom rules that is understood; a rule for another one is refused, as nobody would run it."""

STATISTICS = ("mean", "standardDeviation", "sum", "minimum", "maximum", "median")

_KNOWN = {
    "id", "name", "type", "metric", "rule", "arguments", "unit", "dimension", "severity", "description",
    "businessImpact", "tags", "customProperties", "query", "engine", "implementation", "method", "scheduler",
    "schedule", "authoritativeDefinitions", "dialect",
}  # fmt: skip
_ADVISORY = ("info", "warning")
"""Severities of rules that advise; every other rule is mandatory."""
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
    objects: Mapping[str, Mapping[str, Property]]
    column: Property | None = None

    @property
    def properties(self) -> tuple[Property, ...]:
        """The columns of the object."""
        return tuple(self.objects[self.object].values())


def quality_rules(faults: Faults, place: str, quality: Mapping[str, Any], scope: Scope) -> list[Rule]:
    """Read one entry of a `quality` list."""
    faults.unknown(place, quality, _KNOWN | set(BOUNDS))
    stated = quality.get("type", "library")
    if stated == "text":
        faults.unmeasured.append(place)
        return []
    if stated == "custom" and quality.get("engine") != ENGINE:
        _foreign(faults, place, quality.get("engine"))
        return []
    threshold = threshold_of(faults, place, quality)
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
    indicator = _indicator(faults, place, quality, kind)
    if isinstance(arguments, Aggregate) and indicator is None and len({t.object for t in arguments.terms}) == 1:
        indicator = "0104"
    name = f"{scope.object}.{'+'.join(columns)}:{kind}" if columns else f"{scope.object}:{kind}"
    given = faults.text(place, quality, "id") or (name if kind in _OWN_NAME else f"{place}:{kind}")
    mandatory = str(quality.get("severity", "error")).lower() not in _ADVISORY
    return [Rule(given, scope.object, columns, kind, place, arguments, threshold, indicator, mandatory)]


def _foreign(faults: Faults, place: str, engine: Any) -> None:
    faults.add(
        f"{place}/engine",
        Text(f"不认识的规则引擎：{engine}", f"The engine of this rule is not understood: {engine}"),
        Text(
            f"只运行 engine: {ENGINE}；请改写为 library 度量或 sql 规则，只作说明的写 type: text。",
            f"Only engine: {ENGINE} is run; write it as a library metric or a sql rule, "
            "or as type: text when it is only to be told.",
        ),
    )


_OWN_NAME = (Kind.UNIQUE, Kind.ROW_COUNT, Kind.SET, Kind.PATTERN)
"""Kinds that an object or a column normally has once, so that its name tells the rule."""

Found = tuple[tuple[str, ...], Kind, Arguments] | None


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
    if kind is Kind.AGGREGATE:
        return asked
    if kind is Kind.DISTRIBUTION and asked == "0502":
        return "0501"
    return asked if kind in (Kind.EXPRESSION, Kind.ORDER, Kind.DISTRIBUTION) else None


def _sql(faults: Faults, place: str, quality: Mapping[str, Any], scope: Scope) -> Found:
    """A query that counts rows which break a rule, or one that gives a number to compare."""
    query, dialect = quality.get("query", ""), _dialect(faults, place, quality)
    if dialect is None:
        return None
    types = {p.column: p.logical_type for p in scope.properties}
    names = {p.name: p.column for p in scope.properties}
    own = scope.column.column if scope.column else ""
    if not faults.spend(f"{place}/query", "sql", len(query) if isinstance(query, str) else 0):
        return None
    try:
        if not aggregates.gives_number(query, own, dialect):
            predicate = parse(query, scope.object, types, own, names, dialect)
            kind = Kind.ORDER if predicate.orders_events else Kind.EXPRESSION
            return predicate.columns, kind, Expression(predicate.where)
        number = aggregates.parse(query, scope.object, scope.objects, own, dialect)
        if quality.get("unit", "rows") == "percent":
            raise PredicateRefusedError("a number has no percent; compare a quotient instead")
    except PredicateRefusedError as refused:
        faults.add(f"{place}/query", *_not_portable(refused))
        return None
    columns = dict.fromkeys(t.column for t in number.terms if t.object == scope.object and t.column)
    return tuple(columns), Kind.AGGREGATE, number


def _not_portable(refused: PredicateRefusedError) -> tuple[Text, Text]:
    return Text(f"此 SQL 规则不可移植：{refused}", f"This SQL rule is not portable: {refused}"), Text(
        "请写 SELECT COUNT(*) FROM {object} WHERE 条件，条件只用本对象字段的比较、四则运算、AND/OR/NOT、IN、BETWEEN、"
        "LIKE、IS NULL、ABS、LENGTH、COALESCE 与 REGEXP_MATCHES；"
        "或写一个由 (SELECT COUNT/SUM/AVG/MIN/MAX(字段) FROM 对象) 四则运算得出的数。",
        "Write SELECT COUNT(*) FROM {object} WHERE condition, of this object's columns only, with comparisons, "
        "+ - * /, AND/OR/NOT, IN, BETWEEN, LIKE, IS NULL, ABS, LENGTH, COALESCE and REGEXP_MATCHES; "
        "or one number computed from (SELECT COUNT/SUM/AVG/MIN/MAX(column) FROM object).",
    )


def _dialect(faults: Faults, place: str, quality: Mapping[str, Any]) -> str | None:
    """The SQL that a rule is written in: `customProperties: [{property: dialect, value: mysql}]`, else DuckDB's."""
    stated, spot = quality.get("dialect", "duckdb"), f"{place}/dialect"
    for at, custom in faults.items(f"{place}/customProperties", quality.get("customProperties")):
        if custom.get("property") == "dialect":
            stated, spot = custom.get("value"), f"{at}/value"
    if stated in DIALECTS:
        return str(stated)
    faults.add(
        spot,
        Text(f"不认识的 SQL 方言：{stated}", f"This SQL dialect is not understood: {stated}"),
        Text(f"可用：{'、'.join(DIALECTS)}。", f"Use one of: {', '.join(DIALECTS)}."),
    )
    return None


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
