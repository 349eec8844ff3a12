"""Past values beside realised deals (回溯检验): median absolute log error by segment, beside naive guesses.

A deal counts once, against the newest value that was stated before it. A value of the whole is held against the price
of a licence by the share that the licence has of it, never against it as it stands (decision 0071).
Measures of how good values were, and never values: binary floating point is good enough for them.
"""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any, Final, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kernel.rules import policy
from kernel.text import Text
from valuation.audit.schemas import BackTest, DealsLeftOut, Segment

SEED: Final = 20261123
_AT_ONCE: Final = 1_000_000
"""So many errors are drawn at once, whatever their number."""
_YEAR_DAYS: Final = 365
_USE_DAYS: Final = 366
"""No value is used for longer."""


class BackTestPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """From how many deals on something is said, and how intervals are drawn."""

    deals_min: int
    resamples: int
    undivided: tuple[str, ...]
    method_zh: str
    method_en: str


POLICY: Final = policy.load("back-test", BackTestPolicy, "valuation.audit")

Sale = Literal["whole", "exclusive", "ordinary"]
_WHY: Final = {
    "no-life": Text(
        "估值未说明收益或剩余期限，无法折算许可份额", "the value names no life, of which a licence is a share"
    ),
    "another-right": Text("估值对应的权利或方式与成交不同", "the value is of another right or mode than the deal"),
    "no-value": Text("成交前没有仍可使用的估值", "no value that could be used was stated before the deal"),
}


@dataclass(frozen=True, slots=True)
class Deal:
    """A realised price: of an asset as a whole, or of a licence for a term of years, exclusive or not."""

    asset: str
    field: str
    currency: str
    dated: date
    price: Decimal
    term_years: Decimal | None = None
    is_exclusive: bool = False
    kind: tuple[str, str] | None = None
    """The right and the mode of trade."""

    @property
    def sale(self) -> Sale:
        """What was sold."""
        if self.term_years is None:
            return "whole"
        return "exclusive" if self.is_exclusive else "ordinary"


@dataclass(frozen=True, slots=True)
class Valued:
    """A value that was stated before a deal of the same asset, with the life that it counts on.

    `kind` is the right and the mode of a value by comparables alone: it is itself the price of a licence of that kind.
    Of two values of one day the later in the order given is the newer.
    """

    asset: str
    approach: str
    field: str
    currency: str
    base_date: date
    use_until: date
    value: Decimal
    low: Decimal
    high: Decimal
    life_years: Decimal | None = None
    kind: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    asset: str
    error: float
    covered: bool
    naive: tuple[float, float] | None


def compared(valued: Iterable[Valued], deals: Sequence[Deal], on: date) -> BackTest:
    """Each deal against the newest value of its asset that was stated before it and could still be used."""
    rules, known, together = POLICY.at(on).body, _Known(deals), _in_force(deals)
    newest, left_out, values = _Newest(valued), Counter[str](), set[int]()
    cases: dict[str, list[_Case]] = defaultdict(list)
    for at, deal in enumerate(deals):
        found = list(newest.before(deal))
        fitting = [each for each in found if _unlike(each, deal) is None]
        if not fitting:
            left_out[_unlike(found[0], deal) or "" if found else "no-value"] += 1
            continue
        for i, each in enumerate(fitting):
            case = _case(each, deal, _share(each, deal, together[at]), known)
            names = [f"approach: {each.approach}"]
            if i == 0:
                values.add(id(each))
                names += ["all", f"field: {each.field}", f"sale: {deal.sale}"]
            for name in names:
                cases[name].append(case)
    segments = [_segment(name, of, rules) for name, of in sorted(cases.items(), key=lambda e: (e[0] != "all", e[0]))]
    whole = cases.get("all", [])
    return BackTest(
        deals=len(whole),
        assets=len({case.asset for case in whole}),
        values=len(values),
        left_out=[DealsLeftOut(_WHY[why], count) for why, count in sorted(left_out.items())],
        segments=segments,
        better_than_both=_better(whole, rules.deals_min),
        deals_min=rules.deals_min,
        method=Text(rules.method_zh, rules.method_en),
    )


class _Newest:
    """Values by asset and approach, in the order in which they were stated."""

    def __init__(self, valued: Iterable[Valued]) -> None:
        self._stated: dict[tuple[str, str], dict[str, list[tuple[date, int, Valued]]]] = defaultdict(dict)
        for i, each in enumerate(valued):
            by_approach = self._stated[each.asset, each.currency]
            by_approach.setdefault(each.approach, []).append((each.base_date, i, each))
        for by_approach in self._stated.values():
            for stated in by_approach.values():
                stated.sort(key=lambda each: each[:2])

    def before(self, deal: Deal) -> Iterator[Valued]:
        """The newest value by each approach before a deal, the newest of all first."""
        found = []
        for stated in self._stated.get((deal.asset, deal.currency), {}).values():
            for at in range(bisect_left(stated, (deal.dated,), key=lambda each: each[:1]) - 1, -1, -1):
                based, order, each = stated[at]
                if deal.dated - based > timedelta(days=_USE_DAYS):
                    break
                if each.use_until >= deal.dated:
                    found.append((based, order, each))
                    break
        yield from (each for _, _, each in sorted(found, key=lambda one: one[:2], reverse=True))


def _unlike(valued: Valued, deal: Deal) -> str | None:
    """Why a value says nothing of a deal's price."""
    if valued.kind is not None and deal.kind is not None and valued.kind != deal.kind:
        return "another-right"
    if deal.term_years is not None and not valued.life_years:
        return "no-life"
    return None


def _share(valued: Valued, deal: Deal, licences: float) -> float:
    """What part of a value a deal sold: its term of the life, divided among the licences that run beside it."""
    if deal.term_years is None or not valued.life_years:
        return 1.0
    term = min(float(deal.term_years / valued.life_years), 1.0)
    return term if deal.is_exclusive or valued.kind is not None else term / licences


def _in_force(deals: Sequence[Deal]) -> list[float]:
    """For each deal, how many ordinary licences of its asset ran on the average day of its term, itself one."""
    together = [1.0] * len(deals)
    by_asset: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for at, deal in enumerate(deals):
        if deal.sale == "ordinary" and deal.term_years is not None:
            first = deal.dated.toordinal()
            by_asset[deal.asset].append((at, first, first + max(1, round(float(deal.term_years) * _YEAR_DAYS))))
    for runs in by_asset.values():
        start = min(first for _, first, _ in runs)
        steps = np.zeros(max(last for _, _, last in runs) - start + 1)
        for _, first, last in runs:
            steps[first - start] += 1
            steps[last - start] -= 1
        total = np.concatenate(([0.0], np.cumsum(np.cumsum(steps))))
        for at, first, last in runs:
            together[at] = float((total[last - start] - total[first - start]) / (last - first))
    return together


class _Known:
    """What prices were known on a day, by currency, field and what was sold; licences by their price a year."""

    def __init__(self, deals: Sequence[Deal]) -> None:
        self._prices: dict[tuple[str, str, str | None], list[tuple[date, float]]] = defaultdict(list)
        for deal in sorted(deals, key=lambda each: (each.dated, each.asset, each.price)):
            for field in (deal.field, None):
                self._prices[deal.currency, deal.sale, field].append((deal.dated, math.log(deal.price) - _term(deal)))

    def guess(self, deal: Deal, field: str | None, day: date) -> float | None:
        """The logarithm of the median price of such a deal before a day, for its term."""
        prices = self._prices[deal.currency, deal.sale, field]
        before = bisect_left(prices, (day, -math.inf))
        return median(price for _, price in prices[:before]) + _term(deal) if before else None


def _term(deal: Deal) -> float:
    return 0.0 if deal.term_years is None else math.log(deal.term_years)


def _case(valued: Valued, deal: Deal, share: float, known: _Known) -> _Case:
    price, part = math.log(deal.price), math.log(share)
    near, whole = (known.guess(deal, field, valued.base_date) for field in (valued.field, None))
    naive = None if near is None or whole is None else (abs(near - price), abs(whole - price))
    low, high = (float(end) * share for end in (valued.low, valued.high))
    covered = low * (1 - 1e-12) <= float(deal.price) <= high * (1 + 1e-12)
    return _Case(deal.asset, math.log(valued.value) + part - price, covered, naive)


def _segment(name: str, cases: Sequence[_Case], rules: BackTestPolicy) -> Segment:
    errors = np.array([abs(case.error) for case in cases])
    enough = len(cases) >= rules.deals_min
    low, high = interval(errors, rules.resamples) if enough else (None, None)
    naive = [case.naive for case in cases if case.naive is not None]
    return Segment(
        segment=name,
        deals=len(cases),
        assets=len({case.asset for case in cases}),
        error=_rounded(np.median(errors)),
        error_low=low,
        error_high=high,
        field_median_error=_rounded(median(one for one, _ in naive)) if naive else None,
        global_median_error=_rounded(median(other for _, other in naive)) if naive else None,
        compared=len(naive),
        bias=_rounded(median(case.error for case in cases)),
        covered=_rounded(sum(case.covered for case in cases) / len(cases)),
    )


def interval(errors: NDArray[np.float64], resamples: int) -> tuple[float, float]:
    """The 90 % interval of the median by the bootstrap; the same errors give the same interval."""
    random = np.random.Generator(np.random.PCG64(SEED))
    count, medians = len(errors), []
    for first in range(0, resamples, step := max(1, _AT_ONCE // count)):
        rows = min(step, resamples - first)
        medians.append(np.median(errors[random.integers(0, count, (rows, count))], axis=1))
    low, high = np.quantile(np.concatenate(medians), (0.05, 0.95))
    return _rounded(low), _rounded(high)


def _better(cases: Sequence[_Case], least: int) -> bool | None:
    """Whether values were nearer than both naive guesses, where all three speak of deals enough to say so."""
    compared = [(abs(case.error), *case.naive) for case in cases if case.naive is not None]
    if len(compared) < least:
        return None
    own, near, whole = (median(column) for column in zip(*compared, strict=True))
    return bool(own < min(near, whole))


def _rounded(value: float | np.floating[Any]) -> float:
    return round(float(value), 4)
