"""Builders of studies: plain inputs that tests change where they differ."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from valuation.appraisal import study as engine
from valuation.appraisal.engine.inputs import QualityBasis, Study
from valuation.appraisal.engine.result import Appraisal
from valuation.appraisal.policy import policies

BASE = date(2026, 11, 23)
RULES = policies().at(BASE)
UNTIL = date(2027, 11, 22)


def said(value: str, confidence: str = "high") -> dict[str, str]:
    """A parameter as it is stated on the wire."""
    return {"value": value, "source": "management forecast", "evidence": "fil_1", "confidence": confidence}


def quality(score: str = "92.50") -> QualityBasis:
    """The scorecard's basis."""
    return QualityBasis("scr_1", "sha256:aa", score, "rev_1", "bb")


def build_up(**over: str) -> dict[str, Any]:
    """A rate of 14 %."""
    parts = {"risk_free": "0.02", "market": "0.05", "industry": "0.02", "size": "0.02", "data": "0.03", **over}
    return {"by": "build-up", **{name: said(value) for name, value in parts.items()}}


def income(**over: Any) -> dict[str, Any]:
    """Direct income of 1,000,000 over three years at 14 %."""
    return {
        "method": "direct",
        "income": [said("1000000")],
        "tax_basis": "post-tax",
        "discount": build_up(),
        "discount_tax_basis": "post-tax",
        "life": {"years": said("3"), "right": said("5")},
        **over,
    }


def comparable(price: str, **over: Any) -> dict[str, Any]:
    """A realised deal that is like the asset."""
    return {
        "kind": "realised",
        "dated": "2026-06-30",
        "price": said(price),
        "currency": "CNY",
        "tax_basis": "post-tax",
        "right": "use",
        "mode": "one-off",
        "field": "retail",
        "region": "全国",
        "scale": said("1000000"),
        "remaining_years": said("3"),
        "quality": said("92.50"),
        "price_index": said("100"),
        "supply_demand": said("1"),
        "other": said("1"),
        **over,
    }


def market(**over: Any) -> dict[str, Any]:
    """Three comparables."""
    return {
        "right": "use",
        "mode": "one-off",
        "field": "retail",
        "region": "全国",
        "tax_basis": "post-tax",
        "scale": said("1000000"),
        "remaining_years": said("3"),
        "price_index": said("100"),
        "quality_exponent": said("1"),
        "capacity_exponent": said("0.8"),
        "comparables": {"a": comparable("90000"), "b": comparable("100000"), "c": comparable("120000")},
        **over,
    }


def cost() -> dict[str, Any]:
    """One stage of 400,000."""
    return {
        "stages": {"collect": {"direct": said("400000")}},
        "return_on_cost": said("0.1"),
        "economic_life_years": said("4"),
        "remaining_life_years": said("3"),
    }


def guide(**over: Any) -> dict[str, Any]:
    """The expert guide's form: half of the data is shared, a quarter open."""
    return {
        "total_cost": said("400000"),
        "return_on_cost": said("0.1"),
        "open_data": said("100"),
        "public_data": said("0"),
        "shared_data": said("200"),
        "closed_data": said("100"),
        "open_spread": said("0.9"),
        "public_spread": said("0.5"),
        "shared_spread": said("0.6"),
        "own_volume": said("400"),
        "industry_volume": said("1600"),
        "realisation_risk": said("0.2"),
        **over,
    }


def study(**over: Any) -> Study:
    """A study in yuan; give it approaches."""
    plain: dict[str, Any] = {"currency": "CNY", "purpose": "Listing price reference", "value_type": "market-value"}
    if len([name for name in ("cost", "guide", "income", "market") if name in over]) == 1:
        plain["single_approach_reason"] = "Nothing else is known."
    return msgspec.convert({**plain, **over}, Study)


def weighing(**over: Any) -> dict[str, Any]:
    """Half and half."""
    return {
        "reason": "Both are equally well supported.",
        "weights": {"cost": said("0.5"), "income": said("0.5")},
        **over,
    }


def value(given: Study, score: str = "92.50") -> Appraisal:
    """Value a study under the rule set of the base date."""
    return engine.appraise("ast_1", given, quality(score), base_date=BASE, use_until=UNTIL, policy=RULES)


def results(appraisal: Appraisal) -> dict[str, Decimal]:
    """The results of its steps, by id."""
    return {step.id: Decimal(step.result) for step in appraisal.trace}
