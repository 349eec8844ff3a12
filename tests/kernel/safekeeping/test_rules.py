"""How many files a night reads back, and how surely it finds an altered one."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from kernel.safekeeping.rules import POLICY, detection, sample
from tests.conftest import NOW

RULE = POLICY.at(NOW.date()).body


def test_by_hand():
    assert [sample(stored, RULE) for stored in (0, 7, 200, 5600, 5601)] == [0, 7, 200, 200, 201]
    # 1 - 0.99^200 = 0.866020…, 1 - 0.999^200 = 0.181351…; of nothing nothing is found.
    found = {each.altered_share: each.probability for each in detection(200)}
    assert (found["0.01"], found["0.001"]) == ("0.866020", "0.181351")
    assert {each.probability for each in detection(0)} == {"0.000000"}


@given(st.integers(0, 10**7))
def test_all_have_their_turn_in_twenty_eight_nights_and_none_twice(stored):
    drawn = sample(stored, RULE)
    assert stored <= drawn * (RULE.within_days - 2) or drawn == stored
    assert drawn <= stored


@given(st.integers(1, 2000))
def test_the_probability_is_that_of_drawing_with_replacement(drawn):
    exact = 1 - Fraction(99, 100) ** drawn
    (told,) = [each.probability for each in detection(drawn) if each.altered_share == "0.01"]
    assert abs(Fraction(told) - exact) <= Fraction(1, 10**6)
