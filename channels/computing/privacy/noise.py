"""Noise of the discrete Laplace distribution, drawn exactly: integers only, so that no rounding tells a value apart.

P(Z = z) is proportional to exp(-|z|·s/t), the scale being t/s. Source: Canonne, Kamath and Steinke, "The Discrete
Gaussian for Differential Privacy" (NeurIPS 2020), algorithms 1 and 2.
"""

from secrets import SystemRandom
from typing import Final, Protocol


class Source(Protocol):
    """Where draws come from: the system's generator, or in a test one with a seed."""

    def randrange(self, stop: int, /) -> int:
        """An integer from 0 up to below `stop`, each as likely as the others."""
        ...


SYSTEM: Final[Source] = SystemRandom()


def laplace(t: int, s: int, source: Source = SYSTEM) -> int:
    """One draw with the scale t/s; raises ValueError unless both are positive."""
    if t <= 0 or s <= 0:
        raise ValueError("a scale is positive")
    while True:
        remainder = source.randrange(t)
        if not _is_exp(remainder, t, source):
            continue
        whole = 0
        while _is_exp(1, 1, source):
            whole += 1
        size = (remainder + t * whole) // s
        if source.randrange(2):
            if size:
                return -size
            continue  # Nought would come twice as often, once with each sign.
        return size


def _is_exp(numerator: int, denominator: int, source: Source) -> bool:
    """True with the probability exp(-numerator/denominator), for a fraction from 0 to 1."""
    k = 1
    while source.randrange(denominator * k) < numerator:
        k += 1
    return k % 2 == 1
