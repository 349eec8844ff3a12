"""Reading grants and conditions from outside: every fault named, one form for one meaning."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rights.grants.box import Exclusivity
from rights.grants.errors import GrantInexpressible
from rights.grants.parsing import place, read, read_condition
from rights.grants.schemas import ConditionTerms, GrantTerms
from rights.grants.vocabulary import Node, tree, words, words_at
from rights.terms import Right

WORDS = words("2026-11")


def terms(**over) -> GrantTerms:
    plain = {
        "rights": ["USE"],
        "purposes": ["risk-control"],
        "territory": ["CN-15"],
        "starts": "2026-12-01",
        "ends": "2027-12-01",
        "recipients": ["anyone"],
        "environments": ["any"],
        **over,
    }
    return msgspec.convert(plain, GrantTerms)


def faults(**over) -> list[str]:
    with pytest.raises(GrantInexpressible) as caught:
        read(terms(**over), WORDS)
    return [fault.pointer for fault in caught.value.errors]


def test_a_faultless_grant():
    grant = read(terms(), WORDS)
    assert grant.rights == (Right.USE,)
    assert grant.actions == ("derive", "process", "use")
    assert grant.exclusivity == Exclusivity.ORDINARY
    assert (grant.depth, grant.rows_max) == (0, None)


def test_every_unknown_word_is_named_at_once():
    assert faults(
        purposes=["risk-control", "fun"],
        territory=["CN-15", "CN-99", "XX"],
        recipients=["party:pty_1"],
        environments=["moon"],
        actions=["use", "steal"],
    ) == [
        "/actions/1",
        "/purposes/1",
        "/environments/0",
        "/territory/1",
        "/territory/2",
        "/recipients/0",
    ]


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"actions": ["derive", "use"]}, "/actions/0"),
        ({"actions": ["provide", "use"]}, "/actions/0"),
        ({"rights": ["USE", "OPERATE"], "actions": ["use"]}, "/rights/1"),
        ({"ends": "2026-12-01"}, "/ends"),
        ({"ends": "9999-01-01"}, "/ends"),
        ({"depth": 1}, "/depth"),
        ({"rights": ["OPERATE", "USE"], "depth": 9}, "/depth"),
    ],
)
def test_sides_that_contradict_each_other(over, pointer):
    assert faults(**over) == [pointer]


@given(st.permutations(["anti-fraud", "credit-assessment", "insurance-underwriting", "compliance-checking"]))
def test_equal_meanings_are_equal_values(purposes):
    spelled = read(terms(purposes=purposes, territory=["CN-NM", "CN-150102", "CN-150000"]), WORDS)
    assert spelled == read(terms(), WORDS)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("CN-NM", "CN-15"),
        ("CN-150000", "CN-15"),
        ("CN-150100", "CN-1501"),
        ("CN-150102", "CN-150102"),
        ("HK", "HK"),
        ("CN-000000", "CN-00"),
        ("CN-ZZ", "CN-ZZ"),
    ],
)
def test_places_have_one_form(sent, kept):
    assert place(sent, WORDS) == kept


@given(st.text(max_size=12))
def test_no_text_but_a_code_is_a_place_or_recipients(text):
    assert not WORDS.is_place(text) or text in WORDS.countries or text == "world" or text.startswith("CN-")
    assert not WORDS.is_recipient(f"party:{text}")


@pytest.mark.parametrize("code", ["CN-15\n", "CN-150102\n", "CN-１５", "HK\n", "cn-15", "CN-", "CN-150", "CN-00", ""])
def test_what_only_looks_like_a_place_is_none(code):
    assert not WORDS.is_place(place(code, WORDS))


def test_conditions():
    limit = read_condition(ConditionTerms(territory=["CN-NM"], ends=date(2027, 1, 1), depth=0), WORDS)
    assert limit.territory == ("CN-15",)
    assert limit.purposes is None
    for bad in (ConditionTerms(), ConditionTerms(purposes=["fun"])):
        with pytest.raises(GrantInexpressible):
            read_condition(bad, WORDS)


def test_the_release_holds_what_licences_are_made_of():
    """A licence of the market must be expressible as a grant without a translation table."""
    from contracts.policy.rules import vocabularies

    known = vocabularies().version("2026-11").body
    assert {action.code for action in known.action} <= set(WORDS.actions)
    assert {purpose.code for purpose in known.purpose} <= set(WORDS.purposes.bits)
    assert all(WORDS.is_place(place(territory.code, WORDS)) for territory in known.territory)
    assert words_at(date(2026, 11, 23)) is WORDS


@pytest.mark.parametrize(
    "nodes",
    [
        [Node("a", "", ""), Node("b", "", "")],
        [Node("a", "", ""), Node("a", "", "", "a")],
        [Node("a", "", ""), Node("c", "", "", "b"), Node("b", "", "", "a")],
    ],
)
def test_a_faulty_tree_stops_the_start(nodes):
    with pytest.raises(ValueError, match=r"tree|stands within"):
        tree(nodes)


def test_covering_is_the_fewest_words():
    purposes = WORDS.purposes
    assert purposes.covering(purposes.mask(("any",))) == ("any",)
    assert purposes.covering(0) == ()
    assert sum(purposes.bits[leaf] for leaf in purposes.leaves) == purposes.bits["any"]
