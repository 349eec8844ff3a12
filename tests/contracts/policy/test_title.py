"""The licence and the grant that it becomes say the same: one vocabulary, one containment."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.policy.rules import computing_only, from_terms, rights_of, vocabularies
from contracts.policy.schemas import LicenceTerms, Policy
from contracts.terms.conveyance import boxes
from contracts.usage.licences import of_licence
from kernel import ids
from rights.grants.box import Exclusivity
from rights.grants.parsing import place
from rights.grants.vocabulary import words
from rights.terms import Right

DAY = date(2026, 11, 23)
VOCABULARY = vocabularies().at(DAY)
KNOWN = words(VOCABULARY.meta.version)
BASIC = LicenceTerms(["use"], ["research"], ["CN"], 365)


def test_every_word_of_a_licence_is_a_word_of_grants() -> None:
    """A licence that can be offered can be written into the chain of title."""
    body = VOCABULARY.body
    assert {action.code for action in body.action} <= KNOWN.actions.keys()
    assert {word.code for word in body.purpose} <= KNOWN.purposes.bits.keys()
    assert all(KNOWN.is_place(place(word.code, KNOWN)) for word in body.territory)
    assert {word.code for word in body.environment} == KNOWN.environments.bits.keys()
    for action in body.action:
        assert set(KNOWN.actions[action.code].needs) <= {*action.needs, *(n for o in body.action for n in o.needs)}
    for word in body.environment:
        covered = body.covered([word.code])
        assert {code for code in covered if KNOWN.environments.bits[code] & ~KNOWN.environments.mask((word.code,))} == (
            set()
        )


def _closed(actions: frozenset[str]) -> tuple[str, ...]:
    found = set(actions)
    while missing := {need for code in found for need in KNOWN.actions[code].needs} - found:
        found |= missing
    return tuple(sorted(found))


def licences() -> st.SearchStrategy[Policy]:
    body = VOCABULARY.body
    some = lambda codes: st.frozensets(st.sampled_from(codes), min_size=1, max_size=3).map(lambda s: tuple(sorted(s)))  # noqa: E731
    volume = st.none() | st.integers(1, 5)

    def depth(licence: Policy) -> Policy:
        onward = licence.delegation_depth if "license" in licence.actions else 0
        return msgspec.structs.replace(licence, delegation_depth=onward)

    return st.builds(
        Policy,
        vocabulary=st.just(VOCABULARY.meta.version),
        actions=st.frozensets(st.sampled_from([a.code for a in body.action]), min_size=1).map(_closed),
        purposes=some([word.code for word in body.purpose]),
        territory=some([word.code for word in body.territory]),
        term_days=st.integers(1, 4),
        delegation_depth=st.integers(0, 2),
        environments=some([word.code for word in body.environment]),
        exclusivity=st.sampled_from(Exclusivity),
        rows_max=volume,
        calls_max=volume,
    ).map(depth)


@given(licences())
def test_rights_follow_from_the_actions(licence: Policy) -> None:
    rights = rights_of(licence)
    assert (Right.USE in rights) == bool({"use", "process", "derive"} & {*licence.actions})
    assert (Right.OPERATE in rights) == bool({"provide", "license", "distribute-derived"} & {*licence.actions})


def test_what_is_granted_goes_to_the_buyer_alone_for_the_longest_term_it_can_have() -> None:
    licence, buyer = from_terms(BASIC, VOCABULARY), ids.new("pty")
    (box,) = boxes(of_licence(licence, "ast_1", "rev_1", f"party:{buyer}"), DAY)
    assert (box.recipients, box.depth, box.exclusivity) == ((f"party:{buyer}",), 0, Exclusivity.ORDINARY)
    # Sixty days for paying, delivering and accepting, then a year whose last day is still within.
    assert (box.starts, box.ends) == (DAY, date(2028, 1, 23))
    assert boxes(of_licence(licence, "ast_1", "rev_1", "anyone"), DAY) == [
        msgspec.structs.replace(box, recipients=("anyone",))
    ]


@pytest.mark.parametrize(
    ("environments", "expected"),
    [
        (["any"], False),
        (["open"], False),
        (["open", "tee"], False),
        (["sandbox", "tee"], True),
        (["controlled"], True),
    ],
)
def test_computing_only_is_a_matter_of_where_it_is_used(environments: list[str], expected: bool) -> None:
    terms = msgspec.structs.replace(BASIC, environments=environments)
    assert computing_only(from_terms(terms, VOCABULARY), VOCABULARY.body) is expected
