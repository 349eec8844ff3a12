"""From counts to the score: exact fractions all the way, rounded once where a number is shown."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from kernel.text import Text
from valuation.quality.contract.indicators import DIMENSION_NAMES, INDICATORS, Dimension, Indicator
from valuation.quality.policy import QualityPolicy
from valuation.quality.scoring.scorecard import CheckResult, DimensionScore, IndicatorScore, Measured

Ratios = Mapping[str, Fraction | None]


def indicators(
    checks: Iterable[CheckResult], measured: Mapping[str, Measured]
) -> tuple[dict[str, IndicatorScore], Ratios]:
    """GB/T 36344: X = A/B over all elements that the checks of an indicator evaluated."""
    counted = list(checks)
    evaluated = dict.fromkeys((i.code for i in INDICATORS), 0)
    failed = dict.fromkeys((i.code for i in INDICATORS), 0)
    for check in counted:
        evaluated[check.indicator] += check.evaluated
        failed[check.indicator] += check.failed
    for code, given in measured.items():
        evaluated[code], failed[code] = given.evaluated, given.failed
    ratios = ratios_of(counted, measured, {})
    scores = {
        i.code: IndicatorScore(
            name=i.name,
            dimension=i.dimension.value,
            score=shown(ratios[i.code]),
            evaluated=evaluated[i.code],
            failed=failed[i.code],
            reason=None if evaluated[i.code] else i.needs,
        )
        for i in INDICATORS
    }
    return scores, ratios


def ratios_of(
    checks: Iterable[CheckResult], measured: Mapping[str, Measured], failures: Mapping[str, Fraction]
) -> Ratios:
    """The ratio of each indicator; what was counted in a sample stands for all its rows.

    `failures` are numbers of failures to reckon with in place of those that were counted.
    """
    evaluated = dict.fromkeys((i.code for i in INDICATORS), Fraction(0))
    failed = dict.fromkeys((i.code for i in INDICATORS), Fraction(0))
    for check in checks:
        scale = Fraction(check.sampled.of, check.sampled.rows) if check.sampled is not None else Fraction(1)
        evaluated[check.indicator] += scale * check.evaluated
        failed[check.indicator] += scale * failures.get(check.id, Fraction(check.failed))
    for code, given in measured.items():
        evaluated[code], failed[code] = Fraction(given.evaluated), Fraction(given.failed)
    return {code: 1 - failed[code] / n if n else None for code, n in evaluated.items()}


def dimensions(ratios: Ratios, policy: QualityPolicy) -> tuple[dict[str, DimensionScore], Fraction]:
    """A dimension is the mean of its assessed indicators; the total weighs the dimensions that could be assessed.

    A dimension without any assessed indicator is null, not 0: it says what it needs, and the other weights keep
    their proportions.
    """
    scores: dict[str, DimensionScore] = {}
    total, weight = Fraction(0), Fraction(0)
    for dimension in Dimension:
        own = [i for i in INDICATORS if i.dimension is dimension]
        assessed = [ratio for ratio in (ratios[i.code] for i in own) if ratio is not None]
        mean = sum(assessed, Fraction(0)) / len(assessed) if assessed else None
        share = policy.weights.of(dimension)
        if mean is not None:
            total += mean * Fraction(share)
            weight += Fraction(share)
        scores[dimension.value] = DimensionScore(
            name=DIMENSION_NAMES[dimension],
            score=shown(mean),
            weight=str(share),
            reason=None if assessed else _needs(own),
        )
    return scores, total / weight if weight else Fraction(0)


def _needs(own: list[Indicator]) -> Text:
    zh, en = (dict.fromkeys(i.needs.zh for i in own), dict.fromkeys(i.needs.en for i in own))
    return Text("无法评估：" + "；".join(zh), "Not assessable; it needs " + "; ".join(en))


def points(ratio: Fraction) -> Decimal:
    """A ratio as points from 0 to 100 with two places, rounded half to even; 100.00 means that nothing failed."""
    rounded = round(ratio * 10_000)
    return Decimal(min(rounded, 9_999) if ratio < 1 else rounded).scaleb(-2)


def shown(ratio: Fraction | None) -> str | None:
    """The decimal string of a ratio in points; None stays None."""
    return None if ratio is None else f"{points(ratio):.2f}"
