"""Every licence that can be offered comes to a policy that the gate can decide, and permits no more than it says."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.policy.rules import from_terms, vocabularies
from contracts.policy.schemas import LicenceTerms
from contracts.usage.gate import AccessRequest, Standing, compiled, decide
from contracts.usage.licences import PAYMENT, of_licence
from contracts.usage.reading import read
from tests.examples import examples

VOCABULARY = vocabularies().version("2026-11")
BUYER = "party:pty_01m8k6asmferfvb5tsxy7rg0s9"
NESTED = ["use", "process", "derive", "distribute-derived"]
PAID = Standing(fulfilled=frozenset({PAYMENT}))


@st.composite
def licences(draw: st.DrawFn) -> LicenceTerms:
    onward = draw(st.booleans())
    return LicenceTerms(
        actions=[*NESTED[: draw(st.integers(1, 4))], *(["provide", "license"] if onward else [])],
        purposes=draw(st.lists(st.sampled_from([w.code for w in VOCABULARY.body.purpose]), min_size=1, unique=True)),
        territory=draw(st.lists(st.sampled_from([w.code for w in VOCABULARY.body.territory]), min_size=1, unique=True)),
        environments=draw(
            st.lists(st.sampled_from([w.code for w in VOCABULARY.body.environment]), min_size=1, unique=True)
        ),
        term_days=draw(st.integers(1, 1825)),
        delegation_depth=draw(st.integers(1, 8)) if onward else 0,
        rows_max=draw(st.none() | st.integers(1, 10**9)),
        calls_max=draw(st.none() | st.integers(1, 10**9)),
        updates=draw(st.sampled_from(["none", "included"])),
    )


@settings(max_examples=examples(100), deadline=None)
@given(terms=licences(), action=st.sampled_from([*NESTED, "provide", "license", "store", "transfer"]))
def test_what_may_be_offered_can_be_decided(terms: LicenceTerms, action: str) -> None:
    policy = read(of_licence(from_terms(terms, VOCABULARY), "ast_1", "rev_1", BUYER))
    request = AccessRequest(
        asset="ast_1",
        revision="rev_1",
        action=action,
        at=datetime(2026, 6, 1, tzinfo=UTC),
        purpose=terms.purposes[0],
        place="CN-15" if terms.territory[0] == "CN-NM" else terms.territory[0],
        environment=terms.environments[0],
        recipient=(BUYER,),
    )
    assert decide(compiled(policy), request, PAID).permit is (action in terms.actions)
    assert not decide(compiled(policy), request, Standing()).permit
