"""A power that is rounded in one with its computation has the digits of the power that is rounded afterwards."""

from decimal import ROUND_UP, Context, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation.appraisal.engine import expression, power
from valuation.appraisal.engine.expression import UnreadableFormulaError, evaluate

positive = st.decimals("1e-12", "1e12", allow_nan=False, allow_infinity=False).filter(lambda x: x > 0)
near_one = st.integers(-(10**12), 10**12).map(lambda n: 1 + Decimal(n).scaleb(-18))
grid = st.integers(1, 400).map(lambda n: Decimal(n) / 64)
exponents = st.sampled_from([Decimal(text) for text in ("0", "0.5", "0.8", "1", "2", "3", "9.99", "12")])


def afterwards(base: Decimal, exponent: Decimal, places: int) -> str:
    """The power of 34 digits, computed alone, and rounded then."""
    whole = evaluate("power(x, y)", {"x": base, "y": exponent})
    return str(evaluate(f"round(p, {places})", {"p": whole}))


@given(st.one_of(positive, near_one, grid), exponents | st.decimals("0", "3", places=6), st.sampled_from([2, 6, 9]))
def test_the_digits_are_those_of_the_full_power(base: Decimal, exponent: Decimal, places: int) -> None:
    try:
        full = afterwards(base, exponent, places)
    except ArithmeticError:
        with pytest.raises(ArithmeticError):
            evaluate(f"round(power(x, y), {places})", {"x": base, "y": exponent})
        return
    assert str(evaluate(f"round(power(x, y), {places})", {"x": base, "y": exponent})) == full


@given(st.one_of(positive, near_one, grid), exponents)
def test_an_estimate_is_within_its_error(base: Decimal, exponent: Decimal) -> None:
    found = power.estimate(base, exponent)
    if found is not None:
        whole = evaluate("power(x, y)", {"x": base, "y": exponent})
        with expression.context():
            assert abs(found - whole) < whole * power.ERROR


def test_where_an_estimate_leaves_the_rounding_open_all_digits_decide() -> None:
    for base in ("1.0000005", "0.9999995", "1.0000015", "1.00000049999999999999"):
        names = {"x": Decimal(base), "y": Decimal("1.0000000000000000001")}
        assert str(evaluate("round(power(x, y), 6)", names)) == afterwards(names["x"], names["y"], 6)


def test_no_context_of_the_process_changes_a_digit() -> None:
    names = {"x": Decimal("0.6666666666666666666666666666666667"), "y": Decimal("0.8")}
    expected = str(evaluate("round(power(x, y), 6)", names))
    with localcontext(Context(prec=3, rounding=ROUND_UP)):
        assert str(evaluate("round(power(x, y), 6)", names)) == expected
        assert power.estimate(names["x"], names["y"]) is not None


@pytest.mark.parametrize("formula", ["round(power(x), 6)", "round(power(x, y, x), 6)", "round(power(x, y=y), 6)"])
def test_a_power_needs_a_base_and_an_exponent(formula: str) -> None:
    with pytest.raises(UnreadableFormulaError):
        evaluate(formula, {"x": Decimal(2), "y": Decimal(2)})


def test_a_negative_base_has_no_power() -> None:
    with pytest.raises(ArithmeticError):
        evaluate("round(power(x, y), 6)", {"x": Decimal(-2), "y": Decimal("0.5")})


def test_the_power_of_nothing_is_nothing() -> None:
    assert evaluate("round(power(x, y), 6)", {"x": Decimal(0), "y": Decimal("0.5")}) == 0
