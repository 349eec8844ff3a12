"""The market approach (市场法): P = Σ w·Q·X1·X2·X3·X4·X5 over comparables, each correction within its bounds."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from kernel.text import Text
from valuation.appraisal.approaches import market_limits
from valuation.appraisal.engine import expression
from valuation.appraisal.engine.inputs import Comparable, MarketModel
from valuation.appraisal.engine.trace import Given, Trace
from valuation.appraisal.policy import MarketRules, Usual
from valuation.appraisal.schemas import Parameter, QualityBasis

_FACTORS = {
    "X1": Text("质量修正", "Quality correction"),
    "X2": Text("供求修正", "Supply and demand correction"),
    "X3": Text("期日修正", "Date correction"),
    "X4": Text("容量修正", "Capacity correction"),
    "X5": Text("其他修正", "Other correction"),
}


def value(
    trace: Trace, model: MarketModel, quality: QualityBasis, rules: MarketRules, root: str, places: int
) -> tuple[Given, Given, Given]:
    """Compute the value and the band of the corrected prices: (value, low, high)."""
    chosen = {name: model.comparables[name] for name in market_limits.chosen(model, rules)}
    score = Given(Decimal(quality.score), "#/quality/score")
    corrected = {name: _corrected(trace, name, case, model, score, rules, root) for name, case in chosen.items()}
    weights = _weights(trace, chosen, model, score, rules, root)
    parts = []
    for name, price in corrected.items():
        label = Text(f"案例 {name} 的加权价格", f"Weighted price of {name}")
        part = trace.step(f"W_{name}", label, "w * A", rules.value, w=weights[name], A=price)
        parts.append((f"W_{name}", part))
    total = trace.total("V", Text("加权价格合计 V", "Sum of weighted prices V"), rules.value, parts)
    label = Text("市场法评估值 P", "Value by the market approach P")
    got = trace.step("P", label, f"round(V, {places})", rules.value, V=total)
    low, high = (_edge(trace, name, corrected, got, rules, places) for name in ("low", "high"))
    return got, low, high


def _edge(
    trace: Trace, name: str, corrected: Mapping[str, Given], got: Given, rules: MarketRules, places: int
) -> Given:
    """One end of the band: a quantile of the corrected prices, widened where the value lies beyond it."""
    pick, share, label = {
        "low": ("min", rules.band_low, Text("区间下限", "Lower end of the range")),
        "high": ("max", rules.band_high, Text("区间上限", "Upper end of the range")),
    }[name]
    prices = {f"A_{each}": price for each, price in corrected.items()}
    formula = f"{pick}(P, round(quantile(p, {', '.join(prices)}), {places}))"
    edge = Given(share, f"#/rule_set/market/band_{name}")
    return trace.step(name, label, formula, rules.range, P=got, p=edge, **prices)


def _corrected(
    trace: Trace, name: str, case: Comparable, model: MarketModel, score: Given, rules: MarketRules, root: str
) -> Given:
    """Q·X1·X2·X3·X4·X5 of one comparable."""
    place = f"{root}/comparables/{name}"

    def bounded(factor: str, formula: str, bounds: Usual, field: str, **operands: Given) -> Given:
        said = Text(f"案例 {name}：{_FACTORS[factor].zh} {factor}", f"{name}: {_FACTORS[factor].en} {factor}")
        edges = {
            "lo": Given(bounds.minimum, f"#/rule_set/market/{field}/minimum"),
            "hi": Given(bounds.maximum, f"#/rule_set/market/{field}/maximum"),
        }
        rounded = f"max(lo, min(hi, round({formula}, 6)))"
        return trace.step(f"{factor}_{name}", said, rounded, rules.corrections, **operands, **edges)

    def own(field: str) -> Given:
        return _given(getattr(model, field), f"{root}/{field}")

    def its(field: str) -> Given:
        return _given(getattr(case, field), f"{place}/{field}")

    factors = {
        "X1": bounded(
            "X1", "power(q / c, e)", rules.quality_factor, "quality_factor",
            q=score, c=its("quality"), e=own("quality_exponent"),
        ),
        "X2": bounded("X2", "s", rules.supply_demand, "supply_demand", s=its("supply_demand")),
        "X3": bounded("X3", "b / t", rules.date_factor, "date_factor", b=own("price_index"), t=its("price_index")),
        "X4": bounded(
            "X4", "power(own / its, e)", rules.capacity_factor, "capacity_factor",
            own=own("scale"), its=its("scale"), e=own("capacity_exponent"),
        ),
        "X5": bounded("X5", "o", rules.other, "other", o=its("other")),
    }  # fmt: skip
    label = Text(f"案例 {name} 修正后价格", f"Corrected price of {name}")
    return trace.step(f"A_{name}", label, "Q * X1 * X2 * X3 * X4 * X5", rules.corrected, Q=its("price"), **factors)


def _weights(
    trace: Trace, chosen: Mapping[str, Comparable], model: MarketModel, score: Given, rules: MarketRules, root: str
) -> dict[str, Given]:
    """The stated weights, or weights by nearness."""
    stated = {name: case.weight for name, case in chosen.items()}
    if all(weight is not None for weight in stated.values()):
        return {
            name: _given(weight, f"{root}/comparables/{name}/weight")
            for name, weight in stated.items()
            if weight is not None
        }
    near = {name: _nearness(trace, name, case, model, score, rules, root) for name, case in chosen.items()}
    label = Text("接近程度合计", "Sum of nearness")
    whole = trace.total("s", label, rules.weight, [(f"s_{name}", given) for name, given in near.items()])
    return {
        name: trace.step(
            f"w_{name}", Text(f"案例 {name} 的权重", f"Weight of {name}"), "n / s", rules.weight, n=given, s=whole
        )
        for name, given in near.items()
    }


def _nearness(
    trace: Trace, name: str, case: Comparable, model: MarketModel, score: Given, rules: MarketRules, root: str
) -> Given:
    """1/(1 + distance): distances of scale, life and quality in logarithms, whichever way they differ."""
    place = f"{root}/comparables/{name}"
    label = Text(f"案例 {name} 与待估资产的距离", f"Distance of {name}")
    formula = "round(max(ln(a / b), ln(b / a)) + max(ln(m / n), ln(n / m)) + max(ln(q / c), ln(c / q)), 6)"
    distance = trace.step(
        f"d_{name}", label, formula, rules.distance,
        a=_given(model.scale, f"{root}/scale"), b=_given(case.scale, f"{place}/scale"),
        m=_given(model.remaining_years, f"{root}/remaining_years"),
        n=_given(case.remaining_years, f"{place}/remaining_years"),
        q=score, c=_given(case.quality, f"{place}/quality"),
    )  # fmt: skip
    label = Text(f"案例 {name} 的接近程度", f"Nearness of {name}")
    return trace.step(f"s_{name}", label, "1 / (1 + d)", rules.weight, d=distance)


def _given(parameter: Parameter, source: str) -> Given:
    return Given(Decimal(parameter.value), source)


def notes(
    model: MarketModel, rules: MarketRules, trace: Trace, prefix: str, base_months: Mapping[str, int]
) -> Iterator[Text]:
    """Who was left out and why, which prices are only asked, and which comparable lies nearest."""
    for name, why in market_limits.left_out(model, rules):
        yield Text(f"案例 {name} 未采用：{why.zh}。", f"The comparable {name} was left out: {why.en}.")
    chosen = market_limits.chosen(model, rules)
    asking = [name for name in chosen if model.comparables[name].kind == "asking"]
    if asking:
        names = "、".join(asking)
        yield Text(f"下列案例为挂牌价而非成交价：{names}。", f"These are asking prices, not realised ones: {names}.")
    found = {step.id.removeprefix(prefix): Decimal(step.result) for step in trace.steps if step.id.startswith(prefix)}
    distances = {name: found[f"d_{name}"] for name in chosen if f"d_{name}" in found}
    if distances:
        nearest = min(distances, key=lambda name: (distances[name], name))
        price, gap = expression.text(round(found[f"A_{nearest}"], 2)), expression.text(distances[nearest])
        months = base_months[nearest]
        yield Text(
            f"最接近的案例为 {nearest}：距离 {gap}，成交距基准日约 {months} 个月，修正后价格 {price}。",
            f"The nearest comparable is {nearest}: distance {gap}, {months} months old, corrected price {price}.",
        )
