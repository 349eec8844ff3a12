"""Which inputs of the income approach are admissible; each method needs its own parameters and no other's."""

from collections.abc import Iterator
from decimal import Decimal

from kernel.errors import FieldError
from kernel.text import Text
from valuation.appraisal.approaches import discount
from valuation.appraisal.engine import limits
from valuation.appraisal.engine.inputs import IncomeModel, Life, Parameter
from valuation.appraisal.engine.limits import LIFE_RULE, TAX_RULE, Limited
from valuation.appraisal.policy import IncomeRules

_METHOD_RULE = "LT-APR-09"
_BOUNDS = ("right", "contract", "update", "product")
_BOUND_NAMES = {
    "right": Text("权利剩余期限", "remaining term of the right"),
    "contract": Text("合同剩余期限", "remaining term of the contract"),
    "update": Text("更新周期", "update cycle"),
    "product": Text("产品生命周期", "life of the product"),
}


def bounds(life: Life) -> Iterator[tuple[str, Parameter]]:
    """Every stated bound of the life."""
    for name in _BOUNDS:
        bound: Parameter | None = getattr(life, name)
        if bound is not None:
            yield name, bound


def whole_years(life: Life) -> int:
    """The life in whole years: as it is stated, or the shortest of its bounds."""
    stated = [life.years] if life.years is not None else [bound for _, bound in bounds(life)]
    return int(min(Decimal(bound.value) for bound in stated))


def limited(model: IncomeModel, rules: IncomeRules, root: str) -> Iterator[Limited]:
    """Every parameter with its range."""
    for i, amount in enumerate(model.income):
        yield f"{root}/income/{i}", amount, rules.amount
    for i, amount in enumerate(model.without):
        yield f"{root}/without/{i}", amount, rules.amount
    yield f"{root}/life/years", model.life.years, rules.years
    for name, bound in bounds(model.life):
        yield f"{root}/life/{name}", bound, rules.bound_years
    yield f"{root}/decay", model.decay, rules.decay
    yield f"{root}/half_life_years", model.half_life_years, rules.half_life_years
    yield f"{root}/perpetual_growth", model.perpetual_growth, rules.growth
    share = rules.share_of_profit if model.share_of == "profit" else rules.share_of_revenue
    yield f"{root}/share_rate", model.share_rate, share
    yield f"{root}/tax_rate", model.tax_rate, rules.discount.tax_rate
    for name, charge in sorted(model.charges.items()):
        yield f"{root}/charges/{name}/value", charge.value, rules.amount
        yield f"{root}/charges/{name}/rate", charge.rate, rules.charge_rate


def faults(model: IncomeModel, rules: IncomeRules, root: str, currency: str) -> Iterator[FieldError]:
    """Find everything that is wrong before anything is computed."""
    yield from limits.within(limited(model, rules, root))
    yield from discount.faults(model.discount, rules.discount, f"{root}/discount")
    yield from _method(model, root)
    yield from _life(model, rules, root)
    yield from _tax(model, root)
    if model.decay is not None and model.half_life_years is not None:
        text = Text("衰减率与半衰期只能给出一项。", "Give either the decay or the half-life, not both.")
        yield FieldError(f"{root}/half_life_years", text, _METHOD_RULE)
    if model.currency not in (None, currency):
        text = Text(f"币种须与委托的币种 {currency} 一致。", f"The currency must be that of the study, {currency}.")
        yield FieldError(f"{root}/currency", text, TAX_RULE)


def _method(model: IncomeModel, root: str) -> Iterator[FieldError]:
    needed = {
        "share_rate": (model.share_rate is not None, model.method == "share"),
        "share_of": (model.share_of is not None, model.method == "share"),
        "without": (bool(model.without), model.method == "incremental"),
        "charges": (bool(model.charges), model.method == "excess"),
    }
    for name, (stated, wanted) in needed.items():
        if wanted and not stated:
            text = Text(f"此口径须给出 {name}。", f"This method needs {name}.")
            yield FieldError(f"{root}/{name}", text, _METHOD_RULE)
        elif stated and not wanted:
            text = Text(f"此口径不使用 {name}，请删去。", f"This method does not use {name}; leave it out.")
            yield FieldError(f"{root}/{name}", text, _METHOD_RULE)
    if model.method == "incremental" and len(model.without) != len(model.income):
        text = Text("有数据与无数据的收益须为相同年数。", "Income with and without the data must cover the same years.")
        yield FieldError(f"{root}/without", text, _METHOD_RULE)


def _life(model: IncomeModel, rules: IncomeRules, root: str) -> Iterator[FieldError]:
    stated, bounds_of = model.life.years, dict(bounds(model.life))
    if stated is None and not bounds_of:
        text = Text("须给出收益期限或至少一项期限依据。", "Give the life, or at least one bound that it follows from.")
        yield FieldError(f"{root}/life", text, LIFE_RULE)
        return
    shortest = min((Decimal(bound.value) for bound in bounds_of.values()), default=None)
    if stated is not None:
        if Decimal(stated.value) != Decimal(stated.value).to_integral_value():
            text = Text("收益期限须为整年。", "The life must be a whole number of years.")
            yield FieldError(f"{root}/life/years/value", text, LIFE_RULE)
        for name, bound in bounds_of.items():
            if Decimal(stated.value) > Decimal(bound.value):
                bound_name = _BOUND_NAMES[name]
                text = Text(
                    f"收益期限不得长于{bound_name.zh} {bound.value} 年。",
                    f"The life may not exceed the {bound_name.en} of {bound.value} years.",
                )
                yield FieldError(f"{root}/life/years/value", text, LIFE_RULE)
    elif shortest is not None and not rules.years.minimum <= shortest < rules.years.maximum + 1:
        low, high = rules.years.minimum, rules.years.maximum
        text = Text(
            f"各项期限中最短为 {shortest} 年，不在 {low} 至 {high} 年之间。",
            f"The shortest bound is {shortest} years, which is not between {low} and {high}.",
        )
        yield FieldError(f"{root}/life", text, LIFE_RULE)


def _tax(model: IncomeModel, root: str) -> Iterator[FieldError]:
    """The rate's basis is the income's, or income before tax is brought after tax by a stated rate."""
    if model.tax_basis == model.discount_tax_basis:
        if model.tax_rate is not None:
            text = Text("口径一致时不使用税率，请删去。", "The bases agree; the tax rate is not used, leave it out.")
            yield FieldError(f"{root}/tax_rate", text, TAX_RULE)
    elif model.tax_basis == "post-tax":
        text = Text(
            "收益为税后口径，折现率为税前口径，二者须一致。",
            "Income is after tax and the rate before tax; they must be on one basis.",
        )
        yield FieldError(f"{root}/discount_tax_basis", text, TAX_RULE)
    elif model.tax_rate is None:
        text = Text(
            "收益为税前口径，折现率为税后口径：须给出税率以换算收益。",
            "Income is before tax and the rate after tax: give the tax rate that brings income to the same basis.",
        )
        yield FieldError(f"{root}/tax_rate", text, TAX_RULE)
