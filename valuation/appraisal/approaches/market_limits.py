"""Which comparables may be used: by right, mode, field, region, scale, remaining life and date; every fault at once."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from operator import attrgetter

from kernel.errors import FieldError
from kernel.text import Text
from valuation.appraisal.engine import expression, limits
from valuation.appraisal.engine.inputs import Comparable, MarketModel, Parameter, QualityBasis
from valuation.appraisal.engine.limits import COMPARABLE_RULE, LIFE_RULE, TAX_RULE, WEIGHT_RULE, Limited
from valuation.appraisal.policy import MarketRules, Usual

_TRAITS = {
    "right": Text("权利类型不同", "another right"),
    "mode": Text("交易方式不同", "another mode of trade"),
    "field": Text("领域不同", "another field"),
    "region": Text("地域不同", "another region"),
}
_SCALE = Text("规模相差过大", "too different in scale")
_LIFE = Text("剩余期限相差过大", "too different in remaining life")
_traits = attrgetter(*_TRAITS)


def chosen(model: MarketModel, rules: MarketRules) -> list[str]:
    """The comparables that are like the asset, by name."""
    out = {name for name, _ in left_out(model, rules)}
    return [name for name in sorted(model.comparables) if name not in out]


def left_out(model: MarketModel, rules: MarketRules) -> Iterator[tuple[str, Text]]:
    """Each comparable that is not like the asset, with every reason."""
    traits, scale, life = _traits(model), _number(model.scale), _number(model.remaining_years)
    for name, case in sorted(model.comparables.items()):
        reasons: list[Text] = []
        if _traits(case) != traits:
            reasons += [text for trait, text in _TRAITS.items() if getattr(case, trait) != getattr(model, trait)]
        if _far(scale, _number(case.scale), rules.scale_ratio):
            reasons.append(_SCALE)
        if _far(life, _number(case.remaining_years), rules.life_ratio):
            reasons.append(_LIFE)
        if reasons:
            yield name, Text("、".join(r.zh for r in reasons), ", ".join(r.en for r in reasons))


def _number(parameter: Parameter) -> Decimal:
    return expression.number(parameter.value)[0]


def _far(own: Decimal, other: Decimal, ratio: Usual) -> bool:
    """Whether one lies beyond the admitted ratio of the other."""
    least, most = expression.times(ratio.minimum, other), expression.times(ratio.maximum, other)
    return own <= 0 or other <= 0 or not least <= own <= most


def months(earlier: date, later: date) -> int:
    """Whole months between two dates."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month - (later.day < earlier.day)


def limited(model: MarketModel, rules: MarketRules, root: str) -> Iterator[Limited]:
    """Every parameter with its range."""
    yield f"{root}/price_index", model.price_index, rules.index
    yield f"{root}/quality_exponent", model.quality_exponent, rules.quality_exponent
    yield f"{root}/capacity_exponent", model.capacity_exponent, rules.capacity_exponent
    for name, case in sorted(model.comparables.items()):
        place = f"{root}/comparables/{name}"
        yield f"{place}/price", case.price, rules.price
        yield f"{place}/price_index", case.price_index, rules.index
        yield f"{place}/quality", case.quality, rules.score
        yield f"{place}/supply_demand", case.supply_demand, rules.supply_demand
        yield f"{place}/other", case.other, rules.other


def faults(
    model: MarketModel, quality: QualityBasis, rules: MarketRules, root: str, currency: str, base_date: date
) -> Iterator[FieldError]:
    """Find everything that is wrong with the comparables and what they are compared with."""
    yield from limits.within(limited(model, rules, root))
    yield from limits.out_of_range("/quality/score", quality.score, rules.score)
    for field in ("scale", "remaining_years"):
        if _number(getattr(model, field)) <= 0:
            yield FieldError(f"{root}/{field}/value", Text("须大于 0。", "It must be above 0."), limits.RANGE_RULE)
    right = model.right_remaining_years
    if right is not None and _number(model.remaining_years) > _number(right):
        text = Text(
            f"剩余期限不得长于权利剩余期限 {right.value} 年。",
            f"The remaining life may not outlast the right, which ends in {right.value} years.",
        )
        yield FieldError(f"{root}/remaining_years/value", text, LIFE_RULE)
    for name, case in sorted(model.comparables.items()):
        yield from _case(case, model, rules, f"{root}/comparables/{name}", currency, base_date)
    yield from _enough(model, rules, root)


def _case(
    case: Comparable, model: MarketModel, rules: MarketRules, place: str, currency: str, base_date: date
) -> Iterator[FieldError]:
    age = months(case.dated, base_date)
    if case.dated > base_date:
        text = Text(
            f"案例日期 {case.dated} 晚于评估基准日 {base_date}。",
            f"The comparable of {case.dated} is after the base date {base_date}.",
        )
        yield FieldError(f"{place}/dated", text, COMPARABLE_RULE)
    elif age > rules.age_months_max:
        text = Text(
            f"案例距基准日 {age} 个月，超过 {rules.age_months_max} 个月。",
            f"The comparable is {age} months old, more than {rules.age_months_max}.",
        )
        yield FieldError(f"{place}/dated", text, COMPARABLE_RULE)
    if case.currency != currency:
        text = Text(
            f"币种须为 {currency}；请按期日汇率换算。", f"Give it in {currency}, converted at the rate of its date."
        )
        yield FieldError(f"{place}/currency", text, TAX_RULE)
    if case.tax_basis != model.tax_basis:
        text = Text(
            "案例价格与待估资产的税口径不一致。", "The comparable's price is on another tax basis than the asset."
        )
        yield FieldError(f"{place}/tax_basis", text, TAX_RULE)


def _enough(model: MarketModel, rules: MarketRules, root: str) -> Iterator[FieldError]:
    """At least so many comparables are left, and their weights are all stated and whole, or none is."""
    out = dict(left_out(model, rules))
    names = [name for name in sorted(model.comparables) if name not in out]
    if len(names) < rules.comparables_min:
        zh = "；".join(f"{name}：{why.zh}" for name, why in out.items()) or "未提供更多案例"
        en = "; ".join(f"{name}: {why.en}" for name, why in out.items()) or "no more were given"
        text = Text(
            f"可比案例 {len(names)} 个，不足 {rules.comparables_min} 个，市场法不适用（{zh}）。",
            f"{len(names)} comparables, fewer than {rules.comparables_min}: the market approach is refused ({en}).",
        )
        yield FieldError(f"{root}/comparables", text, COMPARABLE_RULE)
    stated = {name: weight for name in names if (weight := model.comparables[name].weight) is not None}
    if stated and len(stated) < len(names):
        text = Text("案例权重须全部给出或全部不给出。", "Give the weights of all comparables or of none.")
        yield FieldError(f"{root}/comparables", text, WEIGHT_RULE)
    elif stated:
        yield from limits.sum_to_one(f"{root}/comparables", stated)
