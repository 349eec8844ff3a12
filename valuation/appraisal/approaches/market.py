"""The market approach (市场法): P = Σ w·Q·X1·X2·X3·X4·X5 over comparables, each correction within its bounds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter

from kernel.text import Text
from valuation.appraisal.approaches import market_limits
from valuation.appraisal.engine import expression
from valuation.appraisal.engine.inputs import Comparable, MarketModel, QualityBasis
from valuation.appraisal.engine.trace import Quantity, Trace, entered
from valuation.appraisal.policy import MarketRules

_FACTORS = {
    "X1": ("案例 {}：质量修正 X1", "{}: Quality correction X1"),
    "X2": ("案例 {}：供求修正 X2", "{}: Supply and demand correction X2"),
    "X3": ("案例 {}：期日修正 X3", "{}: Date correction X3"),
    "X4": ("案例 {}：容量修正 X4", "{}: Capacity correction X4"),
    "X5": ("案例 {}：其他修正 X5", "{}: Other correction X5"),
}
_FORMULAS = {
    factor: f"max(lo, min(hi, round({formula}, 6)))"
    for factor, formula in {
        "X1": "power(q / c, e)",
        "X2": "s",
        "X3": "b / t",
        "X4": "power(own / its, e)",
        "X5": "o",
    }.items()
}
_BOUNDS = {"X1": "quality_factor", "X2": "supply_demand", "X3": "date_factor", "X4": "capacity_factor", "X5": "other"}
"""Each correction with the rule set's field that bounds it."""
_SUM, _VALUE = (
    Text("加权价格合计 V", "Sum of weighted prices V"),
    Text("市场法评估值 P", "Value by the market approach P"),
)
_NEARNESS = Text("接近程度合计", "Sum of nearness")
_ENDS = {
    "low": ("min", Text("区间下限", "Lower end of the range")),
    "high": ("max", Text("区间上限", "Upper end of the range")),
}
"""Each end of the band with the function that widens it to hold the value."""
_OWN = ("scale", "remaining_years", "price_index", "quality_exponent", "capacity_exponent")


@dataclass(frozen=True, slots=True)
class _Case:
    """One computation by the market approach: what it writes to, what the asset is like, the bounds of corrections."""

    trace: Trace
    rules: MarketRules
    root: str
    own: Mapping[str, Quantity]
    edges: Mapping[str, dict[str, Quantity]]


def _case(trace: Trace, model: MarketModel, quality: QualityBasis, rules: MarketRules, root: str) -> _Case:
    """What every comparable is held against, read once."""
    own = {name: entered(getattr(model, name).value, f"{root}/{name}") for name in _OWN}
    own["quality"] = entered(quality.score, "#/quality/score")
    edges = {factor: _edges(field, *_bounds(getattr(rules, field))) for factor, field in _BOUNDS.items()}
    return _Case(trace, rules, root, own, edges)


_bounds = attrgetter("minimum", "maximum")


@lru_cache(maxsize=256)
def _edges(field: str, minimum: Decimal, maximum: Decimal) -> dict[str, Quantity]:
    """The least and the most that a correction may be."""
    place = f"#/rule_set/market/{field}"
    return {"lo": entered(str(minimum), f"{place}/minimum"), "hi": entered(str(maximum), f"{place}/maximum")}


def value(
    trace: Trace, model: MarketModel, quality: QualityBasis, rules: MarketRules, root: str, places: int
) -> tuple[Quantity, Quantity, Quantity]:
    """Compute the value and the band of the corrected prices: (value, low, high)."""
    case = _case(trace, model, quality, rules, root)
    chosen = {name: model.comparables[name] for name in market_limits.chosen(model, rules)}
    corrected = {name: _corrected(case, name, comparable) for name, comparable in chosen.items()}
    weights = _weights(case, chosen)
    parts = []
    for name, price in corrected.items():
        label = _label("案例 {} 的加权价格", "Weighted price of {}", name)
        part = trace.step(f"W_{name}", label, "w * A", rules.value, w=weights[name], A=price)
        parts.append((f"W_{name}", part))
    total = trace.total("V", _SUM, rules.value, parts)
    result = trace.step("P", _VALUE, f"round(V, {places})", rules.value, V=total)
    low, high = (_edge(trace, name, corrected, result, rules, places) for name in ("low", "high"))
    return result, low, high


@lru_cache(maxsize=4096)
def _label(zh: str, en: str, name: str) -> Text:
    """A label that names a comparable."""
    return Text(zh.format(name), en.format(name))


def _edge(
    trace: Trace, name: str, corrected: Mapping[str, Quantity], result: Quantity, rules: MarketRules, places: int
) -> Quantity:
    """One end of the band: a quantile of the corrected prices, widened where the value lies beyond it."""
    share = rules.band_low if name == "low" else rules.band_high
    pick, label = _ENDS[name]
    prices = {f"A_{each}": price for each, price in corrected.items()}
    formula = f"{pick}(P, round(quantile(p, {', '.join(prices)}), {places}))"
    edge = Quantity(share, f"#/rule_set/market/band_{name}")
    return trace.step(name, label, formula, rules.range, P=result, p=edge, **prices)


def _corrected(case: _Case, name: str, comparable: Comparable) -> Quantity:
    """Q·X1·X2·X3·X4·X5 of one comparable."""
    place, own = f"{case.root}/comparables/{name}", case.own
    operands: dict[str, dict[str, Quantity]] = {
        "X1": {
            "q": own["quality"],
            "c": entered(comparable.quality.value, f"{place}/quality"),
            "e": own["quality_exponent"],
        },
        "X2": {"s": entered(comparable.supply_demand.value, f"{place}/supply_demand")},
        "X3": {"b": own["price_index"], "t": entered(comparable.price_index.value, f"{place}/price_index")},
        "X4": {
            "own": own["scale"],
            "its": entered(comparable.scale.value, f"{place}/scale"),
            "e": own["capacity_exponent"],
        },
        "X5": {"o": entered(comparable.other.value, f"{place}/other")},
    }
    computed, rule = case.trace.computed, case.rules.corrections
    factors = {
        factor: computed(
            f"{factor}_{name}", _label(*_FACTORS[factor], name), _FORMULAS[factor], rule, each | case.edges[factor]
        )
        for factor, each in operands.items()
    }
    label = _label("案例 {} 修正后价格", "Corrected price of {}", name)
    price = entered(comparable.price.value, f"{place}/price")
    formula = "Q * X1 * X2 * X3 * X4 * X5"
    return computed(f"A_{name}", label, formula, case.rules.corrected, {"Q": price, **factors})


def _weights(case: _Case, chosen: Mapping[str, Comparable]) -> dict[str, Quantity]:
    """The stated weights, or weights by nearness."""
    stated = {name: comparable.weight for name, comparable in chosen.items()}
    if all(weight is not None for weight in stated.values()):
        return {
            name: entered(weight.value, f"{case.root}/comparables/{name}/weight")
            for name, weight in stated.items()
            if weight is not None
        }
    near = {name: _nearness(case, name, comparable) for name, comparable in chosen.items()}
    rule = case.rules.weight
    total = case.trace.total("s", _NEARNESS, rule, [(f"s_{name}", nearness) for name, nearness in near.items()])
    return {
        name: case.trace.step(
            f"w_{name}", _label("案例 {} 的权重", "Weight of {}", name), "n / s", rule, n=nearness, s=total
        )
        for name, nearness in near.items()
    }


def _nearness(case: _Case, name: str, comparable: Comparable) -> Quantity:
    """1/(1 + distance): how many times apart they are in scale, life and quality, whichever way they differ."""
    place, own = f"{case.root}/comparables/{name}", case.own
    label = _label("案例 {} 与待估资产的距离", "Distance of {}", name)
    formula = "round(max(a / b, b / a) * max(m / n, n / m) * max(q / c, c / q) - 1, 6)"
    distance = case.trace.step(
        f"d_{name}", label, formula, case.rules.distance,
        a=own["scale"], b=entered(comparable.scale.value, f"{place}/scale"),
        m=own["remaining_years"], n=entered(comparable.remaining_years.value, f"{place}/remaining_years"),
        q=own["quality"], c=entered(comparable.quality.value, f"{place}/quality"),
    )  # fmt: skip
    label = _label("案例 {} 的接近程度", "Nearness of {}", name)
    return case.trace.step(f"s_{name}", label, "1 / (1 + d)", case.rules.weight, d=distance)


def notes(
    model: MarketModel, rules: MarketRules, trace: Trace, prefix: str, base_months: Mapping[str, int]
) -> Iterator[Text]:
    """Who was left out and why, which prices are only asked, and which comparable lies nearest."""
    results = trace.results
    chosen = [name for name in sorted(model.comparables) if f"{prefix}A_{name}" in results]
    for name, why in market_limits.left_out(model, rules) if len(chosen) < len(model.comparables) else ():
        yield Text(f"案例 {name} 未采用：{why.zh}。", f"The comparable {name} was left out: {why.en}.")
    asking = [name for name in chosen if model.comparables[name].kind == "asking"]
    if asking:
        names = "、".join(asking)
        yield Text(f"下列案例为挂牌价而非成交价：{names}。", f"These are asking prices, not realised ones: {names}.")
    distances = {name: Decimal(results[f"{prefix}d_{name}"]) for name in chosen if f"{prefix}d_{name}" in results}
    if distances:
        nearest = min(distances, key=lambda name: (distances[name], name))
        price = expression.text(expression.evaluate("round(A, 2)", {"A": Decimal(results[f"{prefix}A_{nearest}"])}))
        gap = expression.text(distances[nearest])
        months = base_months[nearest]
        yield Text(
            f"最接近的案例为 {nearest}：距离 {gap}，成交距基准日约 {months} 个月，修正后价格 {price}。",
            f"The nearest comparable is {nearest}: distance {gap}, {months} months old, corrected price {price}.",
        )
