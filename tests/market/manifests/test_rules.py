"""Three things compared, field by field, and what is done about a product in each state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.listings.states import ListingState as S
from market.manifests.rules import DEFAULTS, Action, Change, Obstacle, ShelfState, decide, merge

pytestmark = pytest.mark.property

NAMES = ("asset", "title", "theme", *sorted(DEFAULTS))
VALUES = st.sampled_from(("a", "b", "c"))
SAID = st.dictionaries(st.sampled_from(NAMES), VALUES)
LIVE = st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES))


@given(SAID, SAID, LIVE)
def test_each_field_goes_where_the_three_say(wanted, applied, live):
    target = merge(wanted, applied, live).target
    for name in NAMES:
        if name in wanted:
            assert target[name] == wanted[name]
        elif name in applied and name in DEFAULTS:
            assert target[name] == DEFAULTS[name]
        else:
            assert target[name] == live[name]


@given(SAID, SAID, LIVE)
def test_carried_out_twice_it_changes_nothing_the_second_time(wanted, applied, live):
    once = merge(wanted, applied, live)
    twice = merge(wanted, wanted, once.target)
    assert (twice.changes, twice.drift, twice.target) == ((), (), once.target)


@given(SAID, SAID, LIVE)
def test_drift_is_what_was_left_otherwise_and_would_be_overwritten(wanted, applied, live):
    compared = merge(wanted, applied, live)
    expected = {name for name in applied if live[name] != applied[name] and compared.target[name] != live[name]}
    assert {change.field for change in compared.drift} == expected


def test_the_examples_of_the_three_ways():
    live = {**DEFAULTS, "title": "甲", "keywords": ["气象"], "appraisal": "apr_1"}
    assert merge({"title": "乙"}, {"title": "甲", "keywords": ["气象"]}, live).changes == (
        Change("keywords", ["气象"], []),
        Change("title", "甲", "乙"),
    )
    assert merge({"title": "乙"}, {"title": "丙"}, live).drift == (Change("title", "丙", "甲"),)
    assert merge({"title": "甲"}, {"title": "丙"}, live).drift == ()
    created = merge({"title": "甲"}, None, None)
    assert created.target == {**DEFAULTS, "title": "甲"}
    assert created.changes == (Change("title", None, "甲"),)


D, L, OFF = ShelfState.DRAFT, ShelfState.LISTED, ShelfState.DELISTED
NOTHING, REPLACE = (Action.NOTHING, None), (Action.REPLACE, None)


@pytest.mark.parametrize(
    ("status", "wanted", "same", "changed"),
    [
        (None, D, (Action.CREATE, None), (Action.CREATE, None)),
        (None, OFF, (Action.CREATE, Obstacle.NEVER_LISTED), (Action.CREATE, Obstacle.NEVER_LISTED)),
        (S.DRAFT, D, NOTHING, (Action.CHANGE, None)),
        (S.DRAFT, L, (Action.SUBMIT, None), (Action.CHANGE, None)),
        (S.DRAFT, OFF, (Action.NOTHING, Obstacle.NEVER_LISTED), (Action.NOTHING, Obstacle.NEVER_LISTED)),
        (S.SUBMITTED, L, NOTHING, (Action.NOTHING, Obstacle.AWAITS_REVIEW)),
        (S.SUBMITTED, D, (Action.NOTHING, Obstacle.AWAITS_REVIEW), (Action.NOTHING, Obstacle.AWAITS_REVIEW)),
        (S.LISTED, L, NOTHING, REPLACE),
        (S.SUSPENDED, L, NOTHING, REPLACE),
        (S.LISTED, D, (Action.NOTHING, Obstacle.NO_WAY_BACK), (Action.NOTHING, Obstacle.NO_WAY_BACK)),
        (S.LISTED, OFF, (Action.DELIST, None), (Action.DELIST, None)),
        (S.REJECTED, L, NOTHING, REPLACE),
        (S.REJECTED, OFF, NOTHING, NOTHING),
        (S.DELISTED, L, NOTHING, REPLACE),
        (S.DELISTED, OFF, NOTHING, NOTHING),
    ],
)
def test_what_is_done_in_each_state(status, wanted, same, changed):
    assert decide(status, wanted, changed=False, again=False, earlier_listed=False) == same
    assert decide(status, wanted, changed=True, again=False, earlier_listed=False) == changed


def test_what_ended_comes_back_only_when_that_is_meant():
    for status in (S.REJECTED, S.DELISTED):
        assert decide(status, L, changed=False, again=True, earlier_listed=False) == REPLACE
    assert decide(S.LISTED, L, changed=False, again=True, earlier_listed=False) == NOTHING
    assert decide(S.REJECTED, OFF, changed=False, again=False, earlier_listed=True) == (Action.DELIST, None)
