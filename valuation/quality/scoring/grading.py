"""The grade of a score: its band, held down by the published caps, and the reasons, the gravest first; pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kernel.text import Text
from valuation.quality.contract.contract import Contract, Kind, Rule
from valuation.quality.policy import Cap, Grade, QualityPolicy
from valuation.quality.scoring import weighing
from valuation.quality.scoring.scorecard import (
    Capped,
    CheckResult,
    DimensionScore,
    Failure,
    GradeBasis,
    GradeView,
    Measured,
    Promises,
)


def graded(
    contract: Contract,
    checks: Sequence[CheckResult],
    measured: Mapping[str, Measured],
    dimensions: Mapping[str, DimensionScore],
    score: Decimal,
    policy: QualityPolicy,
) -> tuple[GradeView, GradeBasis | None]:
    """Give the grade of a score and what it rests on; no basis under a policy that has no caps."""
    band = policy.grade(score)
    if not policy.caps:
        return _view(band), None
    rules = {rule.id: rule for declared in contract.objects for rule in declared.rules}
    failures = _failures(checks, rules)
    promises = _promises(contract, rules, checks, measured, score, policy)
    caps = tuple(_applied(policy, failures, promises, dimensions))
    lowest = policy.lowest([band.code, *(cap.grade_max.code for cap in caps)])
    return _view(lowest), GradeBasis(failures, caps, _view(band), promises)


def _view(grade: Grade) -> GradeView:
    return GradeView(grade.code, Text(grade.zh, grade.en))


def _failures(checks: Iterable[CheckResult], rules: Mapping[str, Rule]) -> tuple[Failure, ...]:
    """Every check that broke its promise: mandatory ones first, and of those the largest share of failures."""
    broken = [check for check in checks if not check.met and check.evaluated]
    found = [
        Failure(
            check.id,
            check.id not in rules or rules[check.id].mandatory,
            check.evaluated,
            check.failed,
            f"{Decimal(check.failed) / Decimal(check.evaluated):.6f}",
        )
        for check in broken
    ]
    return tuple(
        sorted(found, key=lambda each: (not each.mandatory, -Fraction(each.failed, each.evaluated), each.check))
    )


def _applied(
    policy: QualityPolicy, failures: Sequence[Failure], promises: Promises, dimensions: Mapping[str, DimensionScore]
) -> Iterable[Capped]:
    """The caps that apply; of those for failures only the tightest one of each check is told."""
    by_failure = [cap for cap in policy.caps if cap.cause == "check-failed"]
    tightest: dict[str, tuple[Cap, list[str]]] = {}
    for failure in failures:
        over = [
            cap for cap in by_failure if cap.share_above is not None and _share(failure) > Fraction(cap.share_above)
        ]
        if failure.mandatory and over:
            code = policy.lowest(cap.grade_max for cap in over).code
            cap = next(cap for cap in over if cap.grade_max == code)
            tightest.setdefault(code, (cap, []))[1].append(failure.check)
    yield from (_capped(policy, cap, checks) for cap, checks in tightest.values())
    for cap in policy.caps:
        if cap.cause == "promise-not-made":
            missing = [promise for promise in promises.not_made if promise in cap.of]
        elif cap.cause == "dimension-not-assessed":
            missing = [code for code in cap.of if dimensions[code].score is None]
        else:
            continue
        if missing:
            yield _capped(policy, cap, missing)


def _share(failure: Failure) -> Fraction:
    """The share that a cap looks at; one promise that was broken failed, and has no share of elements."""
    return Fraction(failure.failed, failure.evaluated) if failure.evaluated > 1 else _ANY_SHARE


_ANY_SHARE = Fraction(1, 10**12)


def _capped(policy: QualityPolicy, cap: Cap, of: Iterable[str]) -> Capped:
    return Capped(cap.cause, tuple(of), _view(policy.lowest([cap.grade_max])), Text(cap.zh, cap.en), cap.basis)


_LATENCY = "latency"


def _promises(
    contract: Contract,
    rules: Mapping[str, Rule],
    checks: Sequence[CheckResult],
    measured: Mapping[str, Measured],
    score: Decimal,
    policy: QualityPolicy,
) -> Promises:
    """What the contract promises of its service; data that it declares static need promise no latency."""
    levels = {code for code, rule in rules.items() if rule.service_level}
    latency = any(rule.kind is Kind.FRESHNESS and rule.service_level for rule in rules.values())
    static = _frequency(contract.raw) in policy.static_frequencies
    without = [check for check in checks if check.id not in levels]
    total = weighing.dimensions(weighing.ratios_of(without, measured, {}), policy)[1]
    return Promises(
        made=tuple(check.id for check in checks if check.id in levels),
        broken=tuple(check.id for check in checks if check.id in levels and not check.met),
        not_made=() if latency or static else (_LATENCY,),
        score_with=f"{score:.2f}",
        score_without=f"{weighing.points(total):.2f}",
    )


def _frequency(document: Mapping[str, Any]) -> str | None:
    """The update frequency that a contract states, in lower case."""
    stated = document.get("slaProperties")
    for each in stated if isinstance(stated, list) else []:
        if isinstance(each, Mapping) and each.get("property") == "frequency":
            return str(each.get("value")).strip().lower()
    return None
