"""What offers, templates and parameters must say; and from when on a template is an agreement's."""

from datetime import UTC, datetime

import msgspec
import pytest

from channels.computing import rules
from channels.computing.schemas import SetOffer, WriteTemplate
from channels.computing.states import RUN, TEMPLATE, ComputingRunState, TemplateState
from kernel.states import Role
from tests.channels.computing.story import BY_RULE, OFFER
from tests.channels.computing.story import TEMPLATE as REVIEWED
from tests.conftest import NOW

COLUMNS = ["person", "region", "job", "age", "member", "since", "pay"]
LIMITS = rules.RULES.at(NOW.date()).body


def offer(**over):
    return msgspec.convert({**OFFER, **over}, SetOffer)


def template(**over):
    return msgspec.convert({**REVIEWED, **over}, WriteTemplate)


def pointers(faults):
    assert {fault.rule for fault in faults} <= {"LT-SBX-01", "LT-SBX-05"}
    return [fault.pointer for fault in faults]


def test_a_sound_offer_and_template_have_no_faults():
    assert rules.offer_faults(offer(), COLUMNS, LIMITS) == []
    assert rules.template_faults(template(), COLUMNS, ["least_age"], LIMITS) == []
    assert rules.template_faults(msgspec.convert(BY_RULE, WriteTemplate), COLUMNS, ["least_age"], LIMITS) == []


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"unit": "region"}, "/dimensions/0/column"),
        ({"micro_epsilon_per_query": 41}, "/micro_epsilon_per_query"),
        ({"micro_epsilon_per_query": 1_000_001}, "/micro_epsilon_per_query"),
        ({"micro_epsilon_per_product": 100_000_001}, "/micro_epsilon_per_product"),
        ({"pico_delta_per_query": 1_000_001}, "/pico_delta_per_query"),
        ({"units_min": 4}, "/units_min"),
        ({"rows_max": 1_001}, "/rows_max"),
        ({"dimensions": [{"column": "since", "kind": "date", "domain": ["2026-02-30"]}]}, "/dimensions/0/domain/0"),
        ({"dimensions": [{"column": "member", "kind": "boolean", "domain": [1]}]}, "/dimensions/0/domain/0"),
    ],
)
def test_an_offer_with_one_fault(over, pointer):
    assert pointers(rules.offer_faults(offer(**over), COLUMNS, LIMITS)) == [pointer]


@pytest.mark.parametrize(
    ("over", "named", "pointer"),
    [
        ({}, ["other"], "/parameters"),
        ({"parameters": [{"name": "least_age", "kind": "integer"}]}, ["least_age"], "/parameters/0/least"),
        ({"parameters": [{"name": "least_age", "kind": "text"}]}, ["least_age"], "/parameters/0/choices"),
        ({"release": "rule"}, ["least_age"], "/units_column"),
        ({"units_column": "units", "units_min": 10}, ["least_age"], "/units_column"),
        ({"release": "rule", "units_column": "units", "units_min": 4}, ["least_age"], "/units_min"),
        ({"rows_max": 1_001}, ["least_age"], "/rows_max"),
    ],
)
def test_a_template_with_one_fault(over, named, pointer):
    assert pointers(rules.template_faults(template(**over), COLUMNS, named, LIMITS)) == [pointer]
    assert pointers(rules.template_faults(template(**over), [], named, LIMITS)) == ["/file", pointer]


@pytest.mark.parametrize("value", [17, 81, "20", True, 20.5])
def test_a_parameter_beyond_its_type_or_bounds(value):
    assert pointers(rules.parameter_faults(template(), {"least_age": value})) == ["/parameters/least_age"]


def test_parameters_are_those_of_the_template():
    assert rules.parameter_faults(template(), {"least_age": 18}) == []
    assert pointers(rules.parameter_faults(template(), {"more": 1})) == ["/parameters/more", "/parameters/least_age"]


def day(number):
    return datetime(2026, 11, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("approved", "withdrawn", "in_force", "licensed"),
    [
        (None, None, 5, False),
        (3, None, 5, True),
        (7, None, 5, True),
        (3, 9, 5, True),
        (7, 9, 5, False),
        (3, 4, 5, False),
    ],
)
def test_a_withdrawn_template_stays_with_agreements_that_had_it(approved, withdrawn, in_force, licensed):
    days = [day(each) if each is not None else None for each in (approved, withdrawn, in_force)]
    assert rules.is_licensed(*days) is licensed


@pytest.mark.parametrize(
    ("name", "mib", "is_too_large"),
    [("a.csv", 512, False), ("a.csv", 513, True), ("A.CSV", 513, True), ("a.parquet", 513, False)],
)
def test_text_is_read_as_a_whole_and_has_a_bound(name, mib, is_too_large):
    assert rules.text_too_large(name, mib << 20, LIMITS) is is_too_large


def test_nothing_that_waits_waits_for_ever():
    """Every state that is not the last has a step of the system's, or is in force until its owner ends it."""
    for machine, kept in ((RUN, set()), (TEMPLATE, {TemplateState.APPROVED})):
        states = ComputingRunState if machine is RUN else TemplateState
        waiting = {state for state in states if any(machine.actions(state, role) for role in Role)}
        assert {state for state in waiting if not machine.actions(state, Role.SYSTEM)} == kept
