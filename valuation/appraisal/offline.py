"""Appraising a file without a server: the same engine and rule sets, and no document is issued."""

from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, ValidationError, convert

from kernel.errors import FieldError, InvalidInput
from kernel.policy import PolicyMissing
from kernel.text import Text
from valuation.appraisal.approaches import cost
from valuation.appraisal.engine import limits
from valuation.appraisal.engine import study as engine
from valuation.appraisal.engine.calculation import KINDS, Calculation, calculate
from valuation.appraisal.engine.inputs import Study
from valuation.appraisal.errors import RuleSetNotInForce
from valuation.appraisal.policy import AppraisalRules, policies
from valuation.appraisal.schemas import Appraisal, CostInputs, QualityBasis


class AppraiseFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What INPUT.json holds for an appraisal; `inputs` is a study, or the inputs of the cost approach alone."""

    asset: Annotated[str, Meta(min_length=1, max_length=200)]
    base_date: date
    quality: QualityBasis
    inputs: dict[str, Any]
    use_until: date | None = None


class CalculateFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What INPUT.json holds for a calculation beside the appraisal."""

    calculation: Literal["price-cap", "gartner", "real-option", "shapley"]
    base_date: date
    inputs: dict[str, Any]


def run(document: Any) -> Appraisal | Calculation:
    """Appraise or calculate what a file states; raises InvalidInput, InputsFaulty, RuleSetNotInForce."""
    try:
        if isinstance(document, dict) and "calculation" in document:
            asked = convert(document, CalculateFile)
            inputs = convert(asked.inputs, KINDS[asked.calculation].inputs)
            return calculate(asked.calculation, inputs, base_date=asked.base_date, policy=_rules(asked.base_date))
        return _appraised(convert(document, AppraiseFile))
    except ValidationError as problem:
        raise InvalidInput(errors=[FieldError("", Text(f"无法读取：{problem}", str(problem)))]) from problem


def _appraised(asked: AppraiseFile) -> Appraisal:
    rules = _rules(asked.base_date)
    until = asked.use_until or limits.last_use(asked.base_date, rules.body.use.months_max)
    if "stages" in asked.inputs:
        only = convert(asked.inputs, CostInputs)
        return cost.appraise(asked.asset, only, asked.quality, base_date=asked.base_date, use_until=until, policy=rules)
    study = convert(asked.inputs, Study)
    return engine.appraise(asked.asset, study, asked.quality, base_date=asked.base_date, use_until=until, policy=rules)


def _rules(base_date: date) -> AppraisalRules:
    try:
        return policies().at(base_date)
    except PolicyMissing as problem:
        raise RuleSetNotInForce(base_date=base_date) from problem
