"""How far a share seen in a sample may lie from the share of the whole: the exact binomial interval.

Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26
(1934) 404-413. Rows are drawn without replacement, for which the interval is wider than it need be, never narrower.
"""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

_STEPS = 100
_TINY = 1e-300
_ENOUGH = 1e-15
_PLACES = Decimal("0.000001")


def exact(failed: int, evaluated: int, doubt: float) -> tuple[Fraction, Fraction]:
    """Lowest and highest share that would give this sample with at least half the doubt on its side each."""
    if not 0 <= failed <= evaluated or not 0 < doubt < 1:
        raise ValueError("failed lies between 0 and evaluated, and the doubt between 0 and 1")
    if evaluated == 0:
        return Fraction(0), Fraction(1)
    low = _quantile(doubt / 2, failed, evaluated - failed + 1) if failed else 0.0
    high = _quantile(1 - doubt / 2, failed + 1, evaluated - failed) if failed < evaluated else 1.0
    rounded = Decimal(low).quantize(_PLACES, ROUND_FLOOR), Decimal(high).quantize(_PLACES, ROUND_CEILING)
    return Fraction(rounded[0]), Fraction(rounded[1])


def _quantile(probability: float, a: float, b: float) -> float:
    """The point below which a beta variable lies with this probability, by halving."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _beta(middle, a, b) < probability else (low, middle)
    return (low + high) / 2


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by the continued fraction of DLMF 8.17.22."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x) - math.log(a)
    )
    return front / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """1 + d1/(1 + d2/(1 + …)) from the front, as Lentz evaluates it."""
    value = numerator = 1.0
    denominator = 0.0
    for step in range(1, 100_000):
        m, odd = divmod(step, 2)
        if odd:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        denominator = 1 / ((1 + term * denominator) or _TINY)
        numerator = (1 + term / numerator) or _TINY
        change = numerator * denominator
        value *= change
        if abs(change - 1) < _ENOUGH:
            break
    return value
