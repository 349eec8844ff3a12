"""Which inputs of the cost approach are admissible; every faulty parameter is found at once, with range and clause."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from kernel.errors import FieldError
from kernel.money import EXPONENTS
from kernel.text import Text
from valuation.appraisal.policy import AppraisalPolicy, CostRules, Usual
from valuation.appraisal.schemas import STAGES, CostInputs, Parameter, QualityBasis

RANGE_RULE = "LT-APR-05"
LIFE_RULE = "LT-APR-06"
USE_RULE = "LT-APR-07"
PARTS = ("early", "direct", "indirect", "taxes")


def cost_parameters(inputs: CostInputs) -> Iterator[tuple[str, str, Parameter]]:
    """Every stated amount as (stage, part, parameter), in the order of the stages."""
    for stage in STAGES:
        stated = inputs.stages.get(stage)
        for part in PARTS if stated else ():
            parameter: Parameter | None = getattr(stated, part)
            if parameter is not None:
                yield stage, part, parameter


def faults(
    inputs: CostInputs, quality: QualityBasis, base_date: date, use_until: date, policy: AppraisalPolicy
) -> list[FieldError]:
    """List all faults of the inputs; an empty list means that the engine will not fail on them."""
    cost = policy.cost
    found = [
        *_out_of_range("/inputs/return_on_cost/value", inputs.return_on_cost.value, cost.return_on_cost),
        *_out_of_range("/inputs/economic_life_years/value", inputs.economic_life_years.value, cost.economic_life_years),
        *_out_of_range("/quality/score", quality.score, cost.quality_score),
        *_amounts(inputs, cost),
        *_life(inputs),
    ]
    if inputs.currency not in EXPONENTS:
        known = "、".join(EXPONENTS)
        found.append(FieldError("/inputs/currency", Text(f"币种须为：{known}。", f"Use one of: {known}."), RANGE_RULE))
    last = last_use(base_date, policy.use.months_max)
    if not base_date <= use_until <= last:
        text = Text(
            f"使用期限须在基准日 {base_date} 与 {last} 之间。",
            f"The result may be used from the base date {base_date} until {last} at the latest.",
        )
        found.append(FieldError("/use_until", text, USE_RULE))
    return found


def last_use(base_date: date, months: int) -> date:
    """The last day of use: the day before the base date comes round again after so many months."""
    year, month = divmod(base_date.month - 1 + months, 12)
    first_after = date(base_date.year + year, month + 1, 1)
    next_month = date(first_after.year + first_after.month // 12, first_after.month % 12 + 1, 1)
    length = (next_month - first_after).days
    return first_after.replace(day=min(base_date.day, length)) - timedelta(days=base_date.day <= length)


def _amounts(inputs: CostInputs, cost: CostRules) -> Iterator[FieldError]:
    for stage, part, parameter in cost_parameters(inputs):
        yield from _out_of_range(f"/inputs/stages/{stage}/{part}/value", parameter.value, cost.amount)
    if not any(Decimal(p.value) > 0 for _, part, p in cost_parameters(inputs) if part != "taxes"):
        text = Text("至少一个阶段须有大于 0 的成本。", "At least one stage must have a cost above 0.")
        yield FieldError("/inputs/stages", text, RANGE_RULE)


def _life(inputs: CostInputs) -> Iterator[FieldError]:
    whole, left = Decimal(inputs.economic_life_years.value), Decimal(inputs.remaining_life_years.value)
    right = inputs.right_remaining_years
    pointer = "/inputs/remaining_life_years/value"
    if not 0 < left <= whole:
        text = Text(
            f"剩余经济寿命须大于 0 且不超过全部经济寿命 {whole} 年。",
            f"The remaining life must be above 0 and at most the whole economic life of {whole} years.",
        )
        yield FieldError(pointer, text, LIFE_RULE)
    if right is not None and left > Decimal(right.value):
        text = Text(
            f"剩余经济寿命不得长于权利剩余期限 {right.value} 年。",
            f"The remaining life may not outlast the right, which ends in {right.value} years.",
        )
        yield FieldError(pointer, text, LIFE_RULE)


def _out_of_range(pointer: str, value: str, usual: Usual) -> Iterator[FieldError]:
    if not usual.minimum <= Decimal(value) <= usual.maximum:
        text = Text(
            f"{value} 超出允许范围 {usual.minimum} 至 {usual.maximum}（依据：{usual.basis}）。",
            f"{value} is outside the admitted range {usual.minimum} to {usual.maximum} (basis: {usual.basis}).",
        )
        yield FieldError(pointer, text, RANGE_RULE)
