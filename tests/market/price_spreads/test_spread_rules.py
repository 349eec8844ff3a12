"""Which terms are equal, and how far prices lie apart."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from contracts.policy.rules import from_terms, vocabularies
from contracts.terms.binding import bound, offered, priced
from contracts.terms.document import Delivery
from kernel.money import Money
from market.price_spreads.rules import spread, terms_key
from tests.market.trade import LICENCE

BUYERS = ("pty_" + "0" * 25 + "1", "pty_" + "0" * 25 + "2")


def terms(amount=100, buyer=BUYERS[0], purpose="internal-analysis", **licence):
    """Terms of a listing's licence, bound to one buyer and one purpose."""
    made = from_terms({**LICENCE, **licence}, vocabularies().at(date(2026, 11, 23)))
    whole = offered(
        made, provider="pty_" + "0" * 26, asset="ast_" + "0" * 26, revision="rev_" + "0" * 26,
        price=priced(Money(amount, "CNY")), delivery=Delivery.FILES, listing="lst_" + "0" * 26,
    )  # fmt: skip
    return bound(whole, buyer, purpose, "x")


def test_price_and_buyer_are_no_terms():
    assert terms_key(terms()) == terms_key(terms(amount=999, buyer=BUYERS[1]))


def test_another_licence_is_another_key():
    assert terms_key(terms()) != terms_key(terms(term_days=30))


def test_another_revision_is_another_key():
    one = terms()
    other = replace(one, policy=replace(one.licence, revisions=["rev_" + "1" * 26]))
    assert terms_key(one) != terms_key(other)


@pytest.mark.parametrize(
    ("minor", "share"),
    [((100, 120), "0.2000"), ((120, 100), "0.2000"), ((300, 100, 200), "2.0000"), ((3, 4), "0.3333"), ((5, 5), "0")],
)
def test_a_spread_is_a_share_of_the_lowest(minor, share):
    assert spread(minor) == Decimal(share)


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=20), st.randoms())
def test_a_spread_knows_no_order(minor, random):
    shuffled = list(minor)
    random.shuffle(shuffled)
    assert spread(shuffled) == spread(minor) >= 0
