"""The discount rate (折现率) by build-up, CAPM, WACC or WARA, each component with its source."""

from collections.abc import Iterator
from decimal import Decimal

from kernel.errors import FieldError
from kernel.text import Text
from valuation.appraisal.engine import limits
from valuation.appraisal.engine.inputs import BuildUp, Capm, Discount, Parameter, Wacc, Wara
from valuation.appraisal.engine.limits import Limited
from valuation.appraisal.engine.trace import Quantity, Trace, entered
from valuation.appraisal.policy import DiscountRules

_WACC = Text("加权平均资本成本 WACC", "Weighted average cost of capital (WACC)")


def limited(discount: Discount, rules: DiscountRules, root: str) -> Iterator[Limited]:
    """Every component with its range."""
    match discount:
        case BuildUp():
            yield f"{root}/risk_free", discount.risk_free, rules.risk_free
            for name in ("market", "industry", "size"):
                yield f"{root}/{name}", getattr(discount, name), rules.premium
            yield f"{root}/data", discount.data, rules.data_premium
        case Capm():
            yield f"{root}/risk_free", discount.risk_free, rules.risk_free
            yield f"{root}/beta", discount.beta, rules.beta
            yield f"{root}/equity_premium", discount.equity_premium, rules.equity_premium
            yield f"{root}/specific", discount.specific, rules.premium
        case Wacc():
            yield from limited(discount.equity, rules, f"{root}/equity")
            yield f"{root}/equity_weight", discount.equity_weight, rules.weight
            yield f"{root}/debt_weight", discount.debt_weight, rules.weight
            yield f"{root}/cost_of_debt", discount.cost_of_debt, rules.cost_of_debt
            yield f"{root}/tax_rate", discount.tax_rate, rules.tax_rate
        case Wara():
            yield from limited(discount.wacc, rules, f"{root}/wacc")
            for name, asset in sorted(discount.assets.items()):
                yield f"{root}/assets/{name}/weight", asset.weight, rules.weight
                yield f"{root}/assets/{name}/rate", asset.rate, rules.asset_rate
            yield f"{root}/data_weight", discount.data_weight, rules.weight


def faults(discount: Discount, rules: DiscountRules, root: str) -> Iterator[FieldError]:
    """Find components out of range, and weights that do not make a whole."""
    yield from limits.within(limited(discount, rules, root))
    if isinstance(discount, Wacc):
        yield from _shares(root, {"equity_weight": discount.equity_weight, "debt_weight": discount.debt_weight})
    if isinstance(discount, Wara):
        wacc = discount.wacc
        yield from _shares(f"{root}/wacc", {"equity_weight": wacc.equity_weight, "debt_weight": wacc.debt_weight})
        weights = {name: asset.weight for name, asset in discount.assets.items()}
        yield from _shares(root, {**weights, "data_weight": discount.data_weight})
        if Decimal(discount.data_weight.value) == 0:
            text = Text("数据资产的权重须大于 0。", "The weight of the data must be above 0.")
            yield FieldError(f"{root}/data_weight/value", text, limits.RATE_RULE)


def _shares(root: str, weights: dict[str, Parameter]) -> Iterator[FieldError]:
    yield from limits.sum_to_one(root, weights)


def rate(trace: Trace, discount: Discount, rules: DiscountRules, root: str) -> Quantity:
    """Compute the rate; the step is always named r."""
    label = Text("折现率 r", "Discount rate r")
    match discount:
        case BuildUp():
            names = ("risk_free", "market", "industry", "size", "data")
            return trace.total("r", label, rules.build_up, [(n, _given(discount, n, root)) for n in names])
        case Capm():
            return _capm(trace, "r", label, discount, rules, root)
        case Wacc():
            return _wacc(trace, "r", label, discount, rules, root)
        case Wara():
            return _wara(trace, label, discount, rules, root)


def _given(holder: Discount, name: str, root: str) -> Quantity:
    parameter: Parameter = getattr(holder, name)
    return entered(parameter.value, f"{root}/{name}")


def _capm(trace: Trace, id_: str, label: Text, capm: Capm, rules: DiscountRules, root: str) -> Quantity:
    given = {
        name: _given(capm, field, root)
        for name, field in (("Rf", "risk_free"), ("beta", "beta"), ("ERP", "equity_premium"), ("eps", "specific"))
    }
    return trace.step(id_, label, "Rf + beta * ERP + eps", rules.capm, **given)


def _wacc(trace: Trace, id_: str, label: Text, wacc: Wacc, rules: DiscountRules, root: str) -> Quantity:
    equity = Text("权益资本成本 Ke", "Cost of equity Ke")
    names = (("E", "equity_weight"), ("D", "debt_weight"), ("Kd", "cost_of_debt"), ("T", "tax_rate"))
    given = {name: _given(wacc, field, root) for name, field in names}
    given["Ke"] = _capm(trace, "Ke", equity, wacc.equity, rules, f"{root}/equity")
    return trace.step(id_, label, "E * Ke + D * Kd * (1 - T)", rules.wacc, **given)


def _wara(trace: Trace, label: Text, wara: Wara, rules: DiscountRules, root: str) -> Quantity:
    wacc = _wacc(trace, "WACC", _WACC, wara.wacc, rules, f"{root}/wacc")
    returns = []
    for name, asset in sorted(wara.assets.items()):
        place = f"{root}/assets/{name}"
        weight, required = Decimal(asset.weight.value), Decimal(asset.rate.value)
        said = Text(f"资产 {name} 的加权回报", f"Weighted return of {name}")
        got = trace.step(
            f"wr_{name}",
            said,
            "w * r",
            rules.wara,
            w=Quantity(weight, f"{place}/weight"),
            r=Quantity(required, f"{place}/rate"),
        )
        returns.append((f"wr_{name}", got))
    others = trace.total("wr", Text("其他资产的加权回报", "Weighted return of the other assets"), rules.wara, returns)
    share = _given(wara, "data_weight", root)
    own = trace.step("r", label, "round((WACC - wr) / w, 12)", rules.wara, WACC=wacc, wr=others, w=share)
    check = Text("一致性检验：WARA − WACC", "Consistency: WARA − WACC")
    trace.step("wara_gap", check, "round(wr + w * r - WACC, 10)", rules.wara, wr=others, w=share, r=own, WACC=wacc)
    return own


def notes(discount: Discount, own: Decimal, trace: Trace, prefix: str) -> Iterator[Text]:
    """The data is riskier than the business as a whole; say so where the numbers say otherwise."""
    if isinstance(discount, Wara):
        whole = next(Decimal(step.result) for step in trace.steps if step.id == f"{prefix}WACC")
        if own <= whole:
            yield Text(
                f"数据资产折现率 {own} 不高于 WACC {whole}，与其风险较高的特征不符，应复核。",
                f"The rate of the data, {own}, is not above the WACC, {whole}, although data is riskier; check it.",
            )
