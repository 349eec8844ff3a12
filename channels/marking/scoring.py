"""How sure it is that a file comes of a delivery: the marks that agree, against chance; exact and pure.

Under the key of a delivery that the file does not come of, each mark agrees with probability ½ by itself, whatever the
data: the bits are drawn anew for every row. So the chance of k of n or more agreeing is the tail of a binomial
distribution. With D deliveries ever made of a product, accusing where that chance is at most α/D accuses any innocent
one with probability α at most (Boole's inequality), whoever leaked and however many are tried.
"""

import math
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from channels.marking.cells import Draws

EXPONENT_MIN = -9999
"""Chances below ten to this power are told as that."""


def agreeing(drawn: Draws, parities: list[npt.NDArray[np.int8] | None]) -> tuple[int, int]:
    """How many marks a file shows that a key has drawn, and how many of them say what was drawn.

    `parities` are those of each marked column in its order, −1 for a cell that bears none; None for a column that the
    file lacks.
    """
    seen = agreed = 0
    for place, column in enumerate(parities):
        if column is None:
            continue
        here = drawn.marked & (drawn.column == place) & (column >= 0)
        seen += int(np.count_nonzero(here))
        agreed += int(np.count_nonzero(column[here] == drawn.bit[here]))
    return seen, agreed


def ways(n: int, k: int) -> int:
    """In how many of the 2ⁿ cases k or more of n marks agree."""
    return sum(_binomials_from_the_top(n, k))


def _binomials_from_the_top(n: int, k: int) -> Iterator[int]:
    count = 1
    for i in range(n, k - 1, -1):
        yield count
        count = count * i // (n - i + 1)


@lru_cache(maxsize=4096)
def chance_log10(n: int, k: int) -> float:
    """The decimal logarithm of the chance that k or more of n marks agree by themselves."""
    return math.log10(ways(n, k)) - n * math.log10(2)


def is_accused(n: int, k: int, deliveries: int, alpha: Decimal) -> bool:
    """Whether the chance is at most α/D, in whole numbers: ways · D ≤ α · 2ⁿ."""
    if (2 * k - n) ** 2 <= 16 * n or 2 * k < n:
        return False  # Four deviations: the chance is above 1e-6, and so is any α.
    numerator, denominator = alpha.as_integer_ratio()
    return ways(n, k) * deliveries * denominator <= numerator << n


def marks_needed(n: int, deliveries: int, alpha: Decimal) -> int | None:
    """The least number of n marks that must agree to accuse anybody; None where all of them would not be enough."""
    if not is_accused(n, n, deliveries, alpha):
        return None
    low, high = n // 2, n  # Accused at high, not at low.
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_accused(n, middle, deliveries, alpha) else (middle, high)
    return high


def bound(chance: float, deliveries: int) -> float:
    """The decimal logarithm of the chance that any of D innocent deliveries would show as much; nought is certainty."""
    return min(0.0, chance + math.log10(deliveries))


def shown(log10: float) -> str:
    """A chance by its decimal logarithm as people write it, `3.2e-11`."""
    if log10 < EXPONENT_MIN:
        return f"1e{EXPONENT_MIN}"
    exponent = math.floor(log10)
    leading = round(10 ** (log10 - exponent), 1)
    return f"{leading:.1f}e{exponent:d}" if leading < 10 else f"1.0e{exponent + 1:d}"
