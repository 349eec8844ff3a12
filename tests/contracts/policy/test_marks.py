"""Marks of copies as a term: read with every fault, said in both languages, compared, and never passed on."""

from typing import Any

import msgspec
import pytest

from contracts.policy.errors import TermInexpressible
from contracts.policy.marks import MarkedColumn, TableMarks, faults_of, text_of
from contracts.policy.rules import from_terms, marks_of, vocabularies
from contracts.terms.effects import explained
from contracts.usage.errors import PolicyInexpressible
from contracts.usage.reading import read
from contracts.usage.scope.tree import digest
from contracts.usage.tree import UsagePolicy, copies_digest
from tests.contracts.terms.test_terms import terms
from tests.contracts.usage.trees import PARTS
from tests.market.trade import LICENCE

FLIGHTS = TableMarks("flights", (MarkedColumn("delay", "1"), MarkedColumn("price", "0.01")), 200)
VOCABULARY = vocabularies().version("2026-11")


def test_what_is_said():
    said = text_of(FLIGHTS)
    assert said.zh == (
        "数据表“flights”的副本带有标记，以便查明流出的副本：“delay”至多相差 1、“price”至多相差 0.01；"
        "每 200 行约略去 1 行"
    )
    assert said.en == (
        "Copies of the table “flights” bear marks by which a leaked one is traced: values differ, “delay” by at most 1,"
        " “price” by at most 0.01; about one row in 200 is left out"
    )


def test_each_fault_has_its_place():
    twice = TableMarks("Flights", (MarkedColumn("a", "0.00"), MarkedColumn("a", "1")))
    found = [fault.pointer for fault in faults_of((FLIGHTS, twice), "/marks", "LT-CON-01")]
    assert found == ["/marks/1/table", "/marks/1/columns/0/step", "/marks/1/columns/1/column"]


@pytest.mark.parametrize("step", ["", "-1", "1e3", "01", ".5", "1.", "1.0000000000", "1000000000000", "NaN", "１"])
def test_a_step_is_a_plain_decimal_number(step: str):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"column": "a", "step": step}, MarkedColumn)


@pytest.mark.parametrize(
    "over",
    [
        {"delegation_depth": 1, "actions": ["use", "process", "license"]},
        {"environments": ["controlled"]},
        {"marks": [msgspec.to_builtins(FLIGHTS), msgspec.to_builtins(FLIGHTS)]},
    ],
)
def test_what_a_listing_cannot_offer(over: dict[str, Any]):
    """Copies that are passed on, copies of what stays, and a table twice."""
    offered = {**LICENCE, "marks": [msgspec.to_builtins(FLIGHTS)]}
    assert marks_of(offered) == (FLIGHTS,)
    from_terms(offered, VOCABULARY)
    with pytest.raises(TermInexpressible) as refused:
        from_terms({**offered, **over}, VOCABULARY)
    assert refused.value.rule == "LT-CON-01"
    assert any(fault.pointer.startswith("/licence/marks") for fault in refused.value.errors)


def test_what_is_handed_out_in_marked_copies_is_not_passed_on():
    policy = terms().licence
    deep = msgspec.structs.replace(
        policy.permissions[0], actions=(*policy.permissions[0].actions, "license"), depth_max=1
    )
    with pytest.raises(PolicyInexpressible) as refused:
        read(msgspec.structs.replace(policy, permissions=(deep,), marks=(FLIGHTS,)))
    assert "/permissions/0/depth_max" in [fault.pointer for fault in refused.value.errors]
    assert refused.value.rule == PolicyInexpressible.rule


def test_files_are_made_to_a_digest_of_their_own():
    """Two agreements of one scope share their files; with marks each has its own, and none where nothing is made."""
    policy = terms().licence
    scoped = msgspec.structs.replace(policy, scope=PARTS[:1])
    marked: UsagePolicy = msgspec.structs.replace(scoped, marks=(FLIGHTS,))
    assert copies_digest(policy, "agr_1") is None
    assert copies_digest(scoped, "agr_1") == copies_digest(scoped, "agr_2") == digest(PARTS[:1])
    own = {copies_digest(marked, agreement) for agreement in ("agr_1", "agr_2")}
    assert len(own | {copies_digest(scoped, "agr_1")}) == 3


def test_a_difference_says_what_is_wider():
    """A copy that differs less from the registered data is wider for its consumer."""
    old = _with(FLIGHTS)
    cases = {
        (): "wider",
        (FLIGHTS, TableMarks("weather", (MarkedColumn("t", "1"),))): "narrower",
        (TableMarks("flights", (MarkedColumn("delay", "2"), FLIGHTS.columns[1]), 200),): "narrower",
        (TableMarks("flights", (FLIGHTS.columns[0], MarkedColumn("price", "0.001")), 200),): "wider",
        (TableMarks("flights", FLIGHTS.columns[:1], 200),): "wider",
        (TableMarks("flights", FLIGHTS.columns, 100),): "narrower",
        (TableMarks("flights", FLIGHTS.columns),): "wider",
    }
    for marks, effect in cases.items():
        (place,) = explained(old, _with(*marks))
        assert (place.effect, place.whom) == (effect, "consumer"), place
        assert "副本标记" in place.zh
        assert "marks of copies" in place.en


def _with(*marks: TableMarks) -> Any:
    plain = terms()
    return msgspec.structs.replace(plain, policy=msgspec.structs.replace(plain.licence, marks=marks))
