"""The checklist decides by its answers alone, and asks for every one that it needs."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation.accounting.checklist import QUESTIONS, ChecklistAnswer, decide, faults, questions_for

WAYS = ("purchased", "developed", "other")
YES = {"controlled", "benefits", "measurable", "identifiable", "own_use"}
FIVE = {"feasible", "intended", "useful", "resourced", "attributable"}


def answers(acquisition, yes):
    return {question: ChecklistAnswer(question in yes, "as the file shows") for question in questions_for(acquisition)}


@pytest.mark.parametrize(
    ("acquisition", "yes", "kind"),
    [
        ("purchased", YES, "intangible"),
        ("other", YES, "intangible"),
        ("purchased", YES - {"own_use"} | {"for_sale"}, "inventory"),
        ("developed", YES - {"own_use"} | {"for_sale"}, "inventory"),
        ("purchased", YES - {"controlled"}, "unrecognised"),
        ("purchased", YES - {"benefits"}, "unrecognised"),
        ("purchased", YES - {"measurable"}, "unrecognised"),
        ("purchased", YES - {"identifiable"}, "unrecognised"),
        ("purchased", YES - {"own_use"}, "unrecognised"),
        ("developed", YES | FIVE | {"finished"}, "intangible"),
        ("developed", YES | FIVE, "development"),
        *[("developed", (YES | FIVE | {"finished"}) - {each}, "expense") for each in sorted(FIVE)],
    ],
)
def test_cases_by_hand(acquisition, yes, kind):
    given_ = answers(acquisition, yes)
    assert list(faults(acquisition, given_)) == []
    assert decide(acquisition, given_).classification == kind


def test_what_was_expensed_stays_expensed():
    found = decide("purchased", answers("purchased", YES | {"expensed_before"}))
    assert any("追溯" in reason.zh for reason in found.reasons)
    assert any("评估值" in reason.zh for reason in found.reasons)


def test_use_and_sale_exclude_each_other():
    found = list(faults("purchased", answers("purchased", YES | {"for_sale"})))
    assert [each.pointer for each in found] == ["/answers/for_sale"]


@given(st.sampled_from(WAYS), st.sets(st.sampled_from(sorted(QUESTIONS))))
def test_every_open_or_needless_answer_is_told(acquisition, given_):
    found = {each.pointer for each in faults(acquisition, {q: ChecklistAnswer(False, "x") for q in given_})}
    assert found == {f"/answers/{q}" for q in set(questions_for(acquisition)) ^ given_}


def test_a_yes_more_never_takes_an_asset_away():
    """Among answers that do not exclude each other, meeting one condition more never makes less of the data."""
    rank = {"unrecognised": 0, "expense": 1, "development": 2, "intangible": 3, "inventory": 3}
    questions = [q for q in questions_for("developed") if q not in ("for_sale", "expensed_before")]
    for bits in product((False, True), repeat=len(questions)):
        yes = {question for question, bit in zip(questions, bits, strict=True) if bit}
        before = rank[decide("developed", answers("developed", yes)).classification]
        for more in set(questions) - yes:
            assert rank[decide("developed", answers("developed", yes | {more})).classification] >= before
