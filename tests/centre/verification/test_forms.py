"""A change of a document's form is seen: a new name at two levels, a name that has gone from the top, another kind."""

from copy import deepcopy
from types import SimpleNamespace

import pytest

from kernel import ids
from tests import forms


@pytest.fixture
def claims():
    """The claims of a stored invoice."""
    path = next(path for path in forms.samples() if forms.kind_of(path) == "invoice")
    return deepcopy(forms.read(path)["document"]["credentialSubject"])


def test_what_is_stored_is_no_news(claims):
    assert forms.news("invoice", claims) == []


def test_values_are_no_part_of_a_form(claims):
    claims["number"] = "FP-0"
    claims["lines"] *= 2
    assert forms.news("invoice", claims) == []


def test_a_name_more_is_seen_at_two_levels(claims):
    claims["lines"][0]["weight"] = {"unit": "kg"}
    claims["colour"] = "red"
    assert forms.news("invoice", claims) == ["/colour", "/lines/weight"]


def test_a_name_less_at_the_top_is_seen(claims):
    del claims["number"]
    assert "/number" not in forms.news("invoice", claims)
    assert forms.news("invoice", claims) == sorted(f"/{name}" for name in claims)


def test_another_kind_is_new(claims):
    assert set(forms.news("pro-forma-invoice", claims)) == set(forms.names(claims))


def test_ids_that_are_used_as_names_are_one():
    shares = {"shares": {ids.new("pty"): 1, ids.new("pty"): 2}}
    assert list(dict.fromkeys(forms.names(shares))) == ["/shares", "/shares/*"]


def test_the_stories_are_asked_and_no_other_test():
    story, other = next(iter(forms.STORIES)), forms.TESTS / "kernel" / "test_money.py"
    asked = [SimpleNamespace(path=path, fixturenames=["runtime"]) for path in (story, other)]
    for item in asked:
        forms.pytest_itemcollected(item)
    assert [item.fixturenames for item in asked] == [["runtime", "issued"], ["runtime"]]
