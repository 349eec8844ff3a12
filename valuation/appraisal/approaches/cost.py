"""The cost approach (成本法): P = C·δ, where C is what it would cost to make the data again and δ what is left of it.

No session, no clock, no float: the same inputs and rule set give the same bytes on any machine, in any year.
"""

from collections.abc import Iterator
from decimal import Decimal

from kernel.errors import FieldError
from kernel.text import Text
from valuation.appraisal.engine import limits
from valuation.appraisal.engine.inputs import (
    STAGE_NAMES,
    STAGES,
    CostInputs,
    CostModel,
    Parameter,
    QualityBasis,
    Stage,
)
from valuation.appraisal.engine.limits import LIFE_RULE, RANGE_RULE, Limited
from valuation.appraisal.engine.trace import Quantity, Trace, entered
from valuation.appraisal.policy import CostRules, Ground

PARTS = ("early", "direct", "indirect", "taxes")
_STAGES = {stage: Text(f"{name.zh}阶段成本", f"Cost of the stage: {name.en}") for stage, name in STAGE_NAMES.items()}
_LOW, _HIGH = Text("区间下限", "Lower end of the range"), Text("区间上限", "Upper end of the range")
_LOW_QUALITY = Decimal(50)


def parameters(inputs: CostModel) -> Iterator[tuple[Stage, str, Parameter]]:
    """Every stated amount as (stage, part, parameter), in the order of the stages."""
    for stage in STAGES:
        stated = inputs.stages.get(stage)
        for part in PARTS if stated else ():
            parameter: Parameter | None = getattr(stated, part)
            if parameter is not None:
                yield stage, part, parameter


def limited(inputs: CostModel, cost: CostRules, root: str) -> Iterator[Limited]:
    """The parameters that have a range."""
    yield f"{root}/return_on_cost", inputs.return_on_cost, cost.return_on_cost
    yield f"{root}/economic_life_years", inputs.economic_life_years, cost.economic_life_years


def faults(inputs: CostModel, quality: QualityBasis, cost: CostRules, root: str) -> Iterator[FieldError]:
    """Find what is wrong with the cost approach's own parameters."""
    yield from limits.within(limited(inputs, cost, root))
    yield from limits.out_of_range("/quality/score", quality.score, cost.quality_score)
    for stage, part, parameter in parameters(inputs):
        yield from limits.out_of_range(f"{root}/stages/{stage}/{part}/value", parameter.value, cost.amount)
    if not any(Decimal(p.value) > 0 for _, part, p in parameters(inputs) if part != "taxes"):
        text = Text("至少一个阶段须有大于 0 的成本。", "At least one stage must have a cost above 0.")
        yield FieldError(f"{root}/stages", text, RANGE_RULE)
    yield from _life(inputs, root)


def _life(inputs: CostModel, root: str) -> Iterator[FieldError]:
    economic, remaining = Decimal(inputs.economic_life_years.value), Decimal(inputs.remaining_life_years.value)
    right = inputs.right_remaining_years
    pointer = f"{root}/remaining_life_years/value"
    if not 0 < remaining <= economic:
        text = Text(
            f"剩余经济寿命须大于 0 且不超过全部经济寿命 {economic} 年。",
            f"The remaining life must be above 0 and at most the whole economic life of {economic} years.",
        )
        yield FieldError(pointer, text, LIFE_RULE)
    if right is not None and remaining > Decimal(right.value):
        text = Text(
            f"剩余经济寿命不得长于权利剩余期限 {right.value} 年。",
            f"The remaining life may not outlast the right, which ends in {right.value} years.",
        )
        yield FieldError(pointer, text, LIFE_RULE)


def value(
    trace: Trace, model: CostModel, quality: QualityBasis, rules: CostRules, root: str, places: int
) -> tuple[Quantity, Quantity, Quantity]:
    """Compute the value with its range: (value, low, high)."""
    replacement = _replacement(trace, model, rules, root)
    delta = _adjustment(trace, model, quality, rules, root)
    label, rounded = Text("评估值 P = C·δ", "Value P = C·δ"), f"round(C * delta, {places})"
    result = trace.step("P", label, rounded, rules.value, C=replacement, delta=delta)
    return spread(trace, result, rules.uncertainty, "#/rule_set/cost/uncertainty", rules.range, places)


def spread(
    trace: Trace, result: Quantity, share: Decimal, source: str, ground: Ground, places: int
) -> tuple[Quantity, Quantity, Quantity]:
    """The value with its range by a share up and down."""
    u = Quantity(share, source)
    low = trace.step("low", _LOW, f"round(P * (1 - u), {places})", ground, P=result, u=u)
    high = trace.step("high", _HIGH, f"round(P * (1 + u), {places})", ground, P=result, u=u)
    return result, low, high


def _replacement(trace: Trace, inputs: CostModel, cost: CostRules, root: str) -> Quantity:
    """C: each stage's own cost and its taxes, then opportunity cost on all that is invested."""
    invested, taxes = [], []
    stated: dict[Stage, dict[str, Quantity]] = {stage: {} for stage in STAGES}
    for stage, part, parameter in parameters(inputs):
        stated[stage][part] = entered(parameter.value, f"{root}/stages/{stage}/{part}")
    for stage, amounts in stated.items():
        tax = amounts.pop("taxes", None)
        if amounts:
            invested.append((stage, trace.total(f"I_{stage}", _STAGES[stage], cost.replacement, amounts.items())))
        if tax is not None:
            taxes.append((stage, tax))
    base = trace.total("I", Text("投入成本合计", "Invested cost"), cost.replacement, invested)
    rate = entered(inputs.return_on_cost.value, f"{root}/return_on_cost")
    opportunity = trace.step("O", Text("机会成本", "Opportunity cost"), "I * R", cost.opportunity, I=base, R=rate)
    tax_total = trace.total("T", Text("相关税费合计", "Taxes"), cost.replacement, taxes)
    label = Text("重置成本 C", "Replacement cost C")
    return trace.step("C", label, "I + O + T", cost.replacement, I=base, O=opportunity, T=tax_total)


def _adjustment(trace: Trace, inputs: CostModel, quality: QualityBasis, cost: CostRules, root: str) -> Quantity:
    """δ: the share of the replacement cost that quality and remaining life leave."""
    score = entered(quality.score, "#/quality/score")
    remaining = entered(inputs.remaining_life_years.value, f"{root}/remaining_life_years")
    economic = entered(inputs.economic_life_years.value, f"{root}/economic_life_years")
    q = trace.step("q", Text("质量系数", "Quality coefficient"), "score / 100", cost.quality, score=score)
    label = Text("剩余寿命系数", "Remaining-life coefficient")
    life = trace.step("n", label, "round(remaining / whole, 6)", cost.life, remaining=remaining, whole=economic)
    label = Text("价值调整系数 δ", "Value adjustment coefficient δ")
    return trace.step("delta", label, "round(q * n, 6)", cost.adjustment, q=q, n=life)


def notes(inputs: CostInputs, quality: QualityBasis) -> Iterator[Text]:
    """What a reader must know beside the number."""
    yield Text(
        f"仅采用成本法，理由：{inputs.single_approach_reason}（资产评估法第二十六条要求说明）。",
        f"Only the cost approach was used, because: {inputs.single_approach_reason} (Asset Appraisal Law, article 26).",
    )
    if Decimal(quality.score) < _LOW_QUALITY:
        yield Text(
            "质量系数低于实务常见区间 0.5 至 1.2，估值的可靠性受限。",
            "The quality coefficient is below the range of practice, 0.5 to 1.2; the value is less reliable for it.",
        )
    low = [f"{stage}.{part}" for stage, part, p in parameters(inputs) if p.confidence == "low"]
    if low:
        yield Text(f"下列成本的可信度为低：{'、'.join(low)}。", f"These costs are of low confidence: {', '.join(low)}.")
