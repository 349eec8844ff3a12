"""The score of a listing for a want: what must fit, then parts from 0 to 1 with published weights; pure.

A part that is not known drops out with its weight, since unknown is not nothing.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from kernel.money import Money
from market.listings import search
from market.requests.rules import Weights
from market.requests.schemas import Want
from rights.grants.parsing import place
from rights.grants.rules import within
from rights.grants.vocabulary import Words

PUBLISHED: Final = "LT-RFQ-09"
"""The rule that says how listings are matched."""

PARTS: Final = ("words", "fields", "territory", "quality", "freshness", "price")
_LEVELS: Final = ("general", "important")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a listing; None is not known."""

    listing_id: str
    provider: str
    title_zh: str
    title_en: str
    text: str
    actions: frozenset[str]
    purposes: tuple[str, ...]
    territory: tuple[str, ...]
    level: str | None
    delivery: str
    fields: frozenset[str] | None
    quality: Decimal | None
    freshness_at: datetime | None
    price: Money | None


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a want asks for, read once for all its candidates; weights as whole numbers in the order of PARTS."""

    want: Want
    words: Words
    purpose: int
    terms: tuple[str, ...]
    fields: frozenset[str]
    places: frozenset[str]
    budget: Money | None
    weights: tuple[int, ...]

    @staticmethod
    def of(want: Want, weights: Weights, words: Words) -> "Criteria":
        """Read a want."""
        shares = [Fraction(getattr(weights, name)) for name in PARTS]
        unit = math.lcm(*(share.denominator for share in shares))
        return Criteria(
            want=want,
            words=words,
            purpose=words.purposes.bits.get(want.purpose, 0),
            terms=tuple(search.terms(want.words)),
            fields=frozenset(search.fold(name) for name in want.fields),
            places=frozenset(_placed(want.territory, words)),
            budget=None if want.budget is None else Money.of(want.budget),
            weights=tuple(int(share * unit) for share in shares),
        )


Ratio = tuple[int, int]
"""Numerator and positive denominator: sums of a few hundred candidates in fractions took most of an answer's time."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score and its parts, each a ratio in the order of PARTS."""

    candidate: Candidate
    score: Decimal
    ratios: tuple[Ratio | None, ...]

    @property
    def parts(self) -> dict[str, Decimal | None]:
        """Each part by its name, half-even to four places."""
        shown = (None if ratio is None else _four_places(*ratio) for ratio in self.ratios)
        return dict(zip(PARTS, shown, strict=True))


def fits(criteria: Criteria, one: Candidate) -> bool:
    """Whether a listing can answer a want at all: its actions, purpose, places, level, delivery and currency."""
    want, words = criteria.want, criteria.words
    return (
        set(want.actions) <= one.actions
        and criteria.purpose != 0
        and not criteria.purpose & ~words.purposes.mask(one.purposes)
        and _touches(criteria.places, _placed(one.territory, words))
        and one.level in _LEVELS[: _LEVELS.index(want.level_max) + 1]
        and want.delivery in (None, one.delivery)
        and (want.budget is None or one.price is None or one.price.currency == want.budget.currency)
        and (want.quality_min is None or one.quality is None or one.quality >= want.quality_min)
    )


def _touches(wanted: Iterable[str], offered: Sequence[str]) -> bool:
    return any(within(mine, other) or within(other, mine) for mine in wanted for other in offered)


def _placed(codes: Iterable[str], words: Words) -> list[str]:
    return [place(code, words) for code in codes]


def score(criteria: Criteria, one: Candidate, at: datetime) -> Scored:
    """Σ w·s over the parts that are known, divided by their weights, half-even to four places."""
    ratios = (
        _words_part(criteria, one),
        _fields_part(criteria, one),
        _territory_part(criteria, one),
        None if one.quality is None else _percent(one.quality),
        _freshness_part(criteria.want, one, at),
        _price_part(criteria, one),
    )
    numerator, denominator, weighing = 0, 1, 0
    for weight, ratio in zip(criteria.weights, ratios, strict=True):
        if ratio is not None:
            numerator = numerator * ratio[1] + weight * ratio[0] * denominator
            denominator *= ratio[1]
            weighing += weight
    return Scored(one, _four_places(numerator, denominator * weighing), ratios)


def best(criteria: Criteria, candidates: Sequence[Candidate], at: datetime, most: int) -> list[Scored]:
    """Those that fit, best first; of equal ones the listing that is older comes first."""
    scored = [score(criteria, one, at) for one in candidates if fits(criteria, one)]
    return sorted(scored, key=lambda each: (-each.score, each.candidate.listing_id))[:most]


def _four_places(numerator: int, denominator: int) -> Decimal:
    """A ratio half-even to four places, exactly."""
    quotient, rest = divmod(numerator * 10_000, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and quotient % 2):
        quotient += 1
    return Decimal(quotient).scaleb(-4)


def _percent(value: Decimal) -> Ratio:
    numerator, denominator = value.as_integer_ratio()
    return numerator, denominator * 100


def _words_part(criteria: Criteria, one: Candidate) -> Ratio:
    """The share of the wanted words that the listing holds."""
    return search.held(criteria.terms, one.text), len(criteria.terms)


def _fields_part(criteria: Criteria, one: Candidate) -> Ratio | None:
    """The share of the wanted fields that its sample shows."""
    if not criteria.fields or one.fields is None:
        return None
    return len(criteria.fields & one.fields), len(criteria.fields)


def _territory_part(criteria: Criteria, one: Candidate) -> Ratio:
    """The share of the wanted places that are wholly licensed."""
    theirs = _placed(one.territory, criteria.words)
    return sum(any(within(mine, other) for other in theirs) for mine in criteria.places), len(criteria.places)


def _freshness_part(want: Want, one: Candidate, at: datetime) -> Ratio | None:
    """1 while it is as fresh as wanted, then the wanted days by its own."""
    if want.freshness_days_max is None or one.freshness_at is None:
        return None
    days = max(-(-(at - one.freshness_at) // _DAY), 1)
    return min(want.freshness_days_max, days), days


def _price_part(criteria: Criteria, one: Candidate) -> Ratio | None:
    """1 within the budget, then the budget by the price."""
    if criteria.budget is None or one.price is None:
        return None
    price_minor = max(one.price.minor, 1)
    return min(criteria.budget.minor, price_minor), price_minor
