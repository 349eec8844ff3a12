"""Past values beside realised deals (回溯检验): median absolute log error by segment, beside naive guesses.

Measures of how good values were, and never values: binary floating point is good enough for them.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kernel.text import Text
from valuation.audit.schemas import BackTest, Segment

RESAMPLES: Final = 2_000
SEED: Final = 20261123
_AT_ONCE: Final = 1_000_000
"""So many errors are drawn at once, whatever their number."""
METHOD: Final = Text(
    "以 |ln(估值/成交价)| 为误差，取中位数；区间为固定种子自助法 90% 区间；"
    "对照为基准日之前已实现成交价的同领域中位数与全体中位数，仅在三者均可给出时比较。",
    "Errors are |ln(value / price)|, by their median; intervals are 90 % by the bootstrap with a fixed seed; the naive "
    "guesses are the medians of realised prices before the base date, of the field and of all, where both are known.",
)


@dataclass(frozen=True, slots=True)
class Deal:
    """A realised price of an asset."""

    asset: str
    field: str
    currency: str
    dated: date
    price: Decimal


@dataclass(frozen=True, slots=True)
class Valued:
    """A value that was stated before a deal of the same asset."""

    asset: str
    approach: str
    field: str
    currency: str
    base_date: date
    use_until: date
    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class _Case:
    valued: Valued
    error: float
    covered: bool
    naive: tuple[float, float] | None


def compared(valued: Iterable[Valued], deals: Sequence[Deal]) -> BackTest:
    """Each value against every deal of its asset after the base date and within the time of use."""
    by_asset: dict[tuple[str, str], list[Deal]] = defaultdict(list)
    for deal in deals:
        by_asset[deal.asset, deal.currency].append(deal)
    known = _Known(deals)
    cases = [
        _case(each, deal, known)
        for each in valued
        for deal in by_asset[each.asset, each.currency]
        if each.base_date < deal.dated <= each.use_until
    ]
    segments: dict[str, list[_Case]] = defaultdict(list)
    for case in cases:
        for segment in ("all", f"approach: {case.valued.approach}", f"field: {case.valued.field}"):
            segments[segment].append(case)
    found = [_segment(name, of) for name, of in sorted(segments.items(), key=lambda each: (each[0] != "all", each[0]))]
    return BackTest(len(cases), found, _better(cases), METHOD)


class _Known:
    """What prices were known on a day, by currency and field."""

    def __init__(self, deals: Sequence[Deal]) -> None:
        self._prices: dict[tuple[str, str | None], list[tuple[date, float]]] = defaultdict(list)
        for deal in sorted(deals, key=lambda each: (each.dated, each.asset, each.price)):
            for field in (deal.field, None):
                self._prices[deal.currency, field].append((deal.dated, math.log(deal.price)))

    def guess(self, currency: str, field: str | None, day: date) -> float | None:
        """The logarithm of the median price before a day."""
        prices = self._prices[currency, field]
        before = bisect_left(prices, (day, -math.inf))
        return median(price for _, price in prices[:before]) if before else None


def _case(valued: Valued, deal: Deal, known: _Known) -> _Case:
    price = math.log(deal.price)
    near = known.guess(valued.currency, valued.field, valued.base_date)
    whole = known.guess(valued.currency, None, valued.base_date)
    naive = None if near is None or whole is None else (abs(near - price), abs(whole - price))
    return _Case(valued, math.log(valued.value) - price, valued.low <= deal.price <= valued.high, naive)


def _segment(name: str, cases: Sequence[_Case]) -> Segment:
    errors = np.array([abs(case.error) for case in cases])
    low, high = interval(errors)
    naive = [case.naive for case in cases if case.naive is not None]
    return Segment(
        segment=name,
        deals=len(cases),
        error=_rounded(np.median(errors)),
        error_low=low,
        error_high=high,
        field_median_error=_rounded(median(one for one, _ in naive)) if naive else None,
        global_median_error=_rounded(median(other for _, other in naive)) if naive else None,
        compared=len(naive),
        bias=_rounded(median(case.error for case in cases)),
        covered=_rounded(sum(case.covered for case in cases) / len(cases)),
    )


def interval(errors: NDArray[np.float64]) -> tuple[float, float]:
    """The 90 % interval of the median by the bootstrap; the same errors give the same interval."""
    random = np.random.Generator(np.random.PCG64(SEED))
    count, medians = len(errors), []
    for first in range(0, RESAMPLES, step := max(1, _AT_ONCE // count)):
        rows = min(step, RESAMPLES - first)
        medians.append(np.median(errors[random.integers(0, count, (rows, count))], axis=1))
    low, high = np.quantile(np.concatenate(medians), (0.05, 0.95))
    return _rounded(low), _rounded(high)


def _better(cases: Sequence[_Case]) -> bool | None:
    """Whether values were nearer than both naive guesses, where all three say something."""
    compared = [(abs(case.error), *case.naive) for case in cases if case.naive is not None]
    if not compared:
        return None
    own, near, whole = (median(column) for column in zip(*compared, strict=True))
    return bool(own < min(near, whole))


def _rounded(value: float | np.floating[Any]) -> float:
    return round(float(value), 4)
