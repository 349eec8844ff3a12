"""A study by one or more approaches and their reconciliation, with one trace from the inputs to the value.

No session, no clock, no float: the same inputs and rule set give the same bytes on any machine, in any year.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Any

import msgspec

from kernel.errors import FieldError
from kernel.money import EXPONENTS
from kernel.text import Text
from valuation.appraisal.approaches import (
    cost,
    discount,
    guide,
    income,
    income_limits,
    market,
    market_limits,
    reconcile,
)
from valuation.appraisal.approaches.reconcile import Band
from valuation.appraisal.document import plain
from valuation.appraisal.engine import limits
from valuation.appraisal.engine.inputs import CostInputs, QualityBasis, Stated, Study
from valuation.appraisal.engine.limits import RULE_SET_RULE, Limited
from valuation.appraisal.engine.result import Appraisal, concluded
from valuation.appraisal.engine.trace import Trace
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.policy import AppraisalPolicy, AppraisalRules, Usual


def form_of(inputs: Any) -> type[Study] | type[CostInputs]:
    """The form that inputs are written in: the flat one of the cost approach alone has its stages at the top."""
    return CostInputs if isinstance(inputs, dict) and "stages" in inputs else Study


def read(inputs: Any) -> Stated:
    """The study that a document or a file states in either form; raises ValidationError."""
    return msgspec.convert(inputs, form_of(inputs))


def appraise(
    asset: str, study: Stated, quality: QualityBasis, *, base_date: date, use_until: date, policy: AppraisalRules
) -> Appraisal:
    """Value an asset; raises InputsFaulty with every faulty parameter of every approach."""
    body, names = policy.body, approaches(study)
    faults = list(faults_of(study, quality, base_date, use_until, body))
    if faults:
        raise InputsFaulty(errors=faults, count=len(faults))
    trace, places = Trace(), EXPONENTS[study.currency]
    bands: dict[str, Band] = {}
    for name in names:
        try:
            bands[name] = _BY[name](trace.within(study.prefix(name)), study, quality, body, places)
        except InputsFaulty as faulty:
            faults += faulty.errors
    if faults:
        raise InputsFaulty(errors=faults, count=len(faults))
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
        _notes(study, quality, names, body, trace, base_date),
    )


def approaches(study: Stated) -> list[str]:
    """The approaches of a study, in the order of the guidance; the expert guide's form is a cost approach."""
    uses = {
        "cost": study.cost is not None or study.guide is not None,
        "income": study.income is not None,
        "market": study.market is not None,
    }
    return [name for name, used in uses.items() if used]


def limited(study: Stated, body: AppraisalPolicy) -> Iterator[Limited]:
    """Every parameter of every approach with its range, without those of the discount rate."""
    if study.cost is not None:
        yield from cost.limited(study.cost, body.cost, study.place("cost"))
    if study.guide is not None and body.guide is not None:
        yield from guide.limited(study.guide, body.guide, body.cost, study.place("guide"))
    if study.income is not None and body.income is not None:
        yield from income_limits.limited(study.income, body.income, study.place("income"))
    if study.market is not None and body.market is not None:
        yield from market_limits.limited(study.market, body.market, study.place("market"))


def ranged(study: Stated, body: AppraisalPolicy) -> Iterator[Limited]:
    """Every parameter that has a range of its own, those of the discount rate and single costs among them."""
    yield from limited(study, body)
    if study.income is not None and body.income is not None:
        yield from discount.limited(study.income.discount, body.income.discount, f"{study.place('income')}/discount")
    if study.cost is not None:
        place = study.place("cost")
        for stage, part, amount in cost.parameters(study.cost):
            yield f"{place}/stages/{stage}/{part}", amount, body.cost.amount


def scores(study: Stated, body: AppraisalPolicy) -> Iterator[Usual]:
    """The ranges that the approaches set for the quality score."""
    if study.cost is not None or study.guide is not None:
        yield body.cost.quality_score
    if study.market is not None and body.market is not None:
        yield body.market.score


def shape(study: Stated, body: AppraisalPolicy) -> tuple[Any, ...]:
    """What decides which steps an admissible study has: the life in whole years, and which comparables are chosen."""
    years = income_limits.whole_years(study.income.life) if study.income is not None else None
    used = market_limits.chosen(study.market, body.market) if study.market is not None and body.market else ()
    return years, tuple(used)


def faults_of(
    study: Stated, quality: QualityBasis, base_date: date, use_until: date, body: AppraisalPolicy
) -> Iterator[FieldError]:
    """Everything that is wrong with a study before anything is computed."""
    of_terms = _faults_of_terms(study, approaches(study), base_date, use_until, body)
    of_approaches = _faults_of_approaches(study, quality, base_date, body)
    # The flat form names the faults of its approach first, and documents of runs keep that order.
    return chain(of_approaches, of_terms) if isinstance(study, CostInputs) else chain(of_terms, of_approaches)


def _faults_of_terms(
    study: Stated, names: list[str], base_date: date, use_until: date, body: AppraisalPolicy
) -> Iterator[FieldError]:
    yield from limits.currency("/inputs/currency", study.currency)
    yield from limits.use(base_date, use_until, body.use.months_max)
    missing = [name for name in ("guide", "income", "market") if getattr(study, name) and not getattr(body, name)]
    if len(names) > 1 and body.reconcile is None:
        missing.append("weighing")
    for name in missing:
        text = Text(
            "基准日有效的规则集不含此项。", "The rule set in force on the base date does not hold this approach."
        )
        yield FieldError(f"/inputs/{name}", text, RULE_SET_RULE)
    yield from reconcile.faults(study, names)


def _faults_of_approaches(
    study: Stated, quality: QualityBasis, base_date: date, body: AppraisalPolicy
) -> Iterator[FieldError]:
    if study.cost is not None:
        yield from cost.faults(study.cost, quality, body.cost, study.place("cost"))
    if study.guide is not None and body.guide is not None:
        yield from guide.faults(study.guide, quality, body.guide, body.cost, study.place("guide"))
    if study.income is not None and body.income is not None:
        yield from income_limits.faults(study.income, body.income, study.place("income"), study.currency)
    if study.market is not None and body.market is not None:
        place = study.place("market")
        yield from market_limits.faults(study.market, quality, body.market, place, study.currency, base_date)


def _cost(trace: Trace, study: Stated, quality: QualityBasis, body: AppraisalPolicy, places: int) -> Band:
    if study.cost is not None:
        return cost.value(trace, study.cost, quality, body.cost, f"#{study.place('cost')}", places)
    assert study.guide is not None
    assert body.guide is not None
    value = guide.value(trace, study.guide, quality, body.guide, f"#{study.place('guide')}", places)
    return cost.spread(trace, value, body.cost.uncertainty, "#/rule_set/cost/uncertainty", body.cost.range, places)


def _income(trace: Trace, study: Stated, quality: QualityBasis, body: AppraisalPolicy, places: int) -> Band:  # noqa: ARG001 -- quality enters by the income that the valuer forecasts
    assert study.income is not None
    assert body.income is not None
    rules = body.income
    value = income.value(trace, study.income, rules, f"#{study.place('income')}", places)
    return cost.spread(trace, value, rules.uncertainty, "#/rule_set/income/uncertainty", rules.range, places)


def _market(trace: Trace, study: Stated, quality: QualityBasis, body: AppraisalPolicy, places: int) -> Band:
    assert study.market is not None
    assert body.market is not None
    return market.value(trace, study.market, quality, body.market, f"#{study.place('market')}", places)


_BY = {"cost": _cost, "income": _income, "market": _market}


def _notes(
    study: Stated, quality: QualityBasis, names: list[str], body: AppraisalPolicy, trace: Trace, base_date: date
) -> Iterator[Text]:
    """What a reader must know beside the number, in the words of the study's form."""
    if isinstance(study, CostInputs):
        yield from cost.notes(study, quality)
        return
    yield from reconcile.notes(study, names)
    if study.cost is not None:
        amounts = cost.parameters(study.cost)
        yield from limits.unsure((f"/inputs/cost/stages/{stage}/{part}", amount) for stage, part, amount in amounts)
    if study.income is not None and body.income is not None:
        yield from income.notes(study.income, body.income, trace, study.prefix("income"))
    if study.market is not None and body.market is not None:
        ages = {name: market_limits.months(case.dated, base_date) for name, case in study.market.comparables.items()}
        yield from market.notes(study.market, body.market, trace, study.prefix("market"), ages)
    ranges = list(limited(study, body))
    yield from limits.unusual(ranges)
    yield from limits.unsure((pointer, parameter) for pointer, parameter, _ in ranges)


def computed(
    asset_id: str, stated: Stated, basis: QualityBasis, *, base_date: date, use_until: date, policy: AppraisalRules
) -> Appraisal:
    """The appraisal by a study; raises InputsFaulty, whose faults point into what was sent as `study` or `inputs`."""
    try:
        return appraise(asset_id, stated, basis, base_date=base_date, use_until=use_until, policy=policy)
    except InputsFaulty as faulty:
        if isinstance(stated, CostInputs):
            raise
        sent = [replace(each, pointer=each.pointer.replace("/inputs", "/study", 1)) for each in faulty.errors]
        raise InputsFaulty(errors=sent, count=len(sent)) from faulty


def computed_plain(
    asset_id: str, stated: Stated, basis: QualityBasis, *, base_date: date, use_until: date, policy: AppraisalRules
) -> Any:
    """The same as plain values. It is called at the desk, whose process loads this module and what it imports alone."""
    return plain(computed(asset_id, stated, basis, base_date=base_date, use_until=use_until, policy=policy))
