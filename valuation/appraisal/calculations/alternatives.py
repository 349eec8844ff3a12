"""Measures that the guidance does not name, labelled as such: Gartner's six and a real option."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from kernel.errors import FieldError
from kernel.money import EXPONENTS
from kernel.text import Text
from valuation.appraisal.calculations.inputs import GartnerInputs, OptionInputs
from valuation.appraisal.engine import limits
from valuation.appraisal.engine.trace import Quantity, Trace, entered
from valuation.appraisal.policy import AppraisalPolicy

_RULE = "LT-APR-18"
_MEASURES = {
    "ivi": Text("信息内在价值 IVI", "Intrinsic value of information (IVI)"),
    "bvi": Text("信息业务价值 BVI", "Business value of information (BVI)"),
    "pvi": Text("信息绩效价值 PVI", "Performance value of information (PVI)"),
    "cvi": Text("信息成本价值 CVI", "Cost value of information (CVI)"),
    "mvi": Text("信息市场价值 MVI", "Market value of information (MVI)"),
    "evi": Text("信息经济价值 EVI", "Economic value of information (EVI)"),
}
_NEEDS = {
    "ivi": ("validity", "completeness", "scarcity", "lifecycle"),
    "bvi": ("validity", "completeness", "timeliness"),
    "pvi": ("term", "period"),
    "cvi": ("process_expense", "attribution", "term", "period"),
    "mvi": ("exclusive_price", "partners", "premium"),
    "evi": ("revenue_with", "revenue_without", "acquisition", "administration", "application", "term", "period"),
}
_FORMULAS = {
    "ivi": "validity * completeness * (1 - scarcity) * lifecycle",
    "mvi": "round(exclusive_price * partners / premium, 6)",
    "evi": "round((revenue_with - (revenue_without + acquisition + administration + application)) * term / period, 6)",
}
_MANY = {"bvi": ("relevance_",), "pvi": ("with_", "without_"), "cvi": ("lost_",)}
"""Families of parameters that are summed: one relevance by process, one pair by indicator, one loss by kind."""

_SHARES = ("validity", "completeness", "scarcity", "lifecycle", "timeliness", "attribution", "relevance_")
_DIVISORS = ("period", "premium", "without_")


def gartner_faults(inputs: GartnerInputs, body: AppraisalPolicy) -> Iterator[FieldError]:
    """Find what is missing, what is not used, and what cannot be computed with."""
    assert body.alternatives is not None
    families = _MANY.get(inputs.measure, ())
    for name in _NEEDS[inputs.measure]:
        if name not in inputs.parameters:
            yield _fault(name, Text("此计量须给出该参数。", "This measure needs this parameter."))
    if inputs.measure in ("bvi", "pvi") and not any(name.startswith(families) for name in inputs.parameters):
        yield _fault(f"{families[0]}1", Text("至少须给出一项。", "Give at least one."))
    for name, parameter in sorted(inputs.parameters.items()):
        value = Decimal(parameter.value)
        yield from limits.out_of_range(f"/inputs/parameters/{name}/value", parameter.value, body.alternatives.amount)
        if name not in _NEEDS[inputs.measure] and not name.startswith(families or ("-",)):
            yield _fault(name, Text("此计量不使用该参数，请删去。", "This measure does not use it; leave it out."))
        if name.startswith(_SHARES) and value > 1:
            yield _fault(name, Text("须在 0 至 1 之间。", "It lies between 0 and 1."))
        if name.startswith(_DIVISORS) and not value:
            yield _fault(name, Text("须大于 0。", "It must be above 0."))
        pair = name.replace("with_", "without_") if name.startswith("with_") else name.replace("without_", "with_")
        if inputs.measure == "pvi" and name.startswith(families) and pair not in inputs.parameters:
            yield _fault(
                pair, Text("须成对给出有数据与无数据的指标。", "Give each indicator with and without the data.")
            )


def _fault(name: str, text: Text) -> FieldError:
    return FieldError(f"/inputs/parameters/{name}", text, _RULE)


def gartner(trace: Trace, inputs: GartnerInputs, body: AppraisalPolicy) -> tuple[dict[str, Quantity], Iterable[Text]]:
    """One of the six measures."""
    assert body.alternatives is not None
    parameters = {
        name: entered(parameter.value, f"#/inputs/parameters/{name}")
        for name, parameter in sorted(inputs.parameters.items())
    }
    formula, measure = _FORMULAS.get(inputs.measure), inputs.measure
    if measure == "bvi":
        relevance = " + ".join(name for name in parameters if name.startswith("relevance_"))
        formula = f"({relevance}) * validity * completeness * timeliness"
    elif measure == "pvi":
        names = [name.removeprefix("with_") for name in parameters if name.startswith("with_")]
        lifts = " + ".join(f"(with_{name} / without_{name} - 1)" for name in names)
        formula = f"round(({lifts}) * term / period, 6)"
    elif measure == "cvi":
        lost = "".join(f" + {name}" for name in parameters if name.startswith("lost_"))
        formula = f"round(process_expense * attribution * term / period{lost}, 6)"
    assert formula is not None
    return {measure: trace.step(measure, _MEASURES[measure], formula, body.alternatives.gartner, **parameters)}, ()


def option_faults(inputs: OptionInputs, body: AppraisalPolicy) -> Iterator[FieldError]:
    """Find parameters that are out of range."""
    assert body.alternatives is not None
    rules = body.alternatives
    yield from limits.currency("/inputs/currency", inputs.currency)
    ranges = [
        ("/inputs/underlying", inputs.underlying, rules.amount),
        ("/inputs/exercise", inputs.exercise, rules.amount),
        ("/inputs/volatility", inputs.volatility, rules.volatility),
        ("/inputs/years", inputs.years, rules.option_years),
    ]
    if body.income is not None:
        ranges.append(("/inputs/rate", inputs.rate, body.income.discount.risk_free))
    yield from limits.within(ranges)
    for name in ("underlying", "exercise"):
        if not Decimal(getattr(inputs, name).value):
            yield FieldError(f"/inputs/{name}/value", Text("须大于 0。", "It must be above 0."), _RULE)


def option(trace: Trace, inputs: OptionInputs, body: AppraisalPolicy) -> tuple[dict[str, Quantity], Iterable[Text]]:
    """S·N(d1) − X·e^(−rT)·N(d2)."""
    assert body.alternatives is not None
    ground = body.alternatives.option
    fields = {"S": "underlying", "X": "exercise", "r": "rate", "v": "volatility", "T": "years"}
    parameters = {name: entered(getattr(inputs, field).value, f"#/inputs/{field}") for name, field in fields.items()}
    formula = "round((ln(S / X) + (r + v * v / 2) * T) / (v * sqrt(T)), 12)"
    first = trace.step("d1", Text("d1", "d1"), formula, ground, **parameters)
    volatile = {"d1": first, "v": parameters["v"], "T": parameters["T"]}
    second = trace.step("d2", Text("d2", "d2"), "round(d1 - v * sqrt(T), 12)", ground, **volatile)
    label, places = Text("实物期权价值", "Value of the real option"), EXPONENTS[inputs.currency]
    formula = f"round(S * normal(d1) - X * exp(-r * T) * normal(d2), {places})"
    rest = {name: parameters[name] for name in ("S", "X", "r", "T")}
    return {"value": trace.step("V", label, formula, ground, d1=first, d2=second, **rest)}, ()
