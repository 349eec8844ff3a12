"""The score of a listing for a want: what must fit, then parts from 0 to 1 with published weights; pure.

A part that is not known drops out with its weight, since unknown is not nothing.
"""

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
class Scored:
    """A candidate with its score and its parts."""

    candidate: Candidate
    score: Decimal
    parts: dict[str, Decimal | None]


def fits(want: Want, one: Candidate, words: Words) -> bool:
    """Whether a listing can answer a want at all: its actions, purpose, places, level, delivery and currency."""
    asked = words.purposes.bits.get(want.purpose, 0)
    return (
        set(want.actions) <= one.actions
        and asked != 0
        and not asked & ~words.purposes.mask(one.purposes)
        and _touches(want.territory, one.territory, words)
        and one.level in _LEVELS[: _LEVELS.index(want.level_max) + 1]
        and want.delivery in (None, one.delivery)
        and (want.budget is None or one.price is None or one.price.currency == want.budget.currency)
        and (want.quality_min is None or one.quality is None or one.quality >= want.quality_min)
    )


def _touches(wanted: Iterable[str], offered: Iterable[str], words: Words) -> bool:
    theirs = [place(code, words) for code in offered]
    return any(within(mine, other) or within(other, mine) for mine in _placed(wanted, words) for other in theirs)


def _placed(codes: Iterable[str], words: Words) -> list[str]:
    return [place(code, words) for code in codes]


def score(want: Want, one: Candidate, weights: Weights, words: Words, at: datetime) -> Scored:
    """Σ w·s over the parts that are known, divided by their weights, half-even to four places."""
    parts = {
        "words": _words_part(want, one),
        "fields": _fields_part(want, one),
        "territory": _territory_part(want, one, words),
        "quality": None if one.quality is None else Fraction(one.quality) / 100,
        "freshness": _freshness_part(want, one, at),
        "price": _price_part(want, one),
    }
    known = {name: value for name, value in parts.items() if value is not None}
    weighing = {name: Fraction(getattr(weights, name)) for name in known}
    total = sum(weighing.values(), Fraction(0))
    summed = sum((weighing[name] * value for name, value in known.items()), Fraction(0))
    shown = {name: None if value is None else _rounded(value) for name, value in parts.items()}
    return Scored(one, _rounded(summed / total), shown)


def best(
    want: Want, candidates: Sequence[Candidate], weights: Weights, words: Words, at: datetime, most: int
) -> list[Scored]:
    """Those that fit, best first; of equal ones the listing that is older comes first."""
    scored = [score(want, one, weights, words, at) for one in candidates if fits(want, one, words)]
    return sorted(scored, key=lambda each: (-each.score, each.candidate.listing_id))[:most]


def _rounded(value: Fraction) -> Decimal:
    """A fraction to four places; `round` of a fraction is exact and half-even."""
    return Decimal(round(value * 10_000)).scaleb(-4)


def _words_part(want: Want, one: Candidate) -> Fraction:
    """The share of the wanted words that the listing holds."""
    wanted = search.terms(want.words)
    return Fraction(search.held(wanted, one.text), len(wanted))


def _fields_part(want: Want, one: Candidate) -> Fraction | None:
    """The share of the wanted fields that its sample shows."""
    wanted = {search.fold(name) for name in want.fields}
    return None if not wanted or one.fields is None else Fraction(len(wanted & one.fields), len(wanted))


def _territory_part(want: Want, one: Candidate, words: Words) -> Fraction:
    """The share of the wanted places that are wholly licensed."""
    wanted, theirs = set(_placed(want.territory, words)), _placed(one.territory, words)
    return Fraction(sum(any(within(mine, other) for other in theirs) for mine in wanted), len(wanted))


def _freshness_part(want: Want, one: Candidate, at: datetime) -> Fraction | None:
    """1 while it is as fresh as wanted, then the wanted days by its own."""
    if want.freshness_days_max is None or one.freshness_at is None:
        return None
    days = max(-(-(at - one.freshness_at) // _DAY), 1)
    return min(Fraction(1), Fraction(want.freshness_days_max, days))


def _price_part(want: Want, one: Candidate) -> Fraction | None:
    """1 within the budget, then the budget by the price."""
    if want.budget is None or one.price is None:
        return None
    return min(Fraction(1), Fraction(Money.of(want.budget).minor, max(one.price.minor, 1)))
