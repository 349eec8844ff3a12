"""Four eyes: a person and whoever stands in for it are one, checked against trying every way of counting."""

from datetime import UTC, datetime, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from contracts.approvals.rules import counted
from contracts.approvals.schemas import Band, Delegation, RuleBody, Seat
from kernel.money import Money, MoneyView

NOW = datetime(2026, 11, 9, 4, tzinfo=UTC)
NAMED, STANDING_IN = ("a", "b", "c"), ("x", "y", "z")
AMOUNT = Money(5_000_000, "CNY")


def one(giver: str, taker: str, *, over: bool = False, short: bool = False) -> Delegation:
    limit = MoneyView(amount="49999.99" if short else "50000.00", currency="CNY")
    return Delegation(giver, taker, taker, limit, NOW if over else NOW + timedelta(seconds=1))


def house(*delegations: Delegation) -> RuleBody:
    return RuleBody([Band(2)], [Seat(name, name) for name in NAMED], list(delegations))


def said(rule: RuleBody, *seats: str, acting: tuple[str, ...] = ()) -> int:
    return counted(rule, set(seats), acting, AMOUNT, NOW)


def test_who_stands_in_is_no_second_person():
    rule = house(one("a", "x"))
    assert said(rule, "x") == said(rule, "a", "x") == 1
    assert said(rule, "x", "b") == 2
    assert said(house(one("a", "x"), one("a", "y")), "x", "y") == 1


def test_who_acts_is_not_approved_by_its_own_stand_in():
    rule = house(one("a", "x"), one("b", "y"))
    assert said(rule, "x", acting=("a",)) == 0
    assert said(rule, "x", "y", acting=("a's second key", "a")) == 1
    assert said(rule, "a", acting=("x",)) == 1  # Two persons: the stand-in acts, and whom it stands in for says yes.


def test_who_stands_in_for_two_counts_for_the_one_that_has_not_spoken():
    rule = house(one("a", "x"), one("b", "x"))
    assert said(rule, "x") == 1
    assert said(rule, "a", "x") == said(rule, "b", "x") == 2
    assert said(rule, "a", "b", "x") == 2


def test_after_its_day_and_above_its_limit_a_stand_in_is_nobody():
    assert said(house(one("a", "x", over=True)), "x") == 0
    assert said(house(one("a", "x", short=True)), "x") == 0


def by_trying(rule: RuleBody, seats: set[str], acting: tuple[str, ...]) -> int:
    """The most persons that any way of saying for whom each yes counts comes to."""
    known = {*NAMED, *(each.to_key_id for each in rule.delegations)}
    myself = next((key for key in acting if key in known), None)
    ways = []
    for seat in seats - {myself}:
        live = [each for each in rule.delegations if each.to_key_id == seat and each.until > NOW]
        whom = {seat} if seat in NAMED else {each.from_key_id for each in live if each.limit.amount == "50000.00"}
        ways.append([*(whom - {myself}), None])
    return max(len({person for person in way if person is not None}) for way in product(*ways))


DELEGATIONS = st.lists(
    st.builds(one, st.sampled_from(NAMED), st.sampled_from(STANDING_IN), over=st.booleans(), short=st.booleans()),
    max_size=7,
)


@given(DELEGATIONS, st.sets(st.sampled_from((*NAMED, *STANDING_IN))), st.sampled_from((*NAMED, *STANDING_IN, "q")))
def test_as_many_as_any_way_of_counting_gives(delegations, seats, acting):
    rule = house(*delegations)
    assert counted(rule, seats, (acting,), AMOUNT, NOW) == by_trying(rule, seats, (acting,))
