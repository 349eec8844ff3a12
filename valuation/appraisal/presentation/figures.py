"""The charts of an appraisal: what the chart module is given, taken from the trace and the inputs and nothing else."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import msgspec
from markupsafe import Markup

from kernel.money import EXPONENTS
from kernel.text import Lang, Text
from valuation.appraisal.analysis import sensitivity
from valuation.appraisal.engine import expression
from valuation.appraisal.engine.trace import Step
from valuation.appraisal.presentation import names
from valuation.charts import value as charts

_VALUE: Final = Text("评估值", "Value")
_SWINGS: Final = 10
_BETWEEN: Final = ("cost", "income", "market")
_NEARNESS: Final = "1 / (1 + round(max(a / b, b / a) * max(m / n, n / m) * max(q / c, c / q) - 1, 6))"
"""The distance of the market approach, for comparables whose weights are stated and were not computed from it."""

Report = Mapping[str, Any]


def results(report: Report) -> dict[str, Decimal]:
    """The result of every step, by its id."""
    return {step["id"]: Decimal(step["result"]) for step in report["trace"]}


def used(report: Report) -> list[str]:
    """The approaches that the trace holds, in the order of the guidance."""
    if report["approach"] != "reconciled":
        return [report["approach"]]
    approaches = {step["id"].partition(".")[0] for step in report["trace"]}
    return [name for name in _BETWEEN if name in approaches]


def own(report: Report, approach: str) -> dict[str, Mapping[str, Any]]:
    """The steps of one approach, by their ids within it."""
    steps = {step["id"]: step for step in report["trace"]}
    inner = {key.removeprefix(f"{approach}."): step for key, step in steps.items() if key.startswith(f"{approach}.")}
    return inner or steps


def places(report: Report) -> int:
    """The decimal places of the report's currency."""
    return EXPONENTS[report["value"]["currency"]]


def waterfall(report: Report, lang: Lang, approach: str | None = None) -> Markup:
    """How the value of an approach is built up from its own parts, or the whole from its approaches."""
    chosen = approach or report["approach"]
    parts = list(_weighed(report, lang) if chosen == "reconciled" else _parts(report, chosen, lang))
    return charts.waterfall(parts, _VALUE.of(lang), lang, places(report))


def _weighed(report: Report, lang: Lang) -> Iterator[tuple[str, Decimal]]:
    last = next(step for step in report["trace"] if step["id"] == "P")
    operands = {operand["name"]: Decimal(operand["value"]) for operand in last["inputs"]}
    with expression.context():
        parts = [
            (names.APPROACHES[each].of(lang), operands[f"w_{each}"], operands[f"P_{each}"])
            for each in _BETWEEN
            if f"w_{each}" in operands
        ]
        shares = [(f"{words} × {expression.text(weight)}", weight * value) for words, weight, value in parts]
    yield from shares
    yield from _rounding(shares, Decimal(last["result"]), lang)


def _parts(report: Report, approach: str, lang: Lang) -> Iterator[tuple[str, Decimal]]:
    steps = own(report, approach)
    starts = {"cost": ("I_", "O", "T", "TCR"), "income": ("PV_", "TV"), "market": ("W_",)}[approach]
    parts = [(step["label"][lang], Decimal(step["result"])) for key, step in steps.items() if _starts(key, starts)]
    parts = [(words, amount) for words, amount in parts if amount]
    yield from parts
    result = Decimal(steps["P"]["result"])
    if approach == "cost":
        left = result - sum((amount for _, amount in parts), Decimal(0))
        yield Text("价值调整（乘以 δ）", "Value adjustment (times δ)").of(lang), left
    else:
        yield from _rounding(parts, result, lang)


def _rounding(parts: list[tuple[str, Decimal]], result: Decimal, lang: Lang) -> Iterator[tuple[str, Decimal]]:
    """What rounding to minor units adds or takes, where a reader would see it."""
    left = result - sum((amount for _, amount in parts), Decimal(0))
    if abs(left) >= Decimal("0.005"):
        yield Text("尾数", "Rounding").of(lang), left


def _starts(key: str, starts: tuple[str, ...]) -> bool:
    return any(key == start or (start.endswith("_") and key.startswith(start)) for start in starts)


def swings(report: Report) -> list[tuple[sensitivity.Swing, sensitivity.Swing]]:
    """Every driver's change down and up, the widest first; the forms of one report ask for them again and again."""
    return _swings(msgspec.json.encode(report["trace"]))


@lru_cache(maxsize=8)
def _swings(trace: bytes) -> list[tuple[sensitivity.Swing, sensitivity.Swing]]:
    return sensitivity.tornado(msgspec.json.decode(trace, type=tuple[Step, ...]))


def change(swing: sensitivity.Swing, lang: Lang) -> str:
    """How far a driver was moved: per cent of a parameter, percentage points of a rate."""
    written = f"±{abs(swing.by * 100).normalize():f}"
    return written + (Text(" 个百分点", " pp").of(lang) if swing.driver.startswith("#/trace/") else "%")


def tornado(report: Report, lang: Lang) -> Markup:
    """The drivers that move the value most, by 10 % or one point of a rate."""
    drawn = [
        charts.Swing(f"{names.place(down.driver).of(lang)} {change(down, lang)}", down.value, up.value)
        for down, up in swings(report)[:_SWINGS]
    ]
    return charts.tornado(drawn, Decimal(report["value"]["amount"]), lang, places(report))


def bands(report: Report, lang: Lang) -> list[charts.Band]:
    """Each approach's range and value, and the reconciled one's."""
    ends = results(report)
    drawn = [
        charts.Band(names.APPROACHES[each].of(lang), *(ends[f"{each}.{end}"] for end in ("low", "P", "high")))
        for each in used(report)
        if f"{each}.P" in ends
    ]
    if report["approach"] == "reconciled":
        drawn.append(charts.Band(names.APPROACHES["reconciled"].of(lang), ends["low"], ends["P"], ends["high"]))
    return drawn or [charts.Band(names.APPROACHES[report["approach"]].of(lang), ends["low"], ends["P"], ends["high"])]


def methods(report: Report, lang: Lang) -> Markup:
    """The approaches beside each other."""
    return charts.methods(bands(report, lang), lang, places(report))


def cash_flows(report: Report, lang: Lang) -> Markup:
    """What the data earns in each year, and what that is worth at the base date."""
    steps = {key: Decimal(step["result"]) for key, step in own(report, "income").items()}
    years = [
        charts.Year(Text(f"第 {year} 年", f"Year {year}").of(lang), steps.get(f"N_{year}", steps[f"F_{year}"]), present)
        for year in range(1, 101)
        if (present := steps.get(f"PV_{year}")) is not None
    ]
    if "TV" in steps:
        years.append(charts.Year(Text("永续期", "beyond").of(lang), years[-1].flow, steps["TV"]))
    return charts.cash_flows(years, lang, places(report))


def comparables(report: Report, lang: Lang) -> Markup:
    """The chosen comparables by nearness and price, with the band of the value."""
    model, steps = report["inputs"]["market"], own(report, "market")
    band = charts.Band("", *(Decimal(steps[end]["result"]) for end in ("low", "P", "high")))
    points = [
        charts.Point(
            name,
            nearness(report, steps, name),
            Decimal(case["price"]["value"]),
            Decimal(steps[f"A_{name}"]["result"]),
            case["kind"] == "realised",
        )
        for name, case in model["comparables"].items()
        if f"A_{name}" in steps
    ]
    return charts.comparables(points, band, lang, places(report))


def nearness(report: Report, steps: Mapping[str, Any], name: str) -> Decimal:
    """How near a comparable lies, 0 to 1, as the trace weighs it or by the same formula."""
    if f"s_{name}" in steps:
        return Decimal(steps[f"s_{name}"]["result"])
    model = report["inputs"]["market"]
    case = model["comparables"][name]
    parameters = {
        "a": model["scale"], "b": case["scale"], "m": model["remaining_years"], "n": case["remaining_years"],
        "c": case["quality"],
    }  # fmt: skip
    numbers = {key: Decimal(parameter["value"]) for key, parameter in parameters.items()}
    return expression.evaluate(_NEARNESS, {**numbers, "q": Decimal(report["quality"]["score"])})


CHARTS: Final[Mapping[str, Callable[[Report, Lang], Markup]]] = {
    "waterfall": waterfall,
    "cost-waterfall": lambda report, lang: waterfall(report, lang, "cost"),
    "income-waterfall": lambda report, lang: waterfall(report, lang, "income"),
    "market-waterfall": lambda report, lang: waterfall(report, lang, "market"),
    "tornado": tornado,
    "cash-flows": cash_flows,
    "methods": methods,
    "comparables": comparables,
}
"""Every chart of an appraisal, by name."""
