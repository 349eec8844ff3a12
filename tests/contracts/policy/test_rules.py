"""A licence is a box: reading it is exact, and its ODRL form says neither more nor less."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.policy.errors import TermInexpressible
from contracts.policy.odrl import to_odrl
from contracts.policy.rules import from_terms, vocabularies
from contracts.policy.schemas import LicenceTerms, Policy

VOCABULARY = vocabularies().version("2026-11")
ACTIONS = [action.code for action in VOCABULARY.body.action]
PURPOSES = [word.code for word in VOCABULARY.body.purpose]
TERRITORY = [word.code for word in VOCABULARY.body.territory]

TERMS = {"actions": ["use", "process"], "purposes": ["research", "risk-control"], "territory": ["CN"], "term_days": 365}


def subsets(codes: list[str], minimum: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.sets(st.sampled_from(codes), min_size=minimum).map(lambda found: tuple(sorted(found)))


def boxes(minimum: int = 0) -> st.SearchStrategy[Policy]:
    return st.builds(
        Policy,
        vocabulary=st.just("2026-11"),
        actions=subsets(ACTIONS, minimum),
        purposes=subsets(PURPOSES, minimum),
        territory=subsets(TERRITORY, minimum),
        term_days=st.integers(1 if minimum else -1, 1825),
    )


def test_terms_become_an_ordered_box() -> None:
    terms = LicenceTerms(["process", "use", "use"], ["risk-control", "research"], ["CN"], 365)
    assert from_terms(terms, VOCABULARY) == from_terms(TERMS, VOCABULARY)
    assert from_terms(TERMS, VOCABULARY).actions == ("process", "use")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"actions": ["use", "resell"]}, "/licence/actions/1"),
        ({"actions": ["use", "derive"]}, "/licence/actions/1"),
        ({"purposes": ["spying"]}, "/licence/purposes/0"),
        ({"territory": ["Mars"]}, "/licence/territory/0"),
        ({"term_days": 1826}, "/licence/term_days"),
        ({"term_days": 0}, "/licence"),
        ({"actions": []}, "/licence"),
        ({"delegation_depth": 1}, "/licence/delegation_depth"),
        ({"delegation_depth": 9}, "/licence"),
        ({"actions": ["use", "provide", "license"]}, "/licence/delegation_depth"),
        ({"environments": ["moon"]}, "/licence/environments/0"),
        ({"exclusivity": "mine"}, "/licence"),
        ({"rows_max": 0}, "/licence"),
        ({"recipients": "anyone"}, "/licence"),
        ({"exclusive": True}, "/licence"),
    ],
)
def test_an_unknown_term_cannot_be_expressed(change: dict[str, object], pointer: str) -> None:
    with pytest.raises(TermInexpressible) as refused:
        from_terms({**TERMS, **change}, VOCABULARY)
    assert [error.pointer for error in refused.value.errors] == [pointer]
    assert refused.value.rule == "LT-CON-01"


def test_a_missing_term_is_refused() -> None:
    for name in TERMS:
        with pytest.raises(TermInexpressible):
            from_terms({key: value for key, value in TERMS.items() if key != name}, VOCABULARY)


@given(boxes(1))
def test_odrl_permits_and_prohibits_every_action_of_the_vocabulary_exactly_once(box: Policy) -> None:
    said = to_odrl(box, VOCABULARY.body, uid="urn:x", target="urn:t", assigner="urn:a", assignee="urn:b")
    on_target = {term for p in said["permission"] if p["target"] == "urn:t" for term in p["action"]}
    prohibited = set(said["prohibition"][0]["action"])
    terms = {t for action in VOCABULARY.body.action for t in action.odrl}
    assert not on_target & prohibited
    assert on_target | prohibited == terms | {"grantUse", "transfer"}
    assert ("distribute" in prohibited) == ("provide" not in box.actions)
    assert ("grantUse" in prohibited) == ("license" not in box.actions)
    derived = [p for p in said["permission"] if p["target"] == "urn:t#derived"]
    assert bool(derived) == ("distribute-derived" in box.actions)


def test_odrl_says_who_where_and_how_long() -> None:
    box = from_terms(TERMS, VOCABULARY)
    said = to_odrl(box, VOCABULARY.body, uid="urn:x", target="urn:t", assigner="urn:a", assignee="urn:b")
    assert (said["@type"], said["conflict"], said["profile"]) == ("Agreement", "prohibit", "urn:liutong:odrl:2026-11")
    constraints = {c["leftOperand"]: (c["operator"], c["rightOperand"]) for c in said["permission"][0]["constraint"]}
    assert constraints == {
        "purpose": ("isAnyOf", ["urn:liutong:purpose:research", "urn:liutong:purpose:risk-control"]),
        "spatial": ("isAnyOf", ["urn:liutong:territory:CN"]),
        "elapsedTime": ("lteq", {"@value": "P365D", "@type": "xsd:duration"}),
        "recipient": ("eq", "urn:b"),
    }
    assert to_odrl(box, VOCABULARY.body, uid="urn:x", target="urn:t", assigner="urn:a")["@type"] == "Offer"
    assert to_odrl(box, VOCABULARY.body, uid="urn:x", target="urn:t")["@type"] == "Set"
    with pytest.raises(ValueError, match="does not know"):
        to_odrl(msgspec.structs.replace(box, actions=("sell",)), VOCABULARY.body, uid="urn:x", target="urn:t")
