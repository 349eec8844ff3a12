"""ODRL there and back: nothing is lost, and nothing that is not of the profile is read."""

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.usage.errors import PolicyInexpressible
from contracts.usage.odrl import to_odrl
from contracts.usage.odrl_reading import from_odrl
from contracts.usage.tree import UsagePolicy
from tests.contracts.usage.cases import P
from tests.contracts.usage.trees import policies
from tests.examples import examples

UID = "urn:liutong:agr_1"


@settings(max_examples=examples(200), deadline=None)
@given(policy=policies())
def test_there_and_back(policy: UsagePolicy) -> None:
    document = to_odrl(policy, uid=UID, assigner="urn:liutong:a", assignee="urn:liutong:b")
    assert from_odrl(document) == policy


@settings(max_examples=examples(100), deadline=None)
@given(policy=policies())
def test_it_has_the_shape_that_the_wire_takes(policy: UsagePolicy) -> None:
    """Dataspace Protocol 2025-1: a rule has one action, a text; numbers and moments are typed texts; no floats."""
    document = to_odrl(policy, uid=UID)
    assert document["@type"] == "Set"
    for rule in [*document["permission"], *document.get("prohibition", [])]:
        assert isinstance(rule["action"], str)
        for constraint in [one for listed in rule.get("constraint", []) for one in listed["and"]]:
            assert set(constraint) == {"leftOperand", "operator", "rightOperand"}
            assert constraint["operator"] in {"eq", "isAnyOf", "lteq", "lt", "gteq"}
            right = constraint["rightOperand"]
            for value in right if isinstance(right, list) else [right]:
                assert set(value) in ({"@id"}, {"@value", "@type"})
                assert all(isinstance(text, str) for text in value.values())


def document() -> dict[str, Any]:
    return to_odrl(P, uid=UID)


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        (["profile"], "https://w3id.org/other", "/profile"),
        (["obligation", 0, "action"], "odrl:delete", "/obligation/0/action"),
        (["permission", 0, "action"], "odrl:read", "/permission/0/action"),
        (["permission", 0, "remedy"], [], "/permission/0/remedy"),
        (["permission", 0, "constraint", 0], {"or": []}, "/permission/0/constraint"),
        (["permission", 0, "constraint", 0, "and", 0, "operator"], "isNoneOf", "/permission/0/constraint/0/and/0"),
        (["permission", 0, "constraint", 0, "and", 0, "leftOperand"], "odrl:media", "/permission/0/constraint/0/and/0"),
        (["conflict"], "perm", "/conflict"),
    ],
)
def test_what_is_not_of_the_profile_is_refused_with_its_pointer(path: list[Any], value: Any, pointer: str) -> None:
    changed = copy.deepcopy(document())
    at: Any = changed
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    if path[0] == "permission" and path[2:3] != ["action"]:
        changed["permission"] = changed["permission"][:1]
    with pytest.raises(PolicyInexpressible) as refused:
        from_odrl(changed)
    assert [fault.pointer for fault in refused.value.errors] == [pointer]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.slow
@settings(max_examples=examples(300), deadline=None)
@given(data=st.data(), policy=policies())
def test_whatever_stands_anywhere_is_read_or_refused(data: st.DataObject, policy: UsagePolicy) -> None:
    """A hostile document never breaks the reader: it is the same policy, another one, or a refusal."""
    changed = copy.deepcopy(to_odrl(policy, uid=UID))
    at: Any = changed
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(at[key], dict | list) and at[key] and data.draw(st.booleans()):
            at = at[key]
            continue
        at[key] = data.draw(_JSON)
        break
    with contextlib.suppress(PolicyInexpressible):
        from_odrl(changed)
