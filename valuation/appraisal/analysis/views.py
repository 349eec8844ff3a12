"""Questions to a stored appraisal: what if, how sensitive, how uncertain; and calculations that nothing stores."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import convert, json

from kernel.errors import FieldError
from kernel.rules.policy import PolicyMissing
from kernel.text import Text
from valuation.appraisal.analysis import admission, parameters, sensitivity
from valuation.appraisal.analysis.admission import Stored
from valuation.appraisal.analysis.columns import Distribution
from valuation.appraisal.analysis.simulation import simulate
from valuation.appraisal.calculations.calculation import calculate
from valuation.appraisal.engine.limits import RANGE_RULE
from valuation.appraisal.engine.trace import Step
from valuation.appraisal.errors import InputsFaulty, RuleSetNotInForce
from valuation.appraisal.policy import policies
from valuation.appraisal.schemas import (
    AppraisalView,
    Calculate,
    CalculationView,
    LeftOutView,
    OneWayView,
    ParameterView,
    SensitivityView,
    Simulate,
    SimulationView,
    SwingView,
    WhatIf,
    WhatIfView,
    YearsView,
)

_DOWN = tuple(Decimal(point) for point in ("-0.02", "-0.01", "0", "0.01", "0.02"))
_ACROSS = tuple(Decimal(share) for share in ("-0.20", "-0.10", "0", "0.10", "0.20"))


def what_if(stored: AppraisalView, data: WhatIf) -> WhatIfView:
    """Value it again with an overlay, under its own rule set; raises InputsFaulty."""
    appraisal = sensitivity.what_if(stored.appraisal, data.overlay)
    body: dict[str, Any] = json.decode(json.encode(appraisal))
    return WhatIfView(appraisal.value, appraisal.low, appraisal.high, stored.value, body)


def sensitive(stored: AppraisalView) -> SensitivityView:
    """The tornado, and the table of the rate by the share rate or, without one, by the income."""
    steps = convert(stored.appraisal["trace"], tuple[Step, ...])
    swings = [
        SwingView(down.driver, f"{down.by:+}", f"{up.by:+}", _amount(down.value), _amount(up.value))
        for down, up in sensitivity.tornado(steps)
    ]
    drivers = {driver.name: driver for driver in sensitivity.drivers(steps)}
    one_way = [_one_way(steps, driver) for driver in drivers.values()]
    years = [
        YearsView(each.driver, each.by, _amount(each.years), None if each.value is None else _amount(each.value),
                  [error.detail for error in each.refused])
        for each in sensitivity.years(stored.appraisal)
    ]  # fmt: skip
    known = _parameters(stored)
    rate = next((driver for driver in drivers.values() if driver.is_rate), None)
    other = drivers.get("#/inputs/income/share_rate") or drivers.get("#/inputs/income/income")
    if rate is None or other is None:
        return SensitivityView(stored.value, swings, [], [], None, [], one_way, years, known)
    table = sensitivity.two_way(steps, rate, other, _DOWN, _ACROSS)
    return SensitivityView(
        value=stored.value,
        tornado=swings,
        rows=[f"{point:+}" for point in _DOWN],
        columns=[f"{share:+}" for share in _ACROSS],
        column_driver=other.name,
        table=[[None if value is None else _amount(value) for value in row] for row in table],
        one_way=one_way,
        years=years,
        parameters=known,
    )


def _one_way(steps: tuple[Step, ...], driver: sensitivity.Driver) -> OneWayView:
    changes = sensitivity.POINTS if driver.is_rate else sensitivity.SHARES
    values = {swing.by: _amount(swing.value) for swing in sensitivity.one_way(steps, driver)}
    return OneWayView(driver.name, [f"{by:+}" for by in changes], [values.get(by) for by in changes])


def _amount(value: Decimal) -> str:
    return f"{value:f}"


def simulated(stored: AppraisalView, data: Simulate, on: date) -> SimulationView:
    """Draw and value; raises InputsFaulty for what the rule set does not admit or what is no distribution."""
    distributed, faults = {}, []
    for name, drawn in data.distributions.items():
        try:
            distributed[name] = Distribution(drawn.kind, tuple(Decimal(number) for number in drawn.parameters))
        except ValueError as problem:
            text = Text("分布的参数不成立。", f"This is no distribution: {problem}.")
            faults.append(FieldError(parameters.pointer_to("distributions", name), text, RANGE_RULE))
    if faults:
        raise InputsFaulty(errors=faults, count=len(faults))
    simulation = simulate(_stored(stored), distributed, draws=data.draws, seed=data.seed, on=on)
    return SimulationView(
        seed=simulation.seed,
        draws=simulation.draws,
        admitted=simulation.admitted,
        left_out=[LeftOutView(each.rule, each.why, each.count) for each in simulation.left_out],
        mean=str(simulation.mean),
        deviation=str(simulation.deviation),
        quantiles={name: str(value) for name, value in simulation.quantiles.items()},
        below_stored=str(simulation.below_stored),
        stored=stored.value,
    )


def _stored(view: AppraisalView) -> Stored:
    return Stored(view.appraisal, policies().version(view.appraisal["rule_set"]["version"]))


def _parameters(view: AppraisalView) -> list[ParameterView]:
    """Every name with its number and the range that the rule set admits."""
    stored = _stored(view)
    return [
        ParameterView(
            name=each.name,
            value=parameters.number_of(each),
            minimum=_edge([usual.minimum for usual, _ in stored.ranges_of(each)], max),
            maximum=_edge([usual.maximum for usual, _ in stored.ranges_of(each)], min),
            what_if=not each.name.startswith("#/trace/"),
            simulation=stored.is_used(each) and not admission.is_weight(each),
        )
        for each in stored.names.values()
    ]


def _edge(ends: list[Decimal], narrowest: Callable[[list[Decimal]], Decimal]) -> str | None:
    return f"{narrowest(ends):f}" if ends else None


def calculated(data: Calculate) -> CalculationView:
    """Calculate under the rule set of the base date; raises InputsFaulty, RuleSetNotInForce."""
    try:
        policy = policies().at(data.base_date)
    except PolicyMissing as problem:
        raise RuleSetNotInForce(base_date=data.base_date) from problem
    kind: Mapping[str, Any] = json.decode(json.encode(data))
    calculation = calculate(kind["calculation"], data.inputs, base_date=data.base_date, policy=policy)
    return CalculationView(json.decode(json.encode(calculation)))
