"""The income approach (收益法): V = Σ F_t/(1+i)^t, with F_t direct, shared, in excess of charges, or incremental."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from kernel.errors import FieldError
from kernel.text import Text
from valuation.appraisal.approaches import discount, income_limits
from valuation.appraisal.engine.expression import text
from valuation.appraisal.engine.inputs import IncomeModel, Parameter
from valuation.appraisal.engine.limits import RATE_RULE, out_of_range
from valuation.appraisal.engine.trace import Quantity, Trace, entered
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.policy import IncomeRules


@dataclass(frozen=True, slots=True)
class _Case:
    """One computation by the income approach: what it writes to, what it is given, and the last year's amounts."""

    trace: Trace
    model: IncomeModel
    rules: IncomeRules
    root: str
    last: dict[str, Quantity] = field(default_factory=dict)


def value(trace: Trace, model: IncomeModel, rules: IncomeRules, root: str, places: int) -> Quantity:
    """Compute the value; raises InputsFaulty where a computed rate, life or income cannot be used."""
    case = _Case(trace, model, rules, root)
    years, decay = _life(case), _decay(case)
    rate = discount.rate(trace, model.discount, rules.discount, f"{root}/discount")
    _usable(case, rate.value)
    charges = _charges(case)
    present, flow, factor = [], rate, rate
    for year in range(1, int(years.value) + 1):
        flow = _taxed(case, year, _flow(case, year, charges, decay))
        factor = _factor(case, year, rate, factor)
        label = _label("第 {} 年收益现值", "Present value of year {}", year)
        present.append((f"PV_{year}", trace.step(f"PV_{year}", label, "F * v", rules.discounting, F=flow, v=factor)))
    if model.perpetual_growth is not None:
        present.append(("TV", _perpetuity(case, flow, factor, rate)))
    total = trace.total("V", Text("收益现值合计 V", "Sum of present values V"), rules.value, present)
    label = Text("收益法评估值 P", "Value by the income approach P")
    result = trace.step("P", label, f"round(V, {places})", rules.value, V=total)
    if result.value <= 0:
        why = Text(
            "收益扣除贡献资产回报或原有收益后不为正，收益法不适用。",
            "Nothing is left of the income after charges or beyond the income without the data; use another approach.",
        )
        raise InputsFaulty(errors=[FieldError(f"{root.removeprefix('#')}/income", why, "LT-APR-09")], count=1)
    return result


@lru_cache(maxsize=1024)
def _label(zh: str, en: str, year: int) -> Text:
    """A label that names a year."""
    return Text(zh.format(year), en.format(year))


def _usable(case: _Case, rate: Decimal) -> None:
    """What only the computed rate shows: the whole is out of range, or growth without end reaches it."""
    written, root = text(rate), case.root.removeprefix("#")
    faults = list(out_of_range(f"{root}/discount", written, case.rules.discount.total, RATE_RULE))
    growth = case.model.perpetual_growth
    if growth is not None and Decimal(growth.value) >= rate:
        why = Text(
            f"永续增长率 {growth.value} 须低于折现率 {written}。",
            f"Growth without end, {growth.value}, must stay below the discount rate, {written}.",
        )
        faults.append(FieldError(f"{root}/perpetual_growth/value", why, RATE_RULE))
    if faults:
        raise InputsFaulty(errors=faults, count=len(faults))


def _given(parameter: Parameter, source: str) -> Quantity:
    return entered(parameter.value, source)


def _life(case: _Case) -> Quantity:
    label, life, ground = Text("收益期限 n（年）", "Life n in years"), case.model.life, case.rules.life
    if life.years is not None:
        stated = _given(life.years, f"{case.root}/life/years")
        return case.trace.step("n", label, "floor(years)", ground, years=stated)
    bounds = {name: _given(bound, f"{case.root}/life/{name}") for name, bound in income_limits.bounds(life)}
    names = ", ".join(bounds)
    shortest = f"min({names})" if len(bounds) > 1 else names
    return case.trace.step("n", label, f"floor({shortest})", ground, **bounds)


def _decay(case: _Case) -> Quantity | None:
    """The yearly decline after the forecast, stated or from a half-life."""
    if case.model.decay is not None:
        return _given(case.model.decay, f"{case.root}/decay")
    if case.model.half_life_years is None:
        return None
    half = _given(case.model.half_life_years, f"{case.root}/half_life_years")
    label = Text("由半衰期得出的年衰减率", "Yearly decay from the half-life")
    return case.trace.step("decay", label, "round(1 - exp(-ln(2) / h), 12)", case.rules.decline, h=half)


def _charges(case: _Case) -> Quantity | None:
    if case.model.method != "excess":
        return None
    charges = []
    for name, charge in sorted(case.model.charges.items()):
        place, label = f"{case.root}/charges/{name}", Text(f"贡献资产回报：{name}", f"Charge: {name}")
        worth, rate = _given(charge.value, f"{place}/value"), _given(charge.rate, f"{place}/rate")
        charges.append((f"C_{name}", case.trace.step(f"C_{name}", label, "A * k", case.rules.excess, A=worth, k=rate)))
    label = Text("贡献资产回报合计", "Contributory asset charges")
    return case.trace.total("C", label, case.rules.excess, charges)


def _amount(
    case: _Case, id_: str, stated: tuple[Parameter, ...], source: str, year: int, decay: Quantity | None
) -> Quantity:
    """The amount of a year: as forecast, or declining from the year before."""
    if year <= len(stated):
        amount = _given(stated[year - 1], f"{source}/{year - 1}")
    elif decay is None:
        amount = case.last[id_]
    else:
        label, before = _label("第 {} 年收益（递减）", "Income of year {}, declining", year), case.last[id_]
        amount = case.trace.step(f"{id_}_{year}", label, "R * (1 - d)", case.rules.decline, R=before, d=decay)
    case.last[id_] = amount
    return amount


def _flow(case: _Case, year: int, charges: Quantity | None, decay: Quantity | None) -> Quantity:
    model, rules, step = case.model, case.rules, case.trace.step
    income = _amount(case, "R", model.income, f"{case.root}/income", year, decay)
    id_, label = f"F_{year}", _label("第 {} 年数据收益", "Income of the data in year {}", year)
    if model.method == "share" and model.share_rate is not None:
        return step(id_, label, "R * K", rules.share, R=income, K=_given(model.share_rate, f"{case.root}/share_rate"))
    if charges is not None:
        return step(id_, label, "R - C", rules.excess, R=income, C=charges)
    if model.method == "incremental":
        without = _amount(case, "RN", model.without, f"{case.root}/without", year, decay)
        return step(id_, label, "RY - RN", rules.incremental, RY=income, RN=without)
    return step(id_, label, "R", rules.income, R=income)


def _taxed(case: _Case, year: int, flow: Quantity) -> Quantity:
    """Bring income before tax to the basis of a rate after tax; the reverse is refused beforehand."""
    if case.model.tax_rate is None:
        return flow
    tax = _given(case.model.tax_rate, f"{case.root}/tax_rate")
    label = _label("第 {} 年税后收益", "Income after tax in year {}", year)
    return case.trace.step(f"N_{year}", label, "F * (1 - T)", case.rules.tax, F=flow, T=tax)


def _factor(case: _Case, year: int, rate: Quantity, before: Quantity) -> Quantity:
    label = _label("第 {} 年折现系数", "Discount factor of year {}", year)
    if year == 1:
        return case.trace.step("v_1", label, "1 / (1 + i)", case.rules.discounting, i=rate)
    return case.trace.step(f"v_{year}", label, "v / (1 + i)", case.rules.discounting, v=before, i=rate)


def _perpetuity(case: _Case, flow: Quantity, factor: Quantity, rate: Quantity) -> Quantity:
    assert case.model.perpetual_growth is not None
    growth = _given(case.model.perpetual_growth, f"{case.root}/perpetual_growth")
    label, formula = Text("永续期现值", "Present value beyond the life"), "F * (1 + g) / (i - g) * v"
    return case.trace.step("TV", label, formula, case.rules.perpetuity, F=flow, g=growth, i=rate, v=factor)


def notes(model: IncomeModel, rules: IncomeRules, trace: Trace, prefix: str) -> Iterator[Text]:
    """What a reader must know of the income approach."""
    results = trace.results
    own, total = Decimal(results[f"{prefix}r"]), rules.discount.total
    low, high = total.usual_minimum, total.usual_maximum
    if low is not None and high is not None and not low <= own <= high:
        yield Text(
            f"折现率 {own} 不在实务常见区间 {low} 至 {high}。",
            f"The discount rate {own} is outside the range of practice, {low} to {high}.",
        )
    if any(name.startswith(f"{prefix}F_") and flow.startswith("-") for name, flow in results.items()):
        yield Text(
            "部分年度的数据收益为负，已按负值计入。", "In some years the data earns less than nothing; counted as such."
        )
    yield from discount.notes(model.discount, own, trace, prefix)
