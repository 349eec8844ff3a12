"""The price cap of authorised public data (发改价格〔2025〕65号): R_max = C + C·ρ + T, and what follows from it."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, Literal

from kernel.errors import FieldError
from kernel.money import EXPONENTS
from kernel.text import Text
from valuation.appraisal.calculations.inputs import PriceCapInputs
from valuation.appraisal.engine import expression, limits
from valuation.appraisal.engine.trace import Quantity, Trace, entered
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.policy import AppraisalPolicy, PriceCapRules

_RULE = "LT-APR-17"


def faults(inputs: PriceCapInputs, body: AppraisalPolicy) -> Iterator[FieldError]:
    """Find everything that is wrong with what the price is formed from."""
    assert body.price_cap is not None
    rules = body.price_cap
    yield from limits.currency("/inputs/currency", inputs.currency)
    yield from limits.within(_limited(inputs, rules))
    with expression.context():
        highest = Decimal(inputs.treasury_yield.value) + rules.margin_above_treasury
        costs = sum((Decimal(cost.value) for cost in inputs.costs.values()), Decimal(0))
    if Decimal(inputs.margin.value) > highest:
        text = Text(
            f"准许利润率 {inputs.margin.value} 不得高于十年期国债收益率加六个百分点，即 {highest}。",
            f"The margin {inputs.margin.value} may not exceed the ten-year treasury yield plus six points, {highest}.",
        )
        yield FieldError("/inputs/margin/value", text, _RULE)
    if Decimal(inputs.subsidies.value) > costs:
        text = Text("补助不得超过成本。", "Subsidies may not exceed the costs.")
        yield FieldError("/inputs/subsidies/value", text, _RULE)
    for name, product in sorted(inputs.products.items()):
        price, cap = Decimal(product.price.value), Decimal(product.cap.value)
        if price > cap:
            text = Text(f"实际价格 {price} 高于上限价格 {cap}。", f"The price {price} is above its cap {cap}.")
            yield FieldError(f"/inputs/products/{name}/price/value", text, _RULE)
        if inputs.use == "public-governance" and cap:
            text = Text("用于公共治理、公益事业的，价格为 0。", "For public governance and welfare the price is 0.")
            yield FieldError(f"/inputs/products/{name}/cap/value", text, _RULE)


def _limited(inputs: PriceCapInputs, rules: PriceCapRules) -> Iterator[limits.Limited]:
    for name, cost in sorted(inputs.costs.items()):
        yield f"/inputs/costs/{name}", cost, rules.amount
    for name in ("subsidies", "taxes", "actual_income", "excess_of_last_cycle"):
        yield f"/inputs/{name}", getattr(inputs, name), rules.amount
    yield "/inputs/treasury_yield", inputs.treasury_yield, rules.treasury_yield
    yield "/inputs/cycle_years", inputs.cycle_years, rules.cycle_years
    yield "/inputs/smoothing_years", inputs.smoothing_years, rules.cycle_years
    for name, product in sorted(inputs.products.items()):
        for field in ("cap", "price", "units"):
            yield f"/inputs/products/{name}/{field}", getattr(product, field), rules.amount


def compute(trace: Trace, inputs: PriceCapInputs, body: AppraisalPolicy) -> tuple[dict[str, Quantity], Iterable[Text]]:
    """R_max, what the products may bring within it, and the yearly check."""
    assert body.price_cap is not None
    rules, places = body.price_cap, EXPONENTS[inputs.currency]
    if inputs.use == "public-governance":
        label = Text("用于公共治理、公益事业：价格为 0", "Public governance and welfare: price 0")
        return {"r_max": trace.step("R_max", label, "0", rules.free)}, ()
    cap = _cap(trace, inputs, rules, places)
    results = {"r_max": cap}
    cap = _carried(trace, inputs, rules, cap, places)
    results["r_allowed"] = cap
    if inputs.products:
        results["products"] = _products(trace, inputs, rules, cap)
    findings: list[Text] = []
    if inputs.actual_income is not None:
        yearly, finding = _yearly(trace, inputs, rules, cap)
        results |= yearly
        findings.append(finding)
    return results, findings


def _given(inputs: PriceCapInputs, name: str) -> Quantity:
    return entered(getattr(inputs, name).value, f"#/inputs/{name}")


def _cap(trace: Trace, inputs: PriceCapInputs, rules: PriceCapRules, places: int) -> Quantity:
    costs = [
        (f"c_{name}", entered(cost.value, f"#/inputs/costs/{name}")) for name, cost in sorted(inputs.costs.items())
    ]
    gross = trace.total("G", Text("运营成本", "Operating cost"), rules.cost, costs)
    label = Text("扣除补助后的成本 C", "Cost net of subsidies C")
    net = trace.step("C", label, "G - S", rules.cost, G=gross, S=_given(inputs, "subsidies"))
    label = Text("最高准许收入 R_max", "Highest admitted income R_max")
    formula = f"round(C + C * rho + T, {places})"
    return trace.step(
        "R_max", label, formula, rules.cap, C=net, rho=_given(inputs, "margin"), T=_given(inputs, "taxes")
    )


def _carried(trace: Trace, inputs: PriceCapInputs, rules: PriceCapRules, cap: Quantity, places: int) -> Quantity:
    """What the last cycle earned too much is deducted, all at once or over some years."""
    if inputs.excess_of_last_cycle is None:
        return cap
    excess, label = (
        _given(inputs, "excess_of_last_cycle"),
        Text("扣减上周期超额后的准许收入", "Less last cycle's excess"),
    )
    if inputs.smoothing_years is None:
        return trace.step("R_allowed", label, "max(0, R - E)", rules.carried, R=cap, E=excess)
    formula, years = f"max(0, round(R - E / y, {places}))", _given(inputs, "smoothing_years")
    return trace.step("R_allowed", label, formula, rules.carried, R=cap, E=excess, y=years)


def _products(trace: Trace, inputs: PriceCapInputs, rules: PriceCapRules, cap: Quantity) -> Quantity:
    """All caps times all units stay within the admitted income."""
    most = []
    for name, product in sorted(inputs.products.items()):
        place, label = f"#/inputs/products/{name}", Text(f"{name} 的最高收入", f"Most that {name} brings")
        limit = entered(product.cap.value, f"{place}/cap")
        units = entered(product.units.value, f"{place}/units")
        most.append((f"m_{name}", trace.step(f"m_{name}", label, "c * u", rules.products, c=limit, u=units)))
    total = trace.step("m", Text("已汇总的产品收入", "Income of the products"), "0", rules.products)
    for i in range(0, len(most), 40):
        label = Text("按上限价格计的收入", "Income at the caps")
        parts = [("before", total), *most[i : i + 40]]
        total = trace.total(f"M_{i // 40}", label, rules.products, parts)
    if total.value > cap.value:
        text = Text(
            f"按上限价格计的收入 {total.value} 超过准许收入 {cap.value}。",
            f"At their caps the products bring {total.value}, more than the admitted {cap.value}.",
        )
        raise InputsFaulty(errors=[FieldError("/inputs/products", text, _RULE)], count=1)
    return total


def _yearly(
    trace: Trace, inputs: PriceCapInputs, rules: PriceCapRules, cap: Quantity
) -> tuple[dict[str, Quantity], Text]:
    if not cap.value:
        text = Text("准许收入为 0，无法作年度检查。", "The admitted income is 0; the yearly check cannot be made.")
        raise InputsFaulty(errors=[FieldError("/inputs/actual_income", text, _RULE)], count=1)
    actual = _given(inputs, "actual_income")
    label = Text("实际收入与准许收入之差", "Difference of actual and admitted income")
    gap = trace.step("gap", label, "round((A - R) / R, 6)", rules.yearly, A=actual, R=cap)
    label = Text("结转下周期扣减的超额", "Excess to deduct from the next cycle")
    excess = trace.step("excess", label, "max(0, A - R)", rules.carried, A=actual, R=cap)
    return {"gap": gap, "excess": excess}, _FINDINGS[_adjusts(gap.value, rules)]


Adjusts = Literal["nothing", "prices", "caps"]

_FINDINGS: Final[dict[Adjusts, Text]] = {
    "nothing": Text("实际收入等于准许收入，无需调整。", "Actual income equals the admitted one; nothing to adjust."),
    "prices": Text("差异不超过百分之十：调整实际价格。", "Within ten per cent: adjust the actual prices."),
    "caps": Text("差异超过百分之十：调整上限价格。", "More than ten per cent: adjust the caps."),
}


def _adjusts(gap: Decimal, rules: PriceCapRules) -> Adjusts:
    if gap == 0:
        return "nothing"
    return "prices" if gap.copy_abs() <= rules.tolerance else "caps"


def adjusts(gap: str, body: AppraisalPolicy) -> Adjusts:
    """What a year whose income differs from the admitted one by this part of it has to adjust."""
    assert body.price_cap is not None
    return _adjusts(Decimal(gap), body.price_cap)
