"""The published formula of ratings; pure, and in decimals throughout."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Final

import msgspec

from kernel.rules import policy

FORMULA: Final = "LT-RAT-05"
"""The rule that publishes the formula."""

_DIGITS: Final = 40
_SCORE: Final = Decimal("0.01")
_SHARE: Final = Decimal("0.0001")


class RatingFormula(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """C, the weight of the market's mean in ratings; z of the Wilson bound; the mean before there is any rating."""

    weight: int
    z: Decimal
    mean_without_ratings: Decimal

    def __post_init__(self) -> None:
        if self.weight < 1 or self.z <= 0 or not 1 <= self.mean_without_ratings <= 5:
            raise ValueError("a weight of at least one rating, a z above zero and a mean on the scale")


FORMULAS: Final = policy.load("rating", RatingFormula, "market.reputation")


@dataclass(frozen=True, slots=True)
class Tally:
    """Ratings counted: how many, their stars together, and how many say that it was as described."""

    n: int
    stars: int
    as_described: int


def market_mean(tally: Tally, formula: RatingFormula) -> Decimal:
    """The mean of all ratings, half-even to four places; before there is any, the formula's own."""
    if tally.n == 0:
        return formula.mean_without_ratings
    with localcontext(prec=_DIGITS):
        return (Decimal(tally.stars) / tally.n).quantize(_SHARE, ROUND_HALF_EVEN)


def score(tally: Tally, mean: Decimal, formula: RatingFormula) -> Decimal:
    """The Bayesian mean (C·m + Σr) / (C + n), half-even to two places."""
    with localcontext(prec=_DIGITS):
        return ((formula.weight * mean + tally.stars) / (formula.weight + tally.n)).quantize(_SCORE, ROUND_HALF_EVEN)


def lower_bound(tally: Tally, formula: RatingFormula) -> Decimal:
    """The Wilson lower bound of the share that was as described, half-even to four places; raises ValueError for none.

    (p + z²/2n − z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)
    """
    if tally.n < 1 or not 0 <= tally.as_described <= tally.n:
        raise ValueError("a share is of at least one rating")
    with localcontext(prec=_DIGITS):
        n, square = Decimal(tally.n), formula.z * formula.z
        p = tally.as_described / n
        spread = formula.z * (p * (1 - p) / n + square / (4 * n * n)).sqrt()
        bound = (p + square / (2 * n) - spread) / (1 + square / n)
        return max(bound, Decimal(0)).quantize(_SHARE, ROUND_HALF_EVEN)
