"""Laws of the grant algebra on random grants, each against the oracle's points."""

import random
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rights.grants import box, rules
from rights.grants.box import Dimension, Exclusivity, Grant
from rights.grants.conditions import Condition, beyond, narrowed
from rights.terms import Right
from tests.rights.grants import universe
from tests.rights.grants.generator import ROOT, grant, tree
from tests.rights.grants.test_oracle import line

seeds = st.integers(0, 2**32)
MEMBERS = universe.MEMBERS


def one(seed: int, like: Grant = ROOT) -> Grant:
    return grant(random.Random(seed), like, 6)


def near(seed: int, like: Grant) -> Grant:
    return grant(random.Random(seed), like, 1)


@given(seeds)
def test_containment_is_reflexive(seed):
    assert rules.contains(one(seed), one(seed))


@given(seeds, seeds, st.booleans())
def test_containment_is_antisymmetric(a, b, close):
    x = one(a)
    y = near(b, x) if close else one(b)
    if rules.contains(x, y, MEMBERS) and rules.contains(y, x, MEMBERS):
        assert x == y


@given(seeds, seeds, seeds)
def test_containment_is_transitive(a, b, c):
    x = one(a)
    y = near(b, x)
    z = near(c, y)
    if rules.contains(x, y, MEMBERS) and rules.contains(y, z, MEMBERS):
        assert rules.contains(x, z, MEMBERS)


@given(seeds, seeds)
def test_containment_is_that_of_points(a, b):
    x, y = one(a), one(b)
    for other in (y, near(b, x)):
        assert rules.contains(x, other, MEMBERS) == universe.permitted(x, other, passed_on=0)
        assert rules.contains(x, other, MEMBERS) == (rules.violations(x, other, MEMBERS) == [])


@given(seeds, seeds)
def test_overlap_is_that_of_points_and_symmetric(a, b):
    x, y = one(a), one(b)
    expected = universe.meaning(x).points & universe.meaning(y).points != 0
    assert rules.overlaps(x, y, MEMBERS) == expected == rules.overlaps(y, x, MEMBERS)


@given(seeds, seeds)
def test_a_membership_that_is_not_told_never_widens(a, b):
    """Not knowing who belongs where refuses more and rules less out."""
    x, y = one(a), one(b)
    if rules.contains(x, y):
        assert rules.contains(x, y, MEMBERS)
    if rules.overlaps(x, y, MEMBERS):
        assert rules.overlaps(x, y)


@given(seeds, seeds)
def test_the_meet_is_the_common_points_and_lies_in_both(a, b):
    x, y = one(a), one(b)
    common = universe.meaning(x).points & universe.meaning(y).points
    found = rules.meet(x, y, MEMBERS)
    if found is None:
        # Two classes may share parties that no word names; everything else shares a word or no point.
        both_classes = any(t.startswith("class:") for t in x.recipients) and any(
            t.startswith("class:") for t in y.recipients
        )
        assert common == 0 or both_classes or _needs_unmet(x, y)
        return
    assert universe.meaning(found).points & ~common == 0
    assert rules.contains(x, found, MEMBERS)
    assert rules.contains(y, found, MEMBERS)


def _needs_unmet(x: Grant, y: Grant) -> bool:
    """The common actions all need one that is not common."""
    known = {"process": "use", "derive": "process", "license": "provide"}
    common = set(x.actions) & set(y.actions)
    return bool(common) and all(known.get(action) not in (None, *common) for action in common)


@given(seeds, seeds, seeds)
def test_whatever_lies_in_both_lies_in_the_meet(a, b, c):
    x = one(a)
    y = near(b, x)
    z = near(c, y)
    if rules.contains(x, z) and rules.contains(y, z):
        found = rules.meet(x, y)
        assert found is not None
        assert rules.contains(found, z)


@given(seeds)
def test_chains_name_the_first_edge_that_does_not_hold(seed):
    nodes = tree(random.Random(seed), 6)
    for at in range(len(nodes)):
        positions = list(reversed(line(nodes, at)))
        links = [nodes[position][1] for position in positions]
        chain, wanted = links[:-1], links[-1]
        for onward in (False, True):
            passed = [1] * (len(links) - 2) + [int(onward)]
            bad = [
                edge
                for edge in range(1, len(links))
                if not universe.permitted(links[edge - 1], links[edge], passed_on=passed[edge - 1])
            ]
            breach = rules.chain_violations(chain, wanted, MEMBERS, onward=onward)
            if not chain:
                assert breach is not None
                assert breach.edge == 0
            else:
                assert (breach.edge if breach else None) == (bad[0] if bad else None)


@given(seeds)
def test_one_byte_form(seed):
    x = one(seed)
    assert box.decode(msgspec.json.decode(box.encode(x))) == x
    assert box.decode(box.stored(x)) == x
    assert box.encode(x) == box.encode(box.decode(box.stored(x)))


UNKNOWN = [
    {"actions": ("provide", "sell")},
    {"purposes": ("anything",)},
    {"environments": ("cloud",)},
    {"territory": ("Atlantis",)},
    {"territory": ("CN-99",)},
    {"territory": ("CN-1500",)},
    {"territory": ("CN-150000",)},
    {"recipients": ("everybody",)},
    {"recipients": ("class:poets",)},
    {"recipients": ("party:x",)},
    {"vocabulary": "2031-01"},
]


@pytest.mark.parametrize("strange", UNKNOWN, ids=str)
def test_unknown_words_are_refused_on_either_side(strange):
    """Even where the parent covers everything, and even where both use the same unknown word."""
    odd = msgspec.structs.replace(ROOT, **strange)
    assert not rules.contains(ROOT, odd)
    assert not rules.contains(odd, odd)
    assert rules.meet(odd, ROOT) is None or rules.contains(ROOT, rules.meet(odd, ROOT))


EMPTY = ["rights", "actions", "purposes", "territory", "recipients", "environments"]


@pytest.mark.parametrize("side", EMPTY)
def test_a_side_that_says_nothing_grants_nothing(side):
    silent = msgspec.structs.replace(ROOT, **{side: ()})
    assert not rules.contains(ROOT, silent)
    assert not rules.contains(silent, ROOT)


@pytest.mark.parametrize(
    ("wider", "dimension"),
    [
        ({"rights": (Right.HOLD, Right.USE)}, Dimension.RIGHT),
        ({"actions": ("store", "use")}, Dimension.ACTION),
        ({"ends": date(2026, 11, 6)}, Dimension.TERM),
        ({"starts": date(2026, 10, 31)}, Dimension.TERM),
        ({"ends": universe.DAY}, Dimension.TERM),
        ({"depth": 5}, Dimension.DEPTH),
        ({"depth": -1}, Dimension.DEPTH),
        ({"rows_max": 0}, Dimension.VOLUME),
    ],
)
def test_the_side_that_reaches_out_is_named(wider, dimension):
    found = rules.violations(ROOT, msgspec.structs.replace(ROOT, **wider))
    assert [violation.dimension for violation in found] == [dimension]


def test_naming_every_part_of_a_closed_tree_is_naming_it_and_of_an_open_one_is_not():
    every = ("anti-fraud", "compliance-checking", "credit-assessment", "insurance-underwriting")
    parts = msgspec.structs.replace(ROOT, purposes=every)
    assert rules.contains(parts, msgspec.structs.replace(ROOT, purposes=("risk-control",)))
    provinces = msgspec.structs.replace(ROOT, territory=tuple(f"CN-{n}" for n in (11, 12, 13, 14, 15)))
    assert not rules.contains(provinces, msgspec.structs.replace(ROOT, territory=("CN",)))


def test_what_others_have_taken_is_not_there_to_give():
    parent = msgspec.structs.replace(ROOT, rows_max=10, calls_max=None)
    taken = [msgspec.structs.replace(ROOT, rows_max=6), msgspec.structs.replace(ROOT, rows_max=3)]
    left = rules.left_of(parent, taken)
    assert (left.rows_max, left.calls_max) == (1, None)
    assert rules.contains(left, msgspec.structs.replace(ROOT, rows_max=1))
    assert not rules.contains(left, msgspec.structs.replace(ROOT, rows_max=2))
    assert not rules.contains(rules.left_of(parent, [parent, parent]), msgspec.structs.replace(ROOT, rows_max=1))


@given(seeds, seeds)
def test_narrowing_on_some_sides_never_widens(a, b):
    x, y = one(a), one(b)
    sides = (Dimension.PURPOSE, Dimension.TERRITORY, Dimension.TERM)
    found = narrowed(x, y, sides, MEMBERS)
    if found is not None:
        assert rules.contains(x, found, MEMBERS)
        assert {violation.dimension for violation in rules.violations(y, found, MEMBERS)}.isdisjoint(sides)
    elif x.starts < y.ends and y.starts < x.ends:
        common = universe.meaning(msgspec.structs.replace(x, purposes=y.purposes, territory=y.territory)).points
        assert common & universe.meaning(x).points == 0


@given(seeds, seeds)
def test_a_condition_limits_the_sides_that_it_names(a, b):
    x, y = one(a), one(b)
    condition = Condition(purposes=y.purposes, territory=y.territory, exclusivity=y.exclusivity)
    sides = {Dimension.PURPOSE, Dimension.TERRITORY, Dimension.EXCLUSIVITY}
    expected = {v.dimension for v in rules.violations(y, x, MEMBERS)} & sides
    assert {violation.dimension for violation in beyond(x, condition, MEMBERS)} == expected


def test_exclusive_conflict_looks_at_the_field_and_not_at_whom():
    to_a = msgspec.structs.replace(ROOT, recipients=(universe.A,), territory=("CN-15",))
    to_b = msgspec.structs.replace(
        ROOT, recipients=(universe.B,), territory=("CN-150102",), exclusivity=Exclusivity.ORDINARY
    )
    elsewhere = msgspec.structs.replace(to_b, territory=("CN-11",))
    assert rules.exclusive_conflicts([to_a], to_b) == [to_a]
    assert rules.exclusive_conflicts([to_b], to_a) == [to_b]
    assert rules.exclusive_conflicts([to_a], elsewhere) == []
    assert not rules.overlaps(to_a, to_b)
    ordinary = msgspec.structs.replace(to_a, exclusivity=Exclusivity.ORDINARY)
    assert rules.exclusive_conflicts([ordinary], to_b) == []


def test_recipients_are_admitted_by_name_by_class_or_all():
    lenders = msgspec.structs.replace(ROOT, recipients=("class:lender",))
    assert rules.admits(ROOT, universe.B)
    assert rules.admits(lenders, universe.A, MEMBERS)
    assert not rules.admits(lenders, universe.A)
    assert not rules.admits(lenders, universe.B, MEMBERS)
