"""The study of a report with what is measured brought up to the day, and what is judged left as it was signed; pure.

Measured are the quality score, what remains of the registered right, and which trades the register holds. Judged are
incomes, costs, lives, rates, corrections of the valuers' own comparables and weights of approaches.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from msgspec.structs import replace

from valuation.appraisal.approaches.market_limits import months
from valuation.appraisal.document import RightsClaims
from valuation.appraisal.engine.inputs import Comparable, MarketModel, Parameter, Study
from valuation.appraisal.policy import MarketRules

COMPARABLES_MAX: Final = 50
"""As many as a study may hold."""

_UNCORRECTED: Final = "自动采用，未作修正 · taken automatically, without a correction"


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What is known on the day: the base date, the right, and the register's trades as cases by their ids."""

    on: date
    certificate: str | None
    had_certificate: bool
    right_years: str
    cases: Mapping[str, Comparable]


Change = dict[str, Any]


def updated(study: Study, known: DayFacts, rules: MarketRules | None) -> tuple[Study, list[Change]]:
    """The study of the day and every change with its place."""
    changes: list[Change] = []
    study = _right(study, known, changes)
    if study.market is not None and rules is not None:
        market = _dropped(study.market, known.on, rules, changes)
        study = replace(study, market=_added(market, study.currency, known, changes))
    return study, changes


def _right(study: Study, known: DayFacts, changes: list[Change]) -> Study:
    """What remains of the right, wherever the report states it; unknown stays as it was where none was registered."""
    if not known.had_certificate and known.certificate is None:
        return study
    evidence = known.certificate or "没有有效证书 · no certificate in force"
    now = Parameter(known.right_years, "登记簿 · the register", evidence, "high")
    if study.cost is not None and study.cost.right_remaining_years is not None:
        _note(changes, "/cost/right_remaining_years/value", study.cost.right_remaining_years, now)
        study = replace(study, cost=replace(study.cost, right_remaining_years=now))
    if study.market is not None and study.market.right_remaining_years is not None:
        _note(changes, "/market/right_remaining_years/value", study.market.right_remaining_years, now)
        study = replace(study, market=replace(study.market, right_remaining_years=now))
    if study.income is not None and study.income.life.right is not None:
        _note(changes, "/income/life/right/value", study.income.life.right, now)
        life = replace(study.income.life, right=now)
        study = replace(study, income=replace(study.income, life=life))
    return study


def _note(changes: list[Change], place: str, before: Parameter, after: Parameter) -> None:
    if Decimal(before.value) != Decimal(after.value):
        changes.append({"place": f"/inputs{place}", "before": before.value, "after": after.value})


def _dropped(market: MarketModel, on: date, rules: MarketRules, changes: list[Change]) -> MarketModel:
    """Comparables that have become too old by the new base date fall away."""
    old = {name for name, case in market.comparables.items() if months(case.dated, on) > rules.age_months_max}
    changes += [
        {"place": f"/inputs/market/comparables/{name}", "before": "used", "after": None} for name in sorted(old)
    ]
    kept = {name: case for name, case in market.comparables.items() if name not in old}
    return replace(market, comparables=kept) if old else market


def _added(market: MarketModel, currency: str, known: DayFacts, changes: list[Change]) -> MarketModel:
    """New trades of the same right, mode, field and region join, uncorrected and with little confidence."""
    room = COMPARABLES_MAX - len(market.comparables)
    like = [name for name, case in sorted(known.cases.items()) if _like(case, market, currency)]
    new = [name for name in like if name not in market.comparables and not _cited(name, market)][:room]
    if not new:
        return market
    changes += [
        {"place": f"/inputs/market/comparables/{name}", "before": None, "after": known.cases[name].price.value}
        for name in new
    ]
    # Weights are all stated or none is: with more cases those of the report no longer sum to one.
    cases = {**market.comparables, **{name: _uncorrected(known.cases[name], market) for name in new}}
    if any(case.weight is not None for case in cases.values()):
        changes.append({"place": "/inputs/market/comparables", "before": "stated weights", "after": "by nearness"})
    return replace(market, comparables={name: replace(case, weight=None) for name, case in cases.items()})


def _like(case: Comparable, market: MarketModel, currency: str) -> bool:
    same = all(getattr(case, name) == getattr(market, name) for name in ("right", "mode", "field", "region"))
    return same and case.currency == currency and case.tax_basis == market.tax_basis


def _cited(name: str, market: MarketModel) -> bool:
    return any(name in case.price.evidence for case in market.comparables.values())


def _uncorrected(case: Comparable, market: MarketModel) -> Comparable:
    one = Parameter("1", _UNCORRECTED, case.price.evidence, "low")
    index = Parameter(market.price_index.value, _UNCORRECTED, case.price.evidence, "low")
    return replace(case, supply_demand=one, other=one, price_index=index)


def substance(body: Mapping[str, Any], rights: RightsClaims) -> dict[str, Any]:
    """What of an appraisal can change by a cause; that days pass is no cause, or every look would find one."""
    market = body["inputs"].get("market") or {}
    return {"quality": body["quality"], "rights": rights, "comparables": sorted(market.get("comparables", {}))}


def other_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What differs between two substances beside the inputs themselves."""
    changes: list[Change] = []
    for name in ("score", "scorecard", "revision"):
        if before["quality"].get(name) != after["quality"].get(name):
            one, other = before["quality"].get(name), after["quality"].get(name)
            changes.append({"place": f"/quality/{name}", "before": one, "after": other})
    for name in ("certificate", "valid_until", "objections"):
        one, other = getattr(before["rights"], name), getattr(after["rights"], name)
        if one != other:
            changes.append({"place": f"/rights/{name}", "before": one, "after": other})
    return changes
