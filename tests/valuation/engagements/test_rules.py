"""Pure rules of engagements, by property: who steps back, how long things are kept, what is signed."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kernel.time.clock import months_before
from valuation.engagements import rules
from valuation.engagements.rules import Dealing, Matter, Person

PARTIES = st.sampled_from(["firm", "client", "provider", "holder", "friend", "other"])
DAYS = st.dates(date(2020, 2, 29), date(2030, 12, 31))
DEALINGS = st.builds(
    Dealing,
    kind=st.sampled_from(["order", "agreement", "payment", "trade"]),
    reference=st.text(max_size=5),
    on=DAYS,
    parties=st.frozensets(PARTIES, min_size=2, max_size=2),
)
PEOPLE = st.lists(
    st.builds(
        Person, part=st.sampled_from(["first_valuer", "reviewer"]), id=st.just("p"), interests=st.frozensets(PARTIES)
    ),
    max_size=2,
)


def matter(dealings=(), people=(), **over):
    """A firm that has nothing to do with anybody, unless told otherwise."""
    plain = {"firm": "firm", "client": "client", "provider": "provider", "holders": frozenset({"holder"})}
    return Matter(**{**plain, **over}, people=tuple(people), dealings=tuple(dealings), other_clients=())


def test_nobody_is_tied_without_a_reason():
    assert list(rules.ties(matter())) == []


@given(st.lists(DEALINGS, max_size=8))
def test_a_firm_is_tied_by_dealings_with_those_concerned_and_by_no_other(dealings):
    found = {(tie.kind, tie.of) for tie in rules.ties(matter(dealings))}
    concerned = {"client", "provider", "holder"}
    met = {(d.kind, "firm") for d in dealings if "firm" in d.parties and (d.parties - {"firm"}) & concerned}
    assert found == met


@given(st.lists(DEALINGS, max_size=6), PEOPLE)
def test_more_facts_never_free_anybody(dealings, people):
    few = {(tie.kind, tie.of) for tie in rules.ties(matter(dealings[:3], people[:1]))}
    assert few <= {(tie.kind, tie.of) for tie in rules.ties(matter(dealings, people))}


@given(PEOPLE)
def test_an_interest_in_anybody_concerned_ties_the_person(people):
    found = {tie.of for tie in rules.ties(matter(people=people)) if tie.kind == "interest"}
    assert found == {p.part for p in people if p.interests & {"client", "provider", "holder"}}


@given(st.lists(DEALINGS, min_size=1, max_size=8))
def test_the_newest_dealing_of_each_kind_is_told(dealings):
    for tie in rules.ties(matter(dealings)):
        same = [d.on for d in dealings if d.kind == tie.kind and "firm" in d.parties]
        assert tie.on in same
        assert tie.fault.pointer == "/firm"


def test_the_firm_is_neither_client_nor_provider_nor_holder():
    assert {tie.kind for tie in rules.ties(matter(firm="client"))} == {"client"}
    assert {tie.kind for tie in rules.ties(matter(firm="provider"))} == {"provider"}
    assert {tie.kind for tie in rules.ties(matter(firm="holder"))} == {"holder"}


@given(DAYS, st.integers(15, 30))
def test_an_archive_is_kept_for_at_least_its_years(on, years):
    until = rules.kept_until(on, years)
    assert until.year - on.year == years or (on.month, on.day) > (12, 28)
    anniversary = date(on.year + years, on.month, min(on.day, 28))
    assert anniversary <= until <= anniversary + timedelta(days=3)


@given(DAYS, st.integers(1, 120))
def test_a_look_back_covers_its_months(on, months):
    start = months_before(on, months)
    assert (on.year - start.year) * 12 + on.month - start.month == months
    assert start.day <= on.day


@given(st.sampled_from(rules.SIGNED), st.text(max_size=5))
def test_every_part_of_what_is_signed_enters_the_digest(name, text):
    content = dict.fromkeys(rules.SIGNED, "x")
    changed = {**content, name: text}
    assert (rules.digest(content) == rules.digest(changed)) == (text == "x")
    assert rules.content_of({**content, "report": "y"}) == content
