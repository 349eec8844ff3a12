"""A study by one or more approaches and their reconciliation, with one trace from the inputs to the value.

No session, no clock, no float: the same inputs and rule set give the same bytes on any machine, in any year.
"""

from collections.abc import Iterator
from datetime import date

from kernel.errors import FieldError
from kernel.money import EXPONENTS
from kernel.text import Text
from valuation.appraisal.approaches import cost, guide, income, income_limits, market, market_limits, reconcile
from valuation.appraisal.approaches import cost_limits as rules
from valuation.appraisal.approaches.reconcile import Band
from valuation.appraisal.engine import limits
from valuation.appraisal.engine.inputs import QualityBasis, Study
from valuation.appraisal.engine.limits import RULE_SET_RULE
from valuation.appraisal.engine.result import Appraisal, concluded
from valuation.appraisal.engine.trace import Trace
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.policy import AppraisalPolicy, AppraisalRules


def appraise(
    asset: str, study: Study, quality: QualityBasis, *, base_date: date, use_until: date, policy: AppraisalRules
) -> Appraisal:
    """Value an asset; raises InputsFaulty with every faulty parameter of every approach."""
    body, names = policy.body, approaches(study)
    found = list(_faults(study, quality, base_date, use_until, body))
    if found:
        raise InputsFaulty(errors=found, count=len(found))
    trace, places = Trace(), EXPONENTS[study.currency]
    bands: dict[str, Band] = {}
    for name in names:
        try:
            bands[name] = _BY[name](trace.within(name), study, quality, body, places)
        except InputsFaulty as faulty:
            found += faulty.errors
    if found:
        raise InputsFaulty(errors=found, count=len(found))
    if study.weighing is None:
        (band,) = bands.values()
    else:
        assert body.reconcile is not None
        band = reconcile.value(trace, study.weighing, bands, body.reconcile, places)
    return concluded(
        names[0] if len(names) == 1 else "reconciled",
        asset,
        study,
        quality,
        (base_date, use_until),
        policy,
        band,
        trace,
        _notes(study, names, body, trace, base_date),
    )


def approaches(study: Study) -> list[str]:
    """The approaches of a study, in the order of the guidance; the expert guide's form is a cost approach."""
    given = {
        "cost": study.cost is not None or study.guide is not None,
        "income": study.income is not None,
        "market": study.market is not None,
    }
    return [name for name, used in given.items() if used]


def _faults(
    study: Study, quality: QualityBasis, base_date: date, use_until: date, body: AppraisalPolicy
) -> Iterator[FieldError]:
    yield from limits.currency("/inputs/currency", study.currency)
    yield from limits.use(base_date, use_until, body.use.months_max)
    missing = [name for name in ("guide", "income", "market") if getattr(study, name) and not getattr(body, name)]
    if len(approaches(study)) > 1 and body.reconcile is None:
        missing.append("weighing")
    for name in missing:
        text = Text(
            "基准日有效的规则集不含此项。", "The rule set in force on the base date does not hold this approach."
        )
        yield FieldError(f"/inputs/{name}", text, RULE_SET_RULE)
    yield from reconcile.faults(study, approaches(study))
    if study.cost is not None:
        yield from rules.cost_faults(study.cost, quality, body.cost, "/inputs/cost")
    if study.guide is not None and body.guide is not None:
        yield from guide.faults(study.guide, quality, body.guide, body.cost, "/inputs/guide")
    if study.income is not None and body.income is not None:
        yield from income_limits.faults(study.income, body.income, "/inputs/income", study.currency)
    if study.market is not None and body.market is not None:
        yield from market_limits.faults(study.market, quality, body.market, "/inputs/market", study.currency, base_date)


def _cost(trace: Trace, study: Study, quality: QualityBasis, body: AppraisalPolicy, places: int) -> Band:
    if study.cost is not None:
        return cost.value(trace, study.cost, quality, body.cost, "#/inputs/cost", places)
    assert study.guide is not None
    assert body.guide is not None
    got = guide.value(trace, study.guide, quality, body.guide, "#/inputs/guide", places)
    return cost.spread(trace, got, body.cost.uncertainty, "#/rule_set/cost/uncertainty", body.cost.range, places)


def _income(trace: Trace, study: Study, quality: QualityBasis, body: AppraisalPolicy, places: int) -> Band:  # noqa: ARG001 -- quality enters by the income that the valuer forecasts
    assert study.income is not None
    assert body.income is not None
    got = income.value(trace, study.income, body.income, "#/inputs/income", places)
    return cost.spread(trace, got, body.income.uncertainty, "#/rule_set/income/uncertainty", body.income.range, places)


def _market(trace: Trace, study: Study, quality: QualityBasis, body: AppraisalPolicy, places: int) -> Band:
    assert study.market is not None
    assert body.market is not None
    return market.value(trace, study.market, quality, body.market, "#/inputs/market", places)


_BY = {"cost": _cost, "income": _income, "market": _market}


def _notes(study: Study, names: list[str], body: AppraisalPolicy, trace: Trace, base_date: date) -> Iterator[Text]:
    """What a reader must know beside the number."""
    yield from reconcile.notes(study, names)
    limited: list[limits.Limited] = []
    if study.cost is not None:
        limited += rules.cost_limited(study.cost, body.cost, "/inputs/cost")
        places = rules.cost_parameters(study.cost)
        yield from limits.unsure((f"/inputs/cost/stages/{stage}/{part}", p) for stage, part, p in places)
    if study.guide is not None and body.guide is not None:
        limited += guide.limited(study.guide, body.guide, body.cost, "/inputs/guide")
    if study.income is not None and body.income is not None:
        limited += income_limits.limited(study.income, body.income, "/inputs/income")
        yield from income.notes(study.income, body.income, trace, "income.")
    if study.market is not None and body.market is not None:
        limited += market_limits.limited(study.market, body.market, "/inputs/market")
        ages = {name: market_limits.months(case.dated, base_date) for name, case in study.market.comparables.items()}
        yield from market.notes(study.market, body.market, trace, "market.", ages)
    yield from limits.unusual(limited)
    yield from limits.unsure((pointer, parameter) for pointer, parameter, _ in limited)
