"""The score of a listing for a want: by hand, and by property."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money, MoneyView
from market.requests.matching.scoring import PARTS, Candidate, Criteria, best, fits, score
from market.requests.rules import RULES
from market.requests.schemas import Want
from rights.grants.vocabulary import words_at

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
WORDS = words_at(AT.date())
WEIGHTS = RULES.versions[-1].body.weights
WANT = Want(
    title="航班延误",
    words="航班 延误 机场",
    purpose="risk-control",
    actions=["use"],
    territory=["CN", "HK"],
    fields=["Carrier", "delay", "origin", "dest"],
    quality_min=60,
    freshness_days_max=10,
    budget=MoneyView(amount="8000.00", currency="CNY"),
)
CRITERIA = Criteria.of(WANT, WEIGHTS, WORDS)
LISTING = Candidate(
    listing_id="lst_1",
    provider="pty_1",
    title_zh="航班数据",
    title_en="Flights",
    text="航班数据 Flights 延误明细",
    actions=frozenset({"use", "process"}),
    purposes=("risk-control",),
    territory=("CN",),
    level="general",
    delivery="files",
    fields=frozenset({"carrier", "delay", "month"}),
    quality=Decimal("90.00"),
    freshness_at=AT - timedelta(days=40),
    price=Money(1_000_000, "CNY"),
)


def _criteria(**over):
    return Criteria.of(msgspec.structs.replace(WANT, **over), WEIGHTS, WORDS)


def test_every_part_is_told_and_they_add_up_by_hand():
    """2 of 3 words, 2 of 4 fields, 1 of 2 places, 90 of 100, 10 of 40 days, 8,000 of 10,000:

    0.30·2/3 + 0.25·1/2 + 0.10·1/2 + 0.15·0.9 + 0.10·0.25 + 0.10·0.8 = 0.2 + 0.125 + 0.05 + 0.135 + 0.025 + 0.08.
    """
    scored = score(CRITERIA, LISTING, AT)
    assert scored.score == Decimal("0.6150")
    assert scored.parts == {
        "words": Decimal("0.6667"),
        "fields": Decimal("0.5000"),
        "territory": Decimal("0.5000"),
        "quality": Decimal("0.9000"),
        "freshness": Decimal("0.2500"),
        "price": Decimal("0.8000"),
    }


def test_what_is_not_known_drops_out_with_its_weight():
    """Without quality, freshness and fields: (0.2 + 0.05 + 0.08) / (0.30 + 0.10 + 0.10) = 0.66."""
    scored = score(CRITERIA, replace(LISTING, quality=None, freshness_at=None, fields=None), AT)
    assert scored.score == Decimal("0.6600")
    assert [name for name in PARTS if scored.parts[name] is None] == ["fields", "quality", "freshness"]


@pytest.mark.parametrize(
    "other",
    [
        {"actions": frozenset({"process"})},
        {"purposes": ("research",)},
        {"territory": ("US",)},
        {"level": "important"},
        {"level": None},
        {"price": Money(1, "USD")},
        {"quality": Decimal(59)},
    ],
)
def test_what_cannot_answer_is_not_scored(other):
    assert fits(CRITERIA, LISTING)
    assert not fits(CRITERIA, replace(LISTING, **other))
    assert best(CRITERIA, [replace(LISTING, **other)], AT, 9) == []


def test_delivery_and_level_are_asked_for_where_the_want_says_so():
    assert not fits(_criteria(delivery="computing"), LISTING)
    assert fits(_criteria(level_max="important"), replace(LISTING, level="important"))


parts = st.fixed_dictionaries(
    {
        "quality": st.none() | st.decimals(60, 100, places=2),
        "freshness_at": st.none() | st.integers(0, 4000).map(lambda days: AT - timedelta(days=days)),
        "price": st.none() | st.integers(1, 10**12).map(lambda minor: Money(minor, "CNY")),
        "fields": st.none() | st.frozensets(st.sampled_from(["carrier", "delay", "origin", "dest", "x"])),
        "territory": st.sampled_from([("CN",), ("CN", "HK"), ("world",), ("CN-31",)]),
        "text": st.sampled_from(["", "航班", "航班 延误", "机场航班延误"]),
    }
)


@given(parts)
def test_a_score_lies_between_nothing_and_one_and_is_its_parts_weighed(over):
    """The oracle adds what is told, in fractions: the told parts are rounded to four places, and so is the sum."""
    scored = score(CRITERIA, replace(LISTING, **over), AT)
    assert 0 <= scored.score <= 1
    known = {name: value for name, value in scored.parts.items() if value is not None}
    weighed = sum(Fraction(getattr(WEIGHTS, name)) * Fraction(value) for name, value in known.items())
    total = sum(Fraction(getattr(WEIGHTS, name)) for name in known)
    assert abs(Fraction(scored.score) - weighed / total) <= Fraction(1, 10_000)


@given(parts, st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_lower_price_is_never_a_lower_score(over, one, other):
    scores = [
        score(CRITERIA, replace(LISTING, **{**over, "price": Money(minor, "CNY")}), AT).score
        for minor in sorted((one, other))
    ]
    assert scores[0] >= scores[1]


def test_the_best_come_first_and_of_equals_the_older_listing():
    better = replace(LISTING, listing_id="lst_9", quality=Decimal(100))
    same = replace(LISTING, listing_id="lst_0")
    found = best(CRITERIA, [LISTING, better, same], AT, 2)
    assert [each.candidate.listing_id for each in found] == ["lst_9", "lst_0"]
