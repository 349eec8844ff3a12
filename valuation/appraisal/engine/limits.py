"""What may be stated: each faulty parameter with its path, its admitted range and the clause it breaks."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from kernel.errors import FieldError
from kernel.money import EXPONENTS
from kernel.text import Text
from valuation.appraisal.engine import expression
from valuation.appraisal.engine.inputs import Parameter
from valuation.appraisal.policy import Usual

RANGE_RULE = "LT-APR-05"
LIFE_RULE = "LT-APR-06"
USE_RULE = "LT-APR-07"
RATE_RULE = "LT-APR-10"
TAX_RULE = "LT-APR-11"
COMPARABLE_RULE = "LT-APR-12"
WEIGHT_RULE = "LT-APR-14"
APPROACH_RULE = "LT-APR-15"
RULE_SET_RULE = "LT-APR-20"

Limited = tuple[str, Parameter | None, Usual]
"""A parameter with its pointer and its range."""


def within(limited: Iterable[Limited]) -> Iterator[FieldError]:
    """Find every stated parameter that is outside its range."""
    for pointer, parameter, usual in limited:
        if parameter is None or usual.minimum <= expression.number(parameter.value)[0] <= usual.maximum:
            continue
        yield from out_of_range(f"{pointer}/value", parameter.value, usual)


def out_of_range(pointer: str, value: str, usual: Usual, rule: str = RANGE_RULE) -> Iterator[FieldError]:
    """Say that a number is outside its range, if it is."""
    if not usual.minimum <= expression.number(value)[0] <= usual.maximum:
        text = Text(
            f"{value} 超出允许范围 {usual.minimum} 至 {usual.maximum}（依据：{usual.basis}）。",
            f"{value} is outside the admitted range {usual.minimum} to {usual.maximum} (basis: {usual.basis}).",
        )
        yield FieldError(pointer, text, rule)


def unusual(limited: Iterable[Limited]) -> Iterator[Text]:
    """Note every admitted parameter that practice would still find unusual."""
    for pointer, parameter, usual in limited:
        low, high = usual.usual_minimum, usual.usual_maximum
        if parameter is None or low is None or high is None or low <= expression.number(parameter.value)[0] <= high:
            continue
        yield Text(
            f"参数 {pointer} 为 {parameter.value}，不在实务常见区间 {low} 至 {high}。",
            f"The parameter {pointer} is {parameter.value}, outside the range of practice, {low} to {high}.",
        )


def unsure(parameters: Iterable[tuple[str, Parameter | None]]) -> Iterator[Text]:
    """Note which parameters are of low confidence."""
    low = [pointer for pointer, parameter in parameters if parameter is not None and parameter.confidence == "low"]
    if low:
        yield Text(
            f"下列参数的可信度为低：{'、'.join(low)}。", f"These parameters are of low confidence: {', '.join(low)}."
        )


def sum_to_one(pointer: str, weights: Mapping[str, Parameter]) -> Iterator[FieldError]:
    """Say that weights do not sum to exactly 1, if they do not."""
    with expression.context():
        total = sum((Decimal(weight.value) for weight in weights.values()), Decimal(0))
    if total != 1:
        written = expression.text(total)
        text = Text(f"权重之和须为 1，现为 {written}。", f"The weights must sum to 1; they sum to {written}.")
        yield FieldError(pointer, text, WEIGHT_RULE)


def currency(pointer: str, code: str) -> Iterator[FieldError]:
    """Say that a currency is not one of ours, if it is not."""
    if code not in EXPONENTS:
        codes = "、".join(EXPONENTS)
        yield FieldError(pointer, Text(f"币种须为：{codes}。", f"Use one of: {codes}."), RANGE_RULE)


def use(base_date: date, use_until: date, months: int) -> Iterator[FieldError]:
    """Say that the result would be used for too long, if it would."""
    last = last_use(base_date, months)
    if not base_date <= use_until <= last:
        text = Text(
            f"使用期限须在基准日 {base_date} 与 {last} 之间。",
            f"The result may be used from the base date {base_date} until {last} at the latest.",
        )
        yield FieldError("/use_until", text, USE_RULE)


def last_use(base_date: date, months: int) -> date:
    """The last day of use: the day before the base date comes round again after so many months."""
    if base_date.year >= date.max.year - 1:
        return date.max  # The calendar ends before the term does.
    year, month = divmod(base_date.month - 1 + months, 12)
    first_after = date(base_date.year + year, month + 1, 1)
    next_month = date(first_after.year + first_after.month // 12, first_after.month % 12 + 1, 1)
    length = (next_month - first_after).days
    return first_after.replace(day=min(base_date.day, length)) - timedelta(days=base_date.day <= length)
