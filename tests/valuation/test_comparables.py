"""A price band from like listings: nearest first, robust, never from unlike things, never from its own price."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation.comparables import Priced, band


def listing(
    name: str, price: str, words: str = "企业工商基本信息查询", mode: str = "usage-based", **traits: str
) -> Priced:
    return Priced(name, words, mode, {"category": "enterprise", **traits}, Decimal(price))


def test_the_band_is_of_the_nearest_and_says_why() -> None:
    like = [listing(f"a{i}", price) for i, price in enumerate(("0.1", "0.2", "0.2", "0.3", "0.4"))]
    far = [listing(f"b{i}", "9000", "卫星遥感影像产品", category="remote") for i in range(20)]
    found = band(listing("x", "77"), [*like, *far])
    assert found is not None
    assert (found.low, found.middle, found.high) == (Decimal("0.2"), Decimal("0.2"), Decimal("0.3"))
    assert "words 100 % alike; equal traits: category" in found.neighbours[0].why.en
    assert found.only_asking


def test_there_is_no_band_from_another_mode_or_from_too_few() -> None:
    assert band(listing("x", "1"), [listing("a", "1"), listing("b", "1")]) is None
    assert band(listing("x", "1"), [listing(f"a{i}", "1", mode="one-off") for i in range(9)]) is None


def test_one_odd_price_does_not_move_it() -> None:
    like = [listing(f"a{i}", "1") for i in range(4)]
    found = band(listing("x", "1"), [*like, listing("odd", "1000000")])
    assert found is not None
    assert (found.low, found.middle, found.high) == (1, 1, 1)


@given(st.lists(st.integers(1, 10**6), min_size=3, max_size=12), st.integers(1, 10**6), st.integers(1, 10**6))
def test_its_own_price_and_the_order_of_the_others_change_nothing(prices: list[int], one: int, other: int) -> None:
    others = [listing(f"a{i:02}", str(price)) for i, price in enumerate(prices)]
    first, second = band(listing("x", str(one)), others), band(listing("x", str(other)), list(reversed(others)))
    assert first == second
    assert first is not None
    assert first.low <= first.middle <= first.high
    assert first.middle in {Decimal(price) for price in prices}


def test_a_price_is_above_nothing() -> None:
    with pytest.raises(ValueError, match="above 0"):
        listing("x", "0")
