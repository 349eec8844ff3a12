"""Which inputs of the cost approach are admissible; every faulty parameter is found at once, with range and clause."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from kernel.errors import FieldError
from kernel.text import Text
from valuation.appraisal.engine import limits
from valuation.appraisal.engine.inputs import STAGES, CostInputs, CostModel, Parameter, QualityBasis, Stage
from valuation.appraisal.engine.limits import LIFE_RULE, RANGE_RULE, Limited, last_use
from valuation.appraisal.policy import AppraisalPolicy, CostRules

PARTS = ("early", "direct", "indirect", "taxes")

__all__ = ["cost_faults", "cost_limited", "cost_parameters", "faults", "last_use"]


def cost_parameters(inputs: CostModel) -> Iterator[tuple[Stage, str, Parameter]]:
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
    return [
        *cost_faults(inputs, quality, policy.cost, "/inputs"),
        *limits.currency("/inputs/currency", inputs.currency),
        *limits.use(base_date, use_until, policy.use.months_max),
    ]


def cost_limited(inputs: CostModel, cost: CostRules, root: str) -> Iterator[Limited]:
    """The parameters that have a range."""
    yield f"{root}/return_on_cost", inputs.return_on_cost, cost.return_on_cost
    yield f"{root}/economic_life_years", inputs.economic_life_years, cost.economic_life_years


def cost_faults(inputs: CostModel, quality: QualityBasis, cost: CostRules, root: str) -> Iterator[FieldError]:
    """Find what is wrong with the cost approach's own parameters."""
    yield from limits.within(cost_limited(inputs, cost, root))
    yield from limits.out_of_range("/quality/score", quality.score, cost.quality_score)
    for stage, part, parameter in cost_parameters(inputs):
        yield from limits.out_of_range(f"{root}/stages/{stage}/{part}/value", parameter.value, cost.amount)
    if not any(Decimal(p.value) > 0 for _, part, p in cost_parameters(inputs) if part != "taxes"):
        text = Text("至少一个阶段须有大于 0 的成本。", "At least one stage must have a cost above 0.")
        yield FieldError(f"{root}/stages", text, RANGE_RULE)
    yield from _life(inputs, root)


def _life(inputs: CostModel, root: str) -> Iterator[FieldError]:
    whole, left = Decimal(inputs.economic_life_years.value), Decimal(inputs.remaining_life_years.value)
    right = inputs.right_remaining_years
    pointer = f"{root}/remaining_life_years/value"
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
