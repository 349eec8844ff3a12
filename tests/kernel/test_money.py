"""Money: exact, in one currency, never losing a minor unit."""

from decimal import ROUND_HALF_EVEN, Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import InvalidInput
from kernel.money import EXPONENTS, MINOR_MAX, Money, MoneyView

CURRENCIES = st.sampled_from(sorted(EXPONENTS))
MINOR = st.integers(-MINOR_MAX, MINOR_MAX)
MONEY = st.builds(Money, MINOR, CURRENCIES)
RATES = st.decimals(0, 1, places=6)


@given(MONEY)
def test_the_wire_form_comes_back_as_it_went(money):
    assert Money.of(money.view()) == money
    assert Money.round(money.decimal, money.currency) == money


def test_the_wire_form_shows_every_place():
    assert Money(125000, "CNY").view() == MoneyView("1250.00", "CNY")
    assert Money(5, "CNY").view().amount == "0.05"
    assert Money(-5, "CNY").view().amount == "-0.05"
    assert Money(1250, "JPY").view().amount == "1250"
    assert Money(1250, "KWD").view().amount == "1.250"
    assert str(Money(125000, "CNY")) == "1250.00 CNY"


@pytest.mark.parametrize(
    ("amount", "currency", "pointer"),
    [
        ("1.234", "CNY", "/price/amount"),
        ("1.0", "JPY", "/price/amount"),
        ("01.00", "CNY", "/price/amount"),
        ("1,000.00", "CNY", "/price/amount"),
        ("1e3", "CNY", "/price/amount"),
        ("１.00", "CNY", "/price/amount"),
        ("1.", "CNY", "/price/amount"),
        (".5", "CNY", "/price/amount"),
        ("", "CNY", "/price/amount"),
        (" 1.00", "CNY", "/price/amount"),
        ("1.00\n", "CNY", "/price/amount"),
        ("NaN", "CNY", "/price/amount"),
        ("+1.00", "CNY", "/price/amount"),
        ("999999999999999.99", "CNY", "/price/amount"),
        ("1.00", "XXX", "/price/currency"),
        ("1.00", "cny", "/price/currency"),
    ],
)
def test_a_bad_amount_is_refused_and_its_field_named(amount, currency, pointer):
    with pytest.raises(InvalidInput) as refusal:
        Money.of(MoneyView(amount, currency), "/price")
    assert [error.pointer for error in refusal.value.errors] == [pointer]


def test_a_number_is_no_amount_on_the_wire():
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"amount": 12.5, "currency": "CNY"}', type=MoneyView)


@given(MINOR, MINOR, CURRENCIES)
def test_sums_are_exact(first, second, currency):
    one, other = Money(first, currency), Money(second, currency)
    assert one + other - other == one
    assert (one + other).minor == first + second


@given(MINOR, MINOR)
def test_two_currencies_do_not_mix(first, second):
    for operation in (Money.__add__, Money.__sub__):
        with pytest.raises(ValueError, match="CNY is not EUR"):
            operation(Money(first, "CNY"), Money(second, "EUR"))


@given(MONEY, RATES)
def test_a_share_is_rounded_half_even_and_never_more_than_half_a_unit_off(money, rate):
    exact = money.minor * rate
    share = money.share(rate)
    assert share.minor == int(exact.to_integral_value(ROUND_HALF_EVEN))
    assert abs(share.minor - exact) <= Decimal("0.5")


def test_halves_go_to_the_even_neighbour():
    assert Money(25, "CNY").share(Decimal("0.1")) == Money(2, "CNY")
    assert Money(35, "CNY").share(Decimal("0.1")) == Money(4, "CNY")


@given(MONEY, st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(sum))
def test_a_split_loses_nothing_and_is_fair(money, weights):
    parts = money.split(*weights)
    assert sum(part.minor for part in parts) == money.minor
    total = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor * total - money.minor * weight) < total, "each part is within one unit of its due"
        assert weight or part.minor == 0


@pytest.mark.parametrize("weights", [(), (0,), (0, 0), (1, -1, 5)])
def test_a_split_needs_weights(weights):
    with pytest.raises(ValueError, match="weights"):
        Money(100, "CNY").split(*weights)
