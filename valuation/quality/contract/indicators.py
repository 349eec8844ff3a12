"""The twenty indicators of GB/T 36344-2018 in six dimensions, and which check measures which of them.

Each indicator is a ratio A/B of elements that meet it to elements evaluated; for an inverted one A counts the
bad elements and the score takes 1 - A/B. What an indicator needs and the data cannot tell is said in `needs`.
"""

from enum import StrEnum

from msgspec import Struct

from kernel.text import Text
from valuation.quality.contract.contract import Kind, Rule

STANDARD = "GB/T 36344-2018"


class Dimension(StrEnum):
    """The six dimensions of GB/T 36344 (规范性、完整性、准确性、一致性、时效性、可访问性)."""

    NORMATIVITY = "normativity"
    COMPLETENESS = "completeness"
    ACCURACY = "accuracy"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"
    ACCESSIBILITY = "accessibility"


DIMENSION_NAMES: dict[Dimension, Text] = {
    Dimension.NORMATIVITY: Text("规范性", "Normativity"),
    Dimension.COMPLETENESS: Text("完整性", "Completeness"),
    Dimension.ACCURACY: Text("准确性", "Accuracy"),
    Dimension.CONSISTENCY: Text("一致性", "Consistency"),
    Dimension.TIMELINESS: Text("时效性", "Timeliness"),
    Dimension.ACCESSIBILITY: Text("可访问性", "Accessibility"),
}


class Indicator(Struct, frozen=True):
    """One indicator: `inverted` ones count bad elements; `needs` is what must be given to assess it."""

    code: str
    dimension: Dimension
    name: Text
    needs: Text
    inverted: bool = False


def _indicator(code: str, zh: str, en: str, needs_zh: str, needs_en: str, *, inverted: bool = False) -> Indicator:
    dimension = list(Dimension)[int(code[:2]) - 1]
    return Indicator(code, dimension, Text(zh, en), Text(needs_zh, needs_en), inverted)


INDICATORS: tuple[Indicator, ...] = (
    _indicator("0101", "数据标准", "Data standard", "需声明格式规则（pattern）", "a declared format rule (pattern)"),
    _indicator("0102", "数据模型", "Data model", "需声明的字段", "declared columns"),
    _indicator("0103", "元数据", "Metadata", "需声明的字段", "declared columns"),
    _indicator(
        "0104",
        "业务规则",
        "Business rules",
        "需声明跨字段的业务规则",
        "a declared business rule over several columns",
    ),
    _indicator(
        "0105",
        "权威参考数据",
        "Reference data",
        "需声明允许的取值（enum 或 validValues）",
        "declared permitted values (enum or validValues)",
    ),
    _indicator("0106", "安全规范", "Security rules", "需脱敏与权限核查结果", "a masking and access review"),
    _indicator("0201", "数据元素完整性", "Element completeness", "需声明必填字段（required）", "required columns"),
    _indicator("0202", "数据记录完整性", "Record completeness", "需声明应有记录数", "the expected number of records"),
    _indicator(
        "0301",
        "数据内容正确性",
        "Content correctness",
        "需声明可判断内容正确与否的规则",
        "a rule that tells expected content",
    ),
    _indicator(
        "0302",
        "数据格式合规性",
        "Format compliance",
        "需声明类型、范围或长度",
        "declared types, ranges or lengths",
    ),
    _indicator(
        "0303",
        "数据重复率",
        "Duplication rate",
        "需声明重复记录的判定规则",
        "a rule that tells duplicate records",
        inverted=True,
    ),
    _indicator("0304", "数据唯一性", "Uniqueness", "需声明主键或唯一字段", "a primary key or unique columns"),
    _indicator(
        "0305",
        "脏数据出现率",
        "Dirty-data rate",
        "需声明无效数据的判定规则",
        "a rule that tells invalid data",
        inverted=True,
    ),
    _indicator(
        "0401",
        "相同数据一致性",
        "Same-data consistency",
        "需同一数据的另一来源",
        "a second source of the same data",
    ),
    _indicator(
        "0402",
        "关联数据一致性",
        "Related-data consistency",
        "需声明外键（relationships）",
        "declared foreign keys (relationships)",
    ),
    _indicator(
        "0501",
        "基于时间段的正确性",
        "Correctness by period",
        "需声明时间字段的起止范围",
        "a declared period of a time column",
    ),
    _indicator(
        "0502",
        "基于时间点及时性",
        "Timeliness",
        "需承诺更新时延（slaProperties latency）",
        "a promised latency (slaProperties)",
    ),
    _indicator("0503", "时序性", "Order of events", "需声明事件先后规则", "a declared order of events"),
    _indicator(
        "0601",
        "可访问",
        "Accessibility",
        "仅凭数据无法评估，需访问成功率测量",
        "measured access success; data alone cannot tell",
    ),
    _indicator(
        "0602",
        "可用性",
        "Availability",
        "仅凭数据无法评估，需有效期内可用性测量",
        "measured availability in its valid life; data alone cannot tell",
    ),
)

BY_CODE: dict[str, Indicator] = {indicator.code: indicator for indicator in INDICATORS}

MEASURED_BY: dict[Kind, str] = {
    Kind.PATTERN: "0101",
    Kind.COLUMNS: "0102",
    Kind.DOCUMENTED: "0103",
    Kind.SET: "0105",
    Kind.NOT_NULL: "0201",
    Kind.NOT_FUTURE: "0301",
    Kind.TYPE: "0302",
    Kind.RANGE: "0302",
    Kind.LENGTH: "0302",
    Kind.UNIQUE: "0304",
    Kind.REFERENCE: "0402",
    Kind.PERIOD: "0501",
    Kind.FRESHNESS: "0502",
    Kind.EXPRESSION: "0104",
    Kind.ORDER: "0503",
    Kind.DISTRIBUTION: "0301",
    Kind.ROW_COUNT: "0202",
    Kind.AGGREGATE: "0402",
    Kind.RETENTION: "0501",
    Kind.MALFORMED: "0305",
}

FROM_DATA: tuple[str, ...] = tuple(i.code for i in INDICATORS if i.dimension is not Dimension.ACCESSIBILITY)
"""Indicators that a rule about the data may serve when the contract says so."""


def indicator_of(rule: Rule) -> Indicator:
    """Give the indicator that a check measures: the one its contract names, else that of its kind."""
    return BY_CODE[rule.indicator or MEASURED_BY[rule.kind]]
