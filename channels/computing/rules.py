"""What offers, templates and parameters must say, and what an offer's figures come to; pure."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from channels.computing.grammar.conditions import of_kind
from channels.computing.grammar.query import Dimension, DimensionKind, Measure, Table, Value
from channels.computing.grammar.tree import Unreadable
from channels.computing.privacy.releases import Bounds, Promise
from channels.computing.schemas import OfferedDimension, OfferedMeasure, SetOffer, TemplateParameter, WriteTemplate
from kernel.errors import FieldError
from kernel.rules import policy
from kernel.text import Text

Count = Annotated[int, Meta(ge=1, le=10**9)]
VALUES_MIN: Final = 42
"""A query has up to twenty averages, each two values, and its units: each must have a part of the budget."""


class ComputingRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an offer may promise, how many versions of one there may be in a day, and what a run may take."""

    environment: str
    units_least: Count
    micro_epsilon_query_max: Count
    micro_epsilon_total_max: Count
    pico_delta_max: Count
    rows_max: Count
    table_rows_max: Count
    runs_under_way_max: Count
    templates_max: Count
    run_seconds_max: Count
    queue_minutes_max: Count
    review_working_days: Count
    draft_days: Count
    versions_day_max: Count = 10**9
    template_rows_max: Count = 3_000_000
    loaded_mib_max: Count = 512


RULES: Final = policy.load("computing", ComputingRules, "channels.computing")

CAUTION: Final = Text(
    "仅有最小分组不能保护个体：把两次结果相减、组内取值相同、外部知识或个别占比过大，都可能暴露一个人；保护个体的是噪声与预算，"
    "预算用尽即止。",
    "A least group alone protects nobody: the difference of two results, values that are all alike in a group, what"
    " somebody knows besides, or one member that outweighs the rest can each betray a person. What protects persons is"
    " the noise and the budget, which ends.",
)
"""What a buyer and a provider are told plainly."""


def licensed_offer(offer: SetOffer, columns: Collection[str]) -> SetOffer:
    """An offer with the columns alone that are licensed; its unit stays, and is asked about apart."""
    return msgspec.structs.replace(
        offer,
        dimensions=[each for each in offer.dimensions if each.column in columns],
        measures=[each for each in offer.measures if each.column in columns],
    )


def table(offer: SetOffer) -> Table:
    """What may be asked, as the grammar takes it."""
    return Table(
        unit=offer.unit,
        dimensions={
            each.column: Dimension(each.kind, tuple(each.domain) if each.domain is not None else None)
            for each in offer.dimensions
        },
        measures={
            each.column: Measure(Bounds(each.lower, each.upper, each.decimals), each.missing) for each in offer.measures
        },
    )


def promise(offer: SetOffer) -> Promise:
    """What a query of the offer may tell of one unit."""
    return Promise(
        micro_epsilon=offer.micro_epsilon_per_query,
        pico_delta=offer.pico_delta_per_query,
        rows_per_unit=offer.rows_per_unit,
        groups_per_unit=offer.groups_per_unit,
        units_min=offer.units_min,
    )


def offer_faults(offer: SetOffer, columns: Sequence[str], rules: ComputingRules) -> list[FieldError]:
    """Every way in which an offer does not fit its file, itself, or the centre's limits."""
    faults = [*_column_faults(offer, columns), *_limit_faults(offer, rules)]
    for at, dimension in enumerate(offer.dimensions):
        faults.extend(_domain_faults(f"/dimensions/{at}/domain", dimension))
    for at, measure in enumerate(offer.measures):
        faults.extend(_measure_faults(f"/measures/{at}", measure))
    return faults


def _column_faults(offer: SetOffer, columns: Sequence[str]) -> Iterator[FieldError]:
    places = {"/unit": offer.unit}
    places |= {f"/dimensions/{at}/column": each.column for at, each in enumerate(offer.dimensions)}
    places |= {f"/measures/{at}/column": each.column for at, each in enumerate(offer.measures)}
    seen: set[str] = set()
    for pointer, name in places.items():
        if name not in columns:
            yield _fault(
                pointer, f"文件中没有此列；有：{', '.join(columns)}", f"The file has no such column; it has {columns}"
            )
        if name in seen:
            yield _fault(pointer, "一列只可有一种用途", "A column has one use: unit, dimension or measure")
        seen.add(name)


def _limit_faults(offer: SetOffer, rules: ComputingRules) -> Iterator[FieldError]:
    query, agreement, product = (
        offer.micro_epsilon_per_query,
        offer.micro_epsilon_per_agreement,
        offer.micro_epsilon_per_product,
    )
    checks = (
        ("/micro_epsilon_per_query", VALUES_MIN, query, min(agreement, rules.micro_epsilon_query_max)),
        ("/micro_epsilon_per_agreement", query, agreement, min(product, rules.micro_epsilon_total_max)),
        ("/micro_epsilon_per_product", agreement, product, rules.micro_epsilon_total_max),
        ("/pico_delta_per_query", 1, offer.pico_delta_per_query, rules.pico_delta_max),
        ("/units_min", rules.units_least, offer.units_min, 10**6),
        ("/rows_max", 1, offer.rows_max, rules.rows_max),
    )
    for pointer, least, value, most in checks:
        if not least <= value <= most:
            yield _fault(pointer, f"须在 {least} 与 {most} 之间", f"It lies between {least} and {most}")


def _domain_faults(pointer: str, dimension: OfferedDimension) -> Iterator[FieldError]:
    domain = dimension.domain or []
    if len({(type(value), value) for value in domain}) != len(domain):
        yield _fault(pointer, "取值不得重复", "No value stands twice")
    for at, value in enumerate(domain):
        try:
            of_kind(dimension.column, dimension.kind, value)
        except Unreadable:
            yield _fault(
                f"{pointer}/{at}", f"须为 {dimension.kind} 类值", f"It is a value of the kind {dimension.kind}"
            )


def _measure_faults(pointer: str, measure: OfferedMeasure) -> Iterator[FieldError]:
    if measure.lower >= measure.upper:
        yield _fault(f"{pointer}/upper", "上限须大于下限", "The upper bound lies above the lower")
    if not measure.lower <= measure.missing <= measure.upper:
        yield _fault(f"{pointer}/missing", "须在上下限之间", "It lies within the bounds")


def template_faults(
    content: WriteTemplate, columns: Sequence[str], named: Sequence[str], rules: ComputingRules
) -> list[FieldError]:
    """Every way in which a template does not fit its file, its text or the centre's limits."""
    faults: list[FieldError] = []
    if not columns:
        faults.append(
            _template("/file", "最新版本中没有此 CSV 或 Parquet 文件", "The newest revision has no such table")
        )
    declared = [parameter.name for parameter in content.parameters]
    if sorted(declared) != sorted(set(named)):
        said = ", ".join(sorted(set(named))) or "–"
        faults.append(_template("/parameters", f"SQL 使用的参数为：{said}", f"The SQL has the parameters {said}"))
    for at, parameter in enumerate(content.parameters):
        faults.extend(_parameter_faults(f"/parameters/{at}", parameter))
    if content.rows_max > rules.rows_max:
        faults.append(_template("/rows_max", f"不得超过 {rules.rows_max}", f"It is {rules.rows_max} at the most"))
    by_rule = content.release == "rule"
    if by_rule != (content.units_column is not None) or by_rule != (content.units_min is not None):
        faults.append(
            _template(
                "/units_column",
                "按规则放行的须且仅其须给出 units_column 与 units_min",
                "What is released by rule, and nothing else, says units_column and units_min",
            )
        )
    if content.units_min is not None and content.units_min < rules.units_least:
        faults.append(_template("/units_min", f"至少为 {rules.units_least}", f"It is {rules.units_least} at the least"))
    return faults


def _parameter_faults(pointer: str, parameter: TemplateParameter) -> Iterator[FieldError]:
    if parameter.kind is DimensionKind.INTEGER and (
        parameter.least is None or parameter.most is None or parameter.least > parameter.most
    ):
        yield _template(f"{pointer}/least", "整数参数须有下限和上限", "A whole number has a least and a most")
    if parameter.kind is DimensionKind.TEXT and not parameter.choices:
        yield _template(f"{pointer}/choices", "文本参数须列出可选值", "A text is one of choices")


def parameter_faults(content: WriteTemplate, values: dict[str, Value]) -> list[FieldError]:
    """Every way in which the values that a buyer gives are not those of the template's parameters."""
    declared = {parameter.name: parameter for parameter in content.parameters}
    faults = [
        _template(f"/parameters/{name[:40]}", "模板没有此参数", "The template has no such parameter")
        for name in values
        if name not in declared
    ]
    for name, parameter in declared.items():
        if name not in values or not _fits(parameter, values[name]):
            zh, en = _wanted(parameter)
            faults.append(_template(f"/parameters/{name}", zh, en))
    return faults


def _fits(parameter: TemplateParameter, value: Value) -> bool:
    try:
        of_kind(parameter.name, parameter.kind, value)
    except Unreadable:
        return False
    if parameter.least is not None and (not isinstance(value, int) or value < parameter.least):
        return False
    if parameter.most is not None and (not isinstance(value, int) or value > parameter.most):
        return False
    return not parameter.choices or value in parameter.choices


def _wanted(parameter: TemplateParameter) -> tuple[str, str]:
    if parameter.choices:
        listed = ", ".join(parameter.choices[:20])
        return f"可选：{listed}", f"One of: {listed}"
    if parameter.least is not None or parameter.most is not None:
        return (
            f"整数，{parameter.least} 至 {parameter.most}",
            f"A whole number from {parameter.least} to {parameter.most}",
        )
    return f"{parameter.kind} 类值", f"A value of the kind {parameter.kind}"


def text_too_large(name: str, size_bytes: int, rules: ComputingRules) -> bool:
    """Whether a file would be read as a whole, as text is, and is larger than what a process is given."""
    return name.lower().endswith(".csv") and size_bytes > rules.loaded_mib_max << 20


def is_licensed(approved_at: datetime | None, withdrawn_at: datetime | None, in_force_at: datetime) -> bool:
    """Whether a template is for an agreement: approved, and not withdrawn unless the agreement had it before."""
    if approved_at is None:
        return False
    return withdrawn_at is None or approved_at <= in_force_at < withdrawn_at


def _fault(pointer: str, zh: str, en: str) -> FieldError:
    return FieldError(pointer, Text(zh, en), "LT-SBX-01")


def _template(pointer: str, zh: str, en: str) -> FieldError:
    return FieldError(pointer, Text(zh, en), "LT-SBX-05")
