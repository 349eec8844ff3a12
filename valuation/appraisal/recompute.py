"""Recomputing a stored appraisal without database or network, and naming the first step that differs."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from kernel.errors import DomainError
from kernel.rules.policy import PolicyMissing, PolicySet
from valuation.appraisal import study
from valuation.appraisal.calculations.calculation import KINDS, Calculation, CalculationKind, calculate
from valuation.appraisal.engine.inputs import QualityBasis
from valuation.appraisal.engine.result import Appraisal
from valuation.appraisal.policy import AppraisalPolicy, AppraisalRules, policies


class Recomputed(msgspec.Struct, frozen=True):
    """Whether a document is what its inputs and its rule set give; if not, `place` is the first that differs."""

    same: bool
    place: str | None
    stated: str | None
    computed: str | None


def recompute(document: Mapping[str, Any], released: PolicySet[AppraisalPolicy] | None = None) -> Recomputed:
    """Compute an appraisal again from its own inputs and compare it, the trace first, then everything else."""
    stated = msgspec.to_builtins(dict(document))
    rule_set = stated.get("rule_set")
    if not isinstance(rule_set, dict) or not isinstance(stated.get("trace"), list):
        return Recomputed(False, "/rule_set" if not isinstance(rule_set, dict) else "/trace", None, None)
    try:
        rules = (released or policies()).version(str(rule_set.get("version")))
    except PolicyMissing:
        return Recomputed(False, "/rule_set/version", str(rule_set.get("version")), None)
    if rule_set != msgspec.to_builtins(rules.ref):
        return Recomputed(False, "/rule_set", str(rule_set.get("sha256")), rules.sha256)
    try:
        again = _calculated(stated, rules) if "calculation" in stated else appraised(stated, rules)
    except msgspec.ValidationError as problem:
        return Recomputed(False, "/inputs", str(problem), None)
    except DomainError as refused:
        first = refused.errors[0]
        return Recomputed(False, first.pointer, None, first.detail.en)
    return _compare(stated, msgspec.json.decode(msgspec.json.encode(again)))


def _calculated(stated: Mapping[str, Any], rules: AppraisalRules) -> Calculation:
    kind: CalculationKind = msgspec.convert(stated.get("calculation"), CalculationKind)
    inputs = msgspec.convert(stated.get("inputs"), KINDS[kind].inputs)
    return calculate(kind, inputs, base_date=msgspec.convert(stated.get("base_date"), date), policy=rules)


def appraised(stated: Mapping[str, Any], rules: AppraisalRules) -> Appraisal:
    """Value a document's inputs again under a rule set; raises ValidationError, InputsFaulty."""
    asset, quality = msgspec.convert(stated.get("asset"), str), msgspec.convert(stated.get("quality"), QualityBasis)
    base_date = msgspec.convert(stated.get("base_date"), date)
    use_until = msgspec.convert(stated.get("use_until"), date)
    inputs = study.read(stated.get("inputs"))
    return study.appraise(asset, inputs, quality, base_date=base_date, use_until=use_until, policy=rules)


def _compare(stated: dict[str, Any], computed: dict[str, Any]) -> Recomputed:
    for mine, theirs in zip(computed["trace"], stated["trace"], strict=False):
        if mine != theirs:
            return _difference(f"/trace/{mine['id']}", theirs, mine)
    for key in ("trace", *sorted(set(stated) | set(computed))):
        if stated.get(key) != computed.get(key):
            return _difference(f"/{key}", stated.get(key), computed.get(key))
    return Recomputed(True, None, None, None)


def _difference(place: str, stated: Any, computed: Any) -> Recomputed:
    """Point at the field within an object, as deep as there is one."""
    if isinstance(stated, dict) and isinstance(computed, dict):
        for key in sorted(set(stated) | set(computed)):
            if stated.get(key) != computed.get(key):
                return _difference(f"{place}/{key}", stated.get(key), computed.get(key))
    return Recomputed(False, place, _shown(stated), _shown(computed))


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)[:200]
