"""Pure rules of title that stories reach only in part, and the agreement of the policies with the published words."""

from datetime import date

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from rights.grants import rules as algebra
from rights.grants.box import Exclusivity
from rights.grants.vocabulary import words
from rights.terms import Right
from rights.title import policy, rules
from rights.title.policy import RightsAct
from rights.title.rules import Link

WORDS = words("2026-11")
ROOT = rules.root_box(list(Right), date(2026, 11, 1), date(2031, 11, 1), WORDS, exclusive=True)
rights_given = st.sets(st.sampled_from(list(Right)), min_size=1)


def chain_of(*grants):
    """Links in a row."""
    return [Link(str(n), "a", str(n - 1) if n else None, None, "p", grant, True) for n, grant in enumerate(grants)]


def test_policies_speak_in_published_words():
    for version in policy.titles().versions:
        for kind in version.body.lineage:
            assert set(kind.needs) == set(Right)
            for needed in kind.needs.values():
                assert set(needed) <= set(WORDS.actions)
    for version in policy.remarks().versions:
        for kind in version.body.remark:
            assert kind.blocks
            assert kind.condition == "refused" or {RightsAct.GRANT, RightsAct.EXERCISE} & set(kind.blocks)


@given(rights_given, st.booleans())
def test_a_root_holds_what_its_rights_contain_and_no_more(rights, exclusive):
    box = rules.root_box(rights, date(2026, 11, 1), date(2031, 11, 1), WORDS, exclusive=exclusive)
    assert algebra.contains(ROOT, box)
    assert set(box.rights) == rights
    assert {WORDS.actions[action].right for action in box.actions} == rights
    assert (box.depth > 0) == (Right.OPERATE in rights)
    assert box.ends == date(2031, 11, 2)


@given(rights_given)
def test_an_upstream_wish_needs_its_actions_and_keeps_the_carried_sides(rights):
    wanted = msgspec.structs.replace(ROOT, rights=tuple(rights), territory=("CN-15",), purposes=("research",))
    for kind in policy.titles().versions[-1].body.lineage:
        implied = rules.upstream_wish(ROOT, wanted, kind)
        assert set(implied.actions) == {action for right in rights for action in kind.needs[right]}
        assert implied.territory == ("CN-15",)
        assert implied.purposes == (("research",) if kind.code == "product-of" else ("any",))
        assert algebra.contains(ROOT, implied)


@given(st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd")), st.sampled_from(list(RightsAct)))
def test_consents_are_missing_only_for_dispositions_of_the_title_itself(holders, consenting, act):
    ordinary = msgspec.structs.replace(ROOT, exclusivity=Exclusivity.ORDINARY)
    for wanted in (ROOT, ordinary):
        missing = rules.missing_consents(act, wanted, chain_of(ROOT), holders, consenting)
        disposes = act in (RightsAct.TRANSFER, RightsAct.SECURE) or (act == RightsAct.GRANT and wanted is ROOT)
        assert set(missing) == (holders - consenting if disposes else set())
        assert rules.missing_consents(act, wanted, chain_of(ROOT, ROOT), holders, consenting) == ()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 4), st.integers(2, 5)), max_size=4))
def test_shares_without_fault_make_up_a_whole(shares):
    faults = rules.share_faults("a", shares)
    parties = [party for party, _, _ in shares]
    whole = sum(60 * n // d for _, n, d in shares) == 60
    assert (not faults) == (whole and len(set(parties)) == len(parties) and "a" in parties)


def test_an_ended_link_breaks_the_chain_where_it_stands():
    links = chain_of(ROOT, msgspec.structs.replace(ROOT, depth=7), msgspec.structs.replace(ROOT, depth=6))
    wanted = msgspec.structs.replace(ROOT, depth=5)
    assert rules.chain_finding("a", links, wanted) is None
    for at in range(3):
        broken = [Link(link.id, "a", link.parent_id, None, "p", link.grant, link.id != str(at)) for link in links]
        found = rules.chain_finding("a", broken, wanted)
        assert found is not None
        assert (found.edge, found.to_id) == (at, str(at))
