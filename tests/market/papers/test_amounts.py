"""Tax contained in prices, its lines, amounts in capitals, and invoices by the terms of EN 16931."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money
from kernel.text import Text
from market.papers.amounts import en16931
from market.papers.amounts.capitals import capitals
from market.papers.amounts.policies import VAT, Taxpayer
from market.papers.amounts.rules import Item, RateTotal, allocate, credited, taxed

SIX = Decimal("0.06")


def item(minor, rate=SIX, quantity=None):
    return Item(Text("数据", "data"), Money(minor, "CNY"), rate, "ord_1", quantity)


@pytest.mark.parametrize(
    ("rate", "net", "tax"), [("0.06", 94_340, 5_660), ("0.03", 97_087, 2_913), ("0.01", 99_010, 990)]
)
def test_a_thousand_yuan_with_tax_at_each_rate(rate, net, tax):
    """Case 15 of the reference."""
    [line], [total] = taxed([item(100_000, Decimal(rate), 1)])
    assert (line.net.minor, line.tax.minor, total.net.minor, total.tax.minor) == (net, tax, net, tax)
    assert line.unit_price == f"{Decimal(net) / 100:.2f}"


def test_the_tax_of_the_whole_is_not_that_of_its_lines():
    """Three lines of 0.09: each would bear 0.01 (0.0051), the whole 0.27 bears 0.02 (0.0153, its net being 0.25)."""
    lines, [total] = taxed([item(9), item(9), item(9)])
    assert total.tax.minor == 2
    assert [line.tax.minor for line in lines] == [1, 1, 0]
    assert [line.net.minor for line in lines] == [8, 8, 9]


def test_rates_are_totalled_apart_and_lines_keep_their_order():
    lines, totals = taxed([item(10_600), item(10_100, Decimal("0.01")), item(-1_060)])
    assert [(line.net.minor, line.tax.minor) for line in lines] == [(10_000, 600), (10_000, 100), (-1_000, -60)]
    assert [(str(one.rate), one.net.minor, one.tax.minor) for one in totals] == [
        ("0.01", 10_000, 100), ("0.06", 9_000, 540),
    ]  # fmt: skip


def test_tax_that_was_booked_is_the_tax_of_the_paper():
    [line], [total] = taxed([item(1_000_000)], {SIX: Money(56_604, "CNY")})
    assert (line.tax.minor, total.net.minor) == (56_604, 943_396)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=40), st.sampled_from(["0.06", "0.03", "0.01"]))
def test_lines_make_the_whole_and_none_is_a_unit_off(minors, rate):
    lines, [total] = taxed([item(minor, Decimal(rate)) for minor in minors])
    assert sum(line.tax.minor for line in lines) == total.tax.minor
    assert [line.net.minor + line.tax.minor for line in lines] == minors
    gross = sum(minors)
    assert abs(total.tax.minor - Fraction(gross) * Fraction(rate) / (1 + Fraction(rate))) <= Fraction(1, 2)
    for line, minor in zip(lines, minors, strict=True):
        assert abs(line.tax.minor - Fraction(minor * total.tax.minor, gross or 1)) < 1


@given(st.lists(st.fractions(-1000, 1000), min_size=1, max_size=30))
def test_whole_parts_sum_to_the_total_that_is_asked_for(exact):
    total = round(sum(exact))
    parts = allocate(total, exact)
    assert sum(parts) == total
    assert all(abs(part - each) < 1 for part, each in zip(parts, exact, strict=True))


def test_a_total_that_is_far_from_its_parts_is_a_fault():
    with pytest.raises(ValueError, match="9 is not"):
        allocate(9, [Fraction(1, 2), Fraction(1, 3)])


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**5)), min_size=1, max_size=3, unique_by=lambda t: t[0]),
    st.data(),
)
def test_credits_in_any_number_of_parts_take_all_and_never_more(pairs, data):
    left = [RateTotal(Decimal(n), Money(net, "CNY"), Money(tax, "CNY")) for n, (net, tax) in enumerate(pairs)]
    while whole := sum(each.gross.minor for each in left):
        part = data.draw(st.integers(1, whole)) if data.draw(st.booleans()) else whole
        taken = {each.rate: each for each in credited(left, Money(part, "CNY"))}
        assert sum(each.gross.minor for each in taken.values()) == part
        for at, each in enumerate(left):
            if (gone := taken.get(each.rate)) is not None:
                assert 0 <= gone.net.minor <= each.net.minor
                assert 0 <= gone.tax.minor <= each.tax.minor
                left[at] = RateTotal(each.rate, each.net - gone.net, each.tax - gone.tax)
    with pytest.raises(ValueError, match="more than remains"):
        credited(left, Money(1, "CNY"))


@given(st.integers(1, 500), st.integers(0, 60), st.data())
def test_booked_tax_and_credits_by_hand_never_leave_less_than_nothing(net, tax, data):
    """The books round the tax of each refund by themselves, and what a seller has credited is not in them."""
    rest = RateTotal(SIX, Money(net, "CNY"), Money(tax, "CNY"))
    while rest.gross.minor:
        part = data.draw(st.integers(1, rest.gross.minor))
        booked = data.draw(st.none() | st.integers(0, part))
        [gone] = credited([rest], Money(part, "CNY"), None if booked is None else Money(booked, "CNY"))
        assert gone.gross.minor == part
        assert 0 <= gone.net.minor <= rest.net.minor
        assert 0 <= gone.tax.minor <= rest.tax.minor
        if booked is not None and booked <= rest.tax.minor and part - booked <= rest.net.minor:
            assert gone.tax.minor == booked
        rest = RateTotal(SIX, rest.net - gone.net, rest.tax - gone.tax)


@pytest.mark.parametrize(
    ("day", "taxpayer", "rate"),
    [
        ("2026-01-01", Taxpayer.GENERAL, "0.06"),
        ("2027-12-31", Taxpayer.SMALL_SCALE, "0.01"),
        ("2028-01-01", Taxpayer.SMALL_SCALE, "0.03"),
        ("2028-01-01", Taxpayer.GENERAL, "0.06"),
    ],
)
def test_the_reduced_levy_ends_with_2027(day, taxpayer, rate):
    assert VAT.at(date.fromisoformat(day)).body.of(taxpayer) == rate


# The examples of annex 1 of 支付结算办法 (银发〔1997〕393号), which allows two forms of some; and edges by hand.
@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1409.50", "壹仟肆佰零玖圆伍角整"),
        ("6007.14", "陆仟零柒圆壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾圆叁角贰分"),
        ("107000.53", "壹拾万柒仟圆伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖圆零贰分"),
        ("325.04", "叁佰贰拾伍圆零肆分"),
        ("0.00", "零圆整"),
        ("0.05", "伍分"),
        ("0.30", "叁角整"),
        ("10.00", "壹拾圆整"),
        ("12500.00", "壹万贰仟伍佰圆整"),
        ("100000001.00", "壹亿零壹圆整"),
        ("100010000.00", "壹亿零壹万圆整"),
        ("1000000000000.00", "壹万亿圆整"),
        ("1000000001000.01", "壹万亿零壹仟圆零壹分"),
        ("-459.00", "（负数）肆佰伍拾玖圆整"),
    ],
)
def test_amounts_in_capitals(amount, words):
    assert capitals(int(Decimal(amount) * 100)) == words


def read(words):
    """Reads capitals back, by the value of each sign; shares no code with what writes them."""
    digits = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
    yuan, _, rest = words.rpartition("圆")

    def whole(text):
        for sign, size in (("亿", 10**8), ("万", 10**4)):
            if sign in text:
                upper, _, lower = text.rpartition(sign)
                return whole(upper) * size + whole(lower)
        return sum(digits[sign] * 10 ** " 拾佰仟".index(place or " ") for sign, place in
                   re.findall("([壹贰叁肆伍陆柒捌玖])([拾佰仟]?)", text))  # fmt: skip

    small = sum(digits[sign] * (10 if place == "角" else 1) for sign, place in re.findall("([^零])([角分])", rest))
    return whole(yuan) * 100 + small


@given(st.integers(0, 10**15))
def test_capitals_say_the_amount_and_nothing_else(fen):
    words = capitals(fen)
    assert read(words) == fen
    assert "零零" not in words
    assert words.endswith("整") == (fen % 10 == 0)
    assert not words.startswith("零") or fen == 0


CLAIMS = {
    "number": "FP2026-00000001", "issued_at": "2026-11-23T18:00:00Z", "currency": "USD", "remark": "",
    "seller": {"title": "甲", "tax_number": "911501000000000012", "country": "CN", "address": "呼和浩特"},
    "buyer": {"title": "Muster", "tax_number": "911501000000000020", "country": "DE", "vat_id": "DE123456789"},
    "lines": [
        {"n": 1, "name_en": "*IT services*Flights", "class_code": "3040203000000000000", "quantity": "2",
         "unit_price": "50.00", "net": "100.00", "rate": "0.06", "tax": "6.00"},
        {"n": 2, "name_en": "*IT services*Refunded", "class_code": "3040203000000000000", "quantity": None,
         "unit_price": None, "net": "-10.00", "rate": "0.06", "tax": "-0.60"},
    ],
    "totals": [{"rate": "0.06", "net": "90.00", "tax": "5.40"}], "net": "90.00", "tax": "5.40", "gross": "95.40",
}  # fmt: skip


def holds(invoice):
    """The sums of EN 16931 that bind an invoice: BR-CO-10, 13, 14, 15, 16 and, to a unit, 17; and BR-27."""
    of = {name: Decimal(value) for name, value in invoice["BG-22"].items()}
    assert of["BT-106"] == sum(Decimal(line["BT-131"]) for line in invoice["BG-25"])
    assert of["BT-109"] == of["BT-106"]
    assert of["BT-110"] == sum(Decimal(each["BT-117"]) for each in invoice["BG-23"])
    assert of["BT-112"] == of["BT-109"] + of["BT-110"] == of["BT-115"]
    for each in invoice["BG-23"]:
        computed = Decimal(each["BT-116"]) * Decimal(each["BT-119"]) / 100
        assert abs(computed - Decimal(each["BT-117"])) < Decimal("0.01")
    for line in invoice["BG-25"]:
        price = Decimal(line["BG-29"]["BT-146"])
        assert price >= 0
        assert round(price * Decimal(line["BT-129"]), 2) == Decimal(line["BT-131"])


def test_an_invoice_by_the_terms_of_en_16931():
    made = en16931.invoice(CLAIMS)
    holds(made)
    assert (made["BT-1"], made["BT-2"], made["BT-3"], made["BT-5"]) == ("FP2026-00000001", "2026-11-24", "380", "USD")
    assert made["BG-4"] == {
        "BT-27": "甲", "BT-30": "911501000000000012", "BT-31": "CN911501000000000012",
        "BG-5": {"BT-35": "呼和浩特", "BT-40": "CN"},
    }  # fmt: skip
    assert (made["BG-7"]["BT-48"], made["BG-7"]["BG-8"]) == ("DE123456789", {"BT-55": "DE"})
    assert made["BG-25"][1]["BT-129"] == "-1"


def test_a_credit_note_is_above_zero_and_names_its_invoice():
    red = {
        **CLAIMS, "number": "HZ2026-00000001", "net": "-90.00", "tax": "-5.40", "gross": "-95.40",
        "totals": [{"rate": "0.06", "net": "-90.00", "tax": "-5.40"}],
        "lines": [{"n": 1, "name_en": "*IT services*Allowance", "class_code": "3040203000000000000", "net": "-90.00",
                   "rate": "0.06", "tax": "-5.40"}],
        "invoice": {"number": "FP2026-00000001", "issued_at": "2026-11-23T02:00:00Z"},
    }  # fmt: skip
    made = en16931.credit_note(red)
    holds(made)
    assert (made["BT-3"], made["BG-22"]["BT-115"]) == ("381", "95.40")
    assert made["BG-3"] == [{"BT-25": "FP2026-00000001", "BT-26": "2026-11-23"}]
