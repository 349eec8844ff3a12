"""Powers of which only the first places count: an estimate of 14 digits costs a quarter of the power of 34 digits.

x^y = e^(y·ln x), with ln x = k·ln 10 + ln c + 2·artanh((m − c)/(m + c)) for x = m·10^k and c the nearest of a grid.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache
from typing import Final

ERROR: Final = Decimal("1e-10")
"""An estimate is off by less than this share of itself."""

_CONTEXT: Final = Context(prec=14, rounding=ROUND_HALF_EVEN)
_GRID: Final = 64
_LN_TEN: Final = _CONTEXT.ln(Decimal(10))
_SERIES: Final = tuple(_CONTEXT.divide(Decimal(2), Decimal(odd)) for odd in (5, 3, 1))
"""2·artanh z = 2z + 2z³/3 + …; |z| is at most 1/128, so that the next term lies below the 14th digit."""
_BASES: Final = Decimal("1e-9"), Decimal("1e9")
_NEAR: Final = Decimal("0.5"), Decimal(5)
_EXPONENT_MAX: Final = Decimal(10)
_LOGARITHM_MAX: Final = Decimal(20)


@cache
def _of_grid(sixty_fourths: int) -> tuple[Decimal, Decimal]:
    """A point of the grid with its logarithm."""
    point = _CONTEXT.divide(Decimal(sixty_fourths), Decimal(_GRID))
    return point, _CONTEXT.ln(point)


def estimate(base: Decimal, exponent: Decimal) -> Decimal | None:
    """A power within ERROR; None for bases, exponents and powers that are no matter of the first places."""
    if not (_BASES[0] <= base <= _BASES[1] and 0 <= exponent <= _EXPONENT_MAX):
        return None
    decade, mantissa = 0, base
    if not _NEAR[0] <= base < _NEAR[1]:
        # From one half to five: for bases close to one nothing cancels between the terms.
        decade = base.adjusted() + 1
        mantissa = base.scaleb(-decade, _CONTEXT)
        if mantissa < _NEAR[0]:
            decade, mantissa = decade - 1, mantissa.scaleb(1, _CONTEXT)
    point, logarithm = _of_grid(round(_CONTEXT.multiply(mantissa, _GRID)))
    z = _CONTEXT.divide(_CONTEXT.subtract(mantissa, point), _CONTEXT.add(mantissa, point))
    square, series = _CONTEXT.multiply(z, z), Decimal(0)
    for term in _SERIES:
        series = _CONTEXT.fma(series, square, term)
    logarithm = _CONTEXT.add(_CONTEXT.fma(_LN_TEN, decade, logarithm), _CONTEXT.multiply(z, series))
    product = _CONTEXT.multiply(logarithm, exponent)
    return _CONTEXT.exp(product) if product.copy_abs() <= _LOGARITHM_MAX else None
