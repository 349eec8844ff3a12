"""What a joint agreement must say, and what two offers come to together."""

import msgspec
import pytest

from channels.computing import rules as computing
from channels.computing.schemas import SetOffer
from channels.joint import rules
from channels.joint.schemas import JointContent, JointTemplate
from channels.joint.states import (
    JOINT_AGREEMENT,
    JOINT_RUN,
    OPEN,
    WAITING,
    JointAgreementState,
    JointRunState,
)
from kernel.states import Role
from tests.channels.computing.story import OFFER
from tests.channels.joint.story import REACH
from tests.channels.joint.tables import SPENDING_OFFER
from tests.conftest import NOW

LIMITS = rules.RULES.at(NOW.date()).body
A, B = (msgspec.convert(each, SetOffer) for each in (OFFER, SPENDING_OFFER))
CONTENT = {
    "a": {"order_id": "ord_" + "0" * 26, "file": "wages.csv", "key_column": "person"},
    "b": {"order_id": "ord_" + "1" * 26, "file": "spending.csv", "key_column": "card"},
    "normalisation": "exact",
    "aggregates": True,
    "templates": [REACH],
    "units_min": 10,
    "recipients": ["b"],
    "term_days": 90,
}


def pointers(over, offers=(A, B), providers=("x", "y")):
    content = msgspec.convert({**CONTENT, **over}, JointContent)
    faults = list(rules.content_faults(content, providers, offers, LIMITS))
    assert {fault.rule for fault in faults} <= {"LT-JNT-01"}
    return [fault.pointer for fault in faults]


def test_a_sound_content_has_no_faults():
    assert pointers({}) == []
    templates = [msgspec.convert(REACH, JointTemplate)]
    limits = computing.RULES.at(NOW.date()).body
    assert list(rules.templates_faults(templates, [["least_age"]], LIMITS, limits)) == []


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"a": {**CONTENT["a"], "file": "x.csv"}}, "/a/file"),
        ({"b": {**CONTENT["b"], "key_column": "shop"}}, "/b/key_column"),
        ({"aggregates": False, "templates": []}, "/templates"),
        ({"units_min": 9}, "/units_min"),
        ({"term_days": 731}, "/term_days"),
        ({"recipients": ["a", "a"]}, "/recipients"),
    ],
)
def test_a_content_with_one_fault(over, pointer):
    assert pointers(over) == [pointer]


def test_both_sides_offer_and_are_of_different_providers():
    assert pointers({}, offers=(None, B)) == ["/a/order_id"]
    assert pointers({"aggregates": False}, offers=(None, None)) == []
    assert pointers({}, providers=("x", "x")) == ["/b/order_id"]
    many = msgspec.structs.replace(A, rows_per_unit=51)
    assert pointers({}, offers=(many, B)) == ["/aggregates"]


def test_templates_are_told_all_their_faults():
    one = msgspec.convert(REACH, JointTemplate)
    two = msgspec.convert({**REACH, "rows_max": 1_001}, JointTemplate)
    limits = computing.RULES.at(NOW.date()).body
    faults = list(rules.templates_faults([one, two], [["least_age"], ["other"]], LIMITS, limits))
    assert [fault.pointer for fault in faults] == [
        "/templates/1/code",
        "/templates/1/parameters",
        "/templates/1/rows_max",
    ]
    eleven = [msgspec.structs.replace(one, code=f"t{at}") for at in range(11)]
    faults = list(rules.templates_faults(eleven, [["least_age"]] * 10, LIMITS, limits))
    assert [fault.pointer for fault in faults] == ["/templates"]


def test_of_two_offers_the_stricter_promise_holds():
    """By hand: half the budget, five units more, two rows of each identifier of b to one of a."""
    strict = msgspec.structs.replace(
        B, micro_epsilon_per_query=500_000, pico_delta_per_query=10, units_min=12, rows_max=7, groups_per_unit=3
    )
    both = rules.joint_offer(A, strict, 10)
    assert (both.micro_epsilon_per_query, both.pico_delta_per_query, both.units_min, both.rows_max) == (
        500_000,
        10,
        12,
        7,
    )
    assert (both.rows_per_unit, both.groups_per_unit, both.unit) == (2, 1, "key")
    assert [each.column for each in both.dimensions] == ["a_region", "a_job", "a_age", "b_shop"]
    assert [each.column for each in both.measures] == ["a_pay", "b_spend"]
    assert rules.joint_offer(A, B, 40).units_min == 40


def test_nothing_that_waits_waits_for_ever():
    """Every state that something leaves has a step of the system's, and a clock."""
    for machine, states, clocked in (
        (JOINT_AGREEMENT, JointAgreementState, OPEN),
        (JOINT_RUN, JointRunState, WAITING),
    ):
        waiting = {state for state in states if not machine.is_final(state)}
        assert waiting == set(clocked)
        assert all(machine.actions(state, Role.SYSTEM) for state in waiting)


def test_all_three_are_told_that_the_centre_sees_both_tables():
    assert "the centre sees both tables" in rules.NOTICE.en
    assert "中心在计算时能看到双方的表" in rules.NOTICE.zh
