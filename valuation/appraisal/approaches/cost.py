"""The cost approach (成本法): P = C·δ, where C is what it would cost to make the data again and δ what is left of it.

No session, no clock, no float: the same inputs and rule set give the same bytes on any machine, in any year.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from kernel.money import EXPONENTS
from kernel.text import Text
from valuation.appraisal.approaches import cost_limits as rules
from valuation.appraisal.engine.inputs import STAGE_NAMES, STAGES, CostInputs, CostModel, QualityBasis, Stage
from valuation.appraisal.engine.result import Appraisal, concluded
from valuation.appraisal.engine.trace import Given, Trace, entered
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.policy import AppraisalRules, CostRules, Ground

_PARTS = {
    "early": Text("前期费用", "Early-stage cost"),
    "direct": Text("直接成本", "Direct cost"),
    "indirect": Text("间接成本", "Indirect cost"),
    "taxes": Text("相关税费", "Taxes"),
}
_STAGES = {stage: Text(f"{name.zh}阶段成本", f"Cost of the stage: {name.en}") for stage, name in STAGE_NAMES.items()}
_LOW, _HIGH = Text("区间下限", "Lower end of the range"), Text("区间上限", "Upper end of the range")
_LOW_QUALITY = Decimal(50)


def appraise(
    asset: str,
    inputs: CostInputs,
    quality: QualityBasis,
    *,
    base_date: date,
    use_until: date,
    policy: AppraisalRules,
) -> Appraisal:
    """Value an asset by the cost approach; raises InputsFaulty with every faulty parameter."""
    if found := rules.faults(inputs, quality, base_date, use_until, policy.body):
        raise InputsFaulty(errors=found, count=len(found))
    trace, places = Trace(), EXPONENTS[inputs.currency]
    band = value(trace, inputs, quality, policy.body.cost, "#/inputs", places)
    notes = _notes(inputs, quality)
    return concluded("cost", asset, inputs, quality, (base_date, use_until), policy, band, trace, notes)


def value(
    trace: Trace, model: CostModel, quality: QualityBasis, rules_: CostRules, root: str, places: int
) -> tuple[Given, Given, Given]:
    """Compute the value with its range: (value, low, high)."""
    replacement = _replacement(trace, model, rules_, root)
    delta = _adjustment(trace, model, quality, rules_, root)
    label, rounded = Text("评估值 P = C·δ", "Value P = C·δ"), f"round(C * delta, {places})"
    got = trace.step("P", label, rounded, rules_.value, C=replacement, delta=delta)
    return spread(trace, got, rules_.uncertainty, "#/rule_set/cost/uncertainty", rules_.range, places)


def spread(
    trace: Trace, got: Given, share: Decimal, source: str, ground: Ground, places: int
) -> tuple[Given, Given, Given]:
    """The value with its range by a share up and down."""
    u = Given(share, source)
    low = trace.step("low", _LOW, f"round(P * (1 - u), {places})", ground, P=got, u=u)
    high = trace.step("high", _HIGH, f"round(P * (1 + u), {places})", ground, P=got, u=u)
    return got, low, high


def _replacement(trace: Trace, inputs: CostModel, cost: CostRules, root: str) -> Given:
    """C: each stage's own cost and its taxes, then opportunity cost on all that is invested."""
    invested, taxes = [], []
    stated: dict[Stage, dict[str, Given]] = {stage: {} for stage in STAGES}
    for stage, part, parameter in rules.cost_parameters(inputs):
        stated[stage][part] = entered(parameter.value, f"{root}/stages/{stage}/{part}")
    for stage, given in stated.items():
        tax = given.pop("taxes", None)
        if given:
            invested.append((stage, trace.total(f"I_{stage}", _STAGES[stage], cost.replacement, given.items())))
        if tax is not None:
            taxes.append((stage, tax))
    base = trace.total("I", Text("投入成本合计", "Invested cost"), cost.replacement, invested)
    rate = entered(inputs.return_on_cost.value, f"{root}/return_on_cost")
    opportunity = trace.step("O", Text("机会成本", "Opportunity cost"), "I * R", cost.opportunity, I=base, R=rate)
    tax_total = trace.total("T", Text("相关税费合计", "Taxes"), cost.replacement, taxes)
    label = Text("重置成本 C", "Replacement cost C")
    return trace.step("C", label, "I + O + T", cost.replacement, I=base, O=opportunity, T=tax_total)


def _adjustment(trace: Trace, inputs: CostModel, quality: QualityBasis, cost: CostRules, root: str) -> Given:
    """δ: the share of the replacement cost that quality and remaining life leave."""
    score = entered(quality.score, "#/quality/score")
    left = entered(inputs.remaining_life_years.value, f"{root}/remaining_life_years")
    whole = entered(inputs.economic_life_years.value, f"{root}/economic_life_years")
    q = trace.step("q", Text("质量系数", "Quality coefficient"), "score / 100", cost.quality, score=score)
    label = Text("剩余寿命系数", "Remaining-life coefficient")
    life = trace.step("n", label, "round(remaining / whole, 6)", cost.life, remaining=left, whole=whole)
    label = Text("价值调整系数 δ", "Value adjustment coefficient δ")
    return trace.step("delta", label, "round(q * n, 6)", cost.adjustment, q=q, n=life)


def _notes(inputs: CostInputs, quality: QualityBasis) -> Iterable[Text]:
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
    low = [f"{stage}.{part}" for stage, part, p in rules.cost_parameters(inputs) if p.confidence == "low"]
    if low:
        yield Text(f"下列成本的可信度为低：{'、'.join(low)}。", f"These costs are of low confidence: {', '.join(low)}.")
