"""The expert guide's cost form (专家指引第9号): P = TC·(1+R)·U with U = α·β·(1+l)·(1−r)."""

from collections.abc import Iterator
from decimal import Decimal

from kernel.errors import FieldError
from kernel.text import Text
from valuation.appraisal.engine import limits
from valuation.appraisal.engine.inputs import GuideModel, Parameter, QualityBasis
from valuation.appraisal.engine.limits import RANGE_RULE, Limited
from valuation.appraisal.engine.trace import Quantity, Trace, entered
from valuation.appraisal.policy import CostRules, GuideRules

_VOLUMES = ("open_data", "public_data", "shared_data", "closed_data")
_SPREADS = ("open_spread", "public_spread", "shared_spread")


def limited(model: GuideModel, rules: GuideRules, cost: CostRules, root: str) -> Iterator[Limited]:
    """Every parameter with its range."""
    yield f"{root}/total_cost", model.total_cost, cost.amount
    yield f"{root}/return_on_cost", model.return_on_cost, cost.return_on_cost
    for name in (*_VOLUMES, "own_volume", "industry_volume"):
        yield f"{root}/{name}", getattr(model, name), rules.volume
    for name in _SPREADS:
        yield f"{root}/{name}", getattr(model, name), rules.spread
    yield f"{root}/realisation_risk", model.realisation_risk, rules.realisation_risk


def faults(
    model: GuideModel, quality: QualityBasis, rules: GuideRules, cost: CostRules, root: str
) -> Iterator[FieldError]:
    """Find what is wrong with the parameters."""
    yield from limits.within(limited(model, rules, cost, root))
    yield from limits.out_of_range("/quality/score", quality.score, cost.quality_score)
    if Decimal(model.total_cost.value) == 0:
        yield FieldError(
            f"{root}/total_cost/value", Text("总成本须大于 0。", "The total cost must be above 0."), RANGE_RULE
        )
    if all(Decimal(getattr(model, name).value) == 0 for name in _VOLUMES):
        text = Text("四类数据量不能全为 0。", "The four volumes cannot all be 0.")
        yield FieldError(f"{root}/closed_data/value", text, RANGE_RULE)
    own, industry = Decimal(model.own_volume.value), Decimal(model.industry_volume.value)
    if not 0 < industry >= own:
        text = Text(
            "行业数据量须大于 0 且不小于自有数据量。", "The industry's volume must be above 0 and at least one's own."
        )
        yield FieldError(f"{root}/industry_volume/value", text, RANGE_RULE)


def value(
    trace: Trace, model: GuideModel, quality: QualityBasis, rules: GuideRules, root: str, places: int
) -> Quantity:
    """Compute the value."""

    def given(name: str) -> Quantity:
        parameter: Parameter = getattr(model, name)
        return entered(parameter.value, f"{root}/{name}")

    total = trace.step(
        "TCR", Text("总成本及回报", "Total cost with its return"), "TC * (1 + R)", rules.total,
        TC=given("total_cost"), R=given("return_on_cost"),
    )  # fmt: skip
    score = entered(quality.score, "#/quality/score")
    alpha = trace.step("alpha", Text("质量系数 α", "Quality α"), "score / 100", rules.usefulness, score=score)
    names = {
        "a": "open_spread",
        "b": "public_spread",
        "c": "shared_spread",
        "open": "open_data",
        "public": "public_data",
    }
    operands = {
        name: given(field) for name, field in {**names, "shared": "shared_data", "closed": "closed_data"}.items()
    }
    spread = "round((a * open + b * public + c * shared) / (open + public + shared + closed), 6)"
    beta = trace.step("beta", Text("流通系数 β", "Circulation β"), spread, rules.circulation, **operands)
    own, industry = given("own_volume"), given("industry_volume")
    label = Text("垄断系数 l", "Monopoly l")
    share = trace.step("l", label, "round(own / industry, 6)", rules.usefulness, own=own, industry=industry)
    label = Text("数据效用 U", "Usefulness U")
    useful = trace.step(
        "U", label, "alpha * beta * (1 + l) * (1 - r)", rules.usefulness,
        alpha=alpha, beta=beta, l=share, r=given("realisation_risk"),
    )  # fmt: skip
    label = Text("专家指引成本法评估值 P", "Value by the expert guide's cost form P")
    return trace.step("P", label, f"round(TCR * U, {places})", rules.value, TCR=total, U=useful)
