"""Whether an entry is what a balance transaction says: by hand, and by property."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money
from market.ledger.book import Source
from market.stripe_balance import book
from market.stripe_balance.rules import MOVEMENTS, Agreed, Moved, Movement, agreed, quotes

USD, CNY = "USD", "CNY"


@pytest.mark.parametrize(
    ("moved", "booked", "expected"),
    [
        # A charge of 100.00 with Stripe's 2.9 % + 0.30: the fee is still to be booked.
        (Moved(10_000, 320, USD), Money(10_000, USD), Agreed(Money(320, USD))),
        # A dispute of 100.00 with its fee of 15.00, both booked together.
        (Moved(-10_000, 1_500, USD), Money(-11_500, USD), Agreed(Money(0, USD))),
        (Moved(-9_500, 0, USD), Money(-9_500, USD), Agreed(Money(0, USD))),
        # 100.00 USD at 7.1234 are 712.34 CNY; a minor unit of rounding is Stripe's, two are not.
        (Moved(71_234, 2_096, CNY, Decimal("7.1234")), Money(10_000, USD), Agreed(Money(2_096, CNY), converted=True)),
        (Moved(71_235, 0, CNY, Decimal("7.1234")), Money(10_000, USD), Agreed(Money(0, CNY), converted=True)),
        (Moved(71_236, 0, CNY, Decimal("7.1234")), Money(10_000, USD), None),
        (Moved(-71_234, 0, CNY, Decimal("7.1234")), Money(-10_000, USD), Agreed(Money(0, CNY), converted=True)),
        # Yen have no minor unit: 10.00 USD at 150.5 are 1,505 JPY.
        (Moved(1_505, 0, "JPY", Decimal("150.5")), Money(1_000, USD), Agreed(Money(0, "JPY"), converted=True)),
        (Moved(71_234, 0, CNY), Money(10_000, USD), None),
        (Moved(9_999, 0, USD), Money(10_000, USD), None),
        (Moved(-10_000, 0, USD), Money(10_000, USD), None),
    ],
)
def test_an_entry_is_what_a_transaction_says_to_the_minor_unit(
    moved: Moved, booked: Money, expected: Agreed | None
) -> None:
    assert agreed(moved, booked) == expected


@given(st.integers(-(10**12), 10**12).filter(bool), st.integers(0, 10**6))
def test_what_is_agreed_brings_the_books_to_the_net(amount: int, fee: int) -> None:
    moved = Moved(amount, fee, USD)
    found = agreed(moved, Money(amount, USD))
    assert found is not None
    booked = amount
    if found.fee.minor:
        (leg,) = book.charged("stx_" + "0" * 26, found.fee).legs
        booked += leg.money.minor if leg.debit == Source.STRIPE else -leg.money.minor
    assert booked == moved.net.minor


@given(st.integers(-(10**9), 10**9).filter(bool), st.integers(1, 10**9))
def test_a_conversion_empties_one_currency_and_fills_the_other(booked: int, settled: int) -> None:
    settled = settled if booked > 0 else -settled
    entry = book.converted("stx_" + "0" * 26, Money(booked, USD), Money(settled, CNY))
    on_balance = {USD: booked, CNY: 0}
    for leg in entry.legs:
        sign = 1 if leg.debit == Source.STRIPE else -1
        on_balance[leg.money.currency] += sign * leg.money.minor
    assert on_balance == {USD: 0, CNY: settled}


def test_kinds_are_stripes_words_and_anything_else_is_nobodys() -> None:
    assert MOVEMENTS["charge"] is MOVEMENTS["payment"] is Movement.PAID
    assert MOVEMENTS["payout_cancel"] is Movement.LEFT_BACK
    assert "issuing_authorization_hold" not in MOVEMENTS


def test_a_line_quotes_a_payout_by_its_trace_or_by_stripes_name() -> None:
    assert quotes("STRI PE PAYMENTS ST-A1", [])
    assert quotes("ref 20261123 99887766", ("po_1", "20261123-none", "99887766"))
    assert not quotes("wire from a buyer", ("po_1Q2W3E",))
    assert not quotes("a 1234 b", ("1234",))
