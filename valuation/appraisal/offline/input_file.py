"""Appraising a file without a server: the same engine and rule sets, and no document is issued."""

from datetime import date
from typing import Annotated, Any, TypeVar

from msgspec import Meta, Struct, ValidationError, convert

from kernel.errors import InvalidInput
from kernel.rules.policy import PolicyMissing
from valuation.appraisal import study
from valuation.appraisal.calculations.calculation import KINDS, Calculation, CalculationKind, calculate
from valuation.appraisal.engine import decoding, limits
from valuation.appraisal.engine.inputs import QualityBasis
from valuation.appraisal.engine.result import Appraisal
from valuation.appraisal.errors import RuleSetNotInForce
from valuation.appraisal.policy import AppraisalRules, policies

S = TypeVar("S", bound=Struct)


class AppraiseFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What INPUT.json holds for an appraisal; `inputs` is a study, or the inputs of the cost approach alone."""

    asset: Annotated[str, Meta(min_length=1, max_length=200)]
    base_date: date
    quality: QualityBasis
    inputs: dict[str, Any]
    use_until: date | None = None


class CalculateFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What INPUT.json holds for a calculation beside the appraisal."""

    calculation: CalculationKind
    base_date: date
    inputs: dict[str, Any]


def computed(document: Any) -> Appraisal | Calculation:
    """Appraise or calculate what a file states; raises InvalidInput, InputsFaulty, RuleSetNotInForce."""
    if isinstance(document, dict) and "calculation" in document:
        wanted = _read(document, CalculateFile)
        inputs: Struct = _read(wanted.inputs, KINDS[wanted.calculation].inputs, "/inputs")
        return calculate(wanted.calculation, inputs, base_date=wanted.base_date, policy=_rules(wanted.base_date))
    return _appraised(_read(document, AppraiseFile))


def _read(document: Any, kind: type[S], root: str = "") -> S:
    try:
        return convert(document, kind)
    except ValidationError as problem:
        raise InvalidInput(errors=[decoding.fault(problem, root)]) from problem


def _appraised(wanted: AppraiseFile) -> Appraisal:
    rules = _rules(wanted.base_date)
    until = wanted.use_until or limits.last_use(wanted.base_date, rules.body.use.months_max)
    inputs = _read(wanted.inputs, study.form_of(wanted.inputs), "/inputs")
    return study.appraise(
        wanted.asset, inputs, wanted.quality, base_date=wanted.base_date, use_until=until, policy=rules
    )


def _rules(base_date: date) -> AppraisalRules:
    try:
        return policies().at(base_date)
    except PolicyMissing as problem:
        raise RuleSetNotInForce(base_date=base_date) from problem
