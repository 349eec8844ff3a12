"""What queries cost of a budget (隐私预算): millionths of epsilon, trillionths of delta, whole numbers that add up."""

from decimal import ROUND_CEILING, Context, Decimal
from typing import Final

MICRO: Final = 10**6
"""Millionths of epsilon in one."""
PICO: Final = 10**12
"""Trillionths of delta in one."""
_EXACT: Final = Context(prec=60)


def share(micro_epsilon: int, releases: int) -> int:
    """What each of several noisy values of a query may cost; raises ValueError when nothing is left for each."""
    each = micro_epsilon // releases
    if each < 1:
        raise ValueError("the budget of a query is too small for so many values")
    return each


def threshold(micro_epsilon: int, pico_delta: int, groups: int = 1) -> int:
    """The noisy number of units from which on a group is told whose key nobody knew before (τ).

    1 + ⌈ln(1/(δ(1+e^−ε)))/ε⌉, with ε/g and δ/g where a unit may be in g groups. Source: the truncated geometric
    mechanism for keys as in Google's "Differentially Private SQL with Bounded User Contribution" (2020).
    """
    epsilon = _EXACT.divide(Decimal(micro_epsilon), Decimal(MICRO * groups))
    delta = _EXACT.divide(Decimal(pico_delta), Decimal(PICO * groups))
    spread = _EXACT.multiply(delta, _EXACT.add(1, _EXACT.exp(-epsilon)))
    units = _EXACT.divide(-_EXACT.ln(spread), epsilon)
    return 1 + max(0, int(units.to_integral_value(ROUND_CEILING)))


def queries(total_micro_epsilon: int, each_micro_epsilon: int) -> int:
    """How many queries a budget pays for."""
    return total_micro_epsilon // each_micro_epsilon
