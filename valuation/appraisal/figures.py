"""What the report's page shows beside the trace: charts of it, and every stated parameter with its provenance."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from msgspec import convert

from kernel.documents.render import HELPERS
from kernel.text import Lang, Text
from valuation import charts
from valuation.appraisal.engine import sensitivity
from valuation.appraisal.engine.trace import Step

_NAMES = {
    "cost": Text("成本法", "cost approach"),
    "income": Text("收益法", "income approach"),
    "market": Text("市场法", "market approach"),
    "reconciled": Text("多种方法综合", "several approaches, reconciled"),
}
_VALUE = Text("评估值", "Value")
_SWINGS = 10


def name(approach: str, lang: Lang) -> str:
    """An approach in words."""
    return _NAMES[approach].of(lang)


def parameters(inputs: Mapping[str, Any] | list[Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every stated parameter, by its path within the inputs."""
    items: Any = inputs.items() if isinstance(inputs, Mapping) else enumerate(inputs)
    for key, below in items:
        place = f"{path}/{key}" if path else str(key)
        if isinstance(below, Mapping) and "confidence" in below:
            yield place, below
        elif isinstance(below, Mapping | list):
            yield from parameters(below, place)


def waterfall(report: Mapping[str, Any], lang: Lang) -> Markup:
    """How the value is built up from the approach's own parts, or from the approaches."""
    steps = {step["id"]: step for step in report["trace"]}
    parts = list(_parts(steps, report["approach"], lang))
    return charts.waterfall(parts, _VALUE.of(lang), lang)


def _parts(steps: Mapping[str, Any], approach: str, lang: Lang) -> Iterator[tuple[str, Decimal]]:
    if approach == "reconciled":
        given = {operand["name"]: Decimal(operand["value"]) for operand in steps["P"]["inputs"]}
        for each in ("cost", "income", "market"):
            if f"w_{each}" in given:
                yield _NAMES[each].of(lang), given[f"w_{each}"] * given[f"P_{each}"]
        return
    own = {key.removeprefix(f"{approach}."): step for key, step in steps.items()}
    starts = {"cost": ("I_", "O", "T", "TCR"), "income": ("PV_", "TV"), "market": ("W_",)}[approach]
    found = [(step["label"][lang], Decimal(step["result"])) for key, step in own.items() if _starts(key, starts)]
    yield from found
    left = Decimal(own["P"]["result"]) - sum((amount for _, amount in found), Decimal(0))
    if approach == "cost":
        yield Text("价值调整", "Value adjustment").of(lang), left


def _starts(key: str, starts: tuple[str, ...]) -> bool:
    return any(key == start or (start.endswith("_") and key.startswith(start)) for start in starts)


def tornado(report: Mapping[str, Any], lang: Lang) -> Markup:
    """The drivers that move the value most, by 10 % or one point of a rate."""
    steps = convert(report["trace"], tuple[Step, ...])
    swings = [
        (f"{down.driver.rpartition('#/')[2].removeprefix('inputs/')} {down.by:+}/{up.by:+}", down.value, up.value)
        for down, up in sensitivity.tornado(steps)[:_SWINGS]
    ]
    return charts.tornado(swings, Decimal(report["value"]["amount"]), lang)


def methods(report: Mapping[str, Any], lang: Lang) -> Markup:
    """Each approach's range and value, and the reconciled one's."""
    results = {step["id"]: Decimal(step["result"]) for step in report["trace"]}
    bands = [
        (_NAMES[each].of(lang), results[f"{each}.low"], results[f"{each}.P"], results[f"{each}.high"])
        for each in ("cost", "income", "market")
        if f"{each}.P" in results
    ]
    if "P" in results and bands:
        bands.append((_NAMES["reconciled"].of(lang), results["low"], results["P"], results["high"]))
    return charts.methods(bands, lang)


HELPERS.update(
    appraisal_name=name,
    appraisal_parameters=parameters,
    appraisal_waterfall=waterfall,
    appraisal_tornado=tornado,
    appraisal_methods=methods,
)
