"""Where a place of the tree stands in its ODRL form: what is there says the same."""

from typing import Any

import pytest
from hypothesis import given, settings

from contracts.usage.odrl import WORDED, to_odrl
from contracts.usage.odrl_places import odrl_place
from contracts.usage.tree import UsagePolicy
from tests.contracts.usage.cases import P
from tests.contracts.usage.trees import policies
from tests.examples import examples


def resolved(document: Any, pointer: str) -> Any:
    for part in pointer.removeprefix("/").split("/"):
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


@settings(max_examples=examples(100), deadline=None)
@given(policy=policies())
def test_at_the_place_stands_the_same_word(policy: UsagePolicy) -> None:
    document = to_odrl(policy, uid="urn:x")
    for kind in ("permissions", "prohibitions"):
        for at, rule in enumerate(getattr(policy, kind)):
            found = resolved(document, odrl_place(policy, f"/{kind}/{at}"))
            assert found["@id"] == f"urn:liutong:rule:{rule.id}"
            for k, action in enumerate(rule.actions):
                said = resolved(document, odrl_place(policy, f"/{kind}/{at}/actions/{k}"))
                assert said in (action, f"urn:liutong:action:{action}")
            for side, (_, prefix) in WORDED.items():
                for k, code in enumerate(getattr(rule, side)):
                    said = resolved(document, odrl_place(policy, f"/{kind}/{at}/{side}/{k}"))
                    assert said == {"@id": prefix + code}
    for at, duty in enumerate(policy.duties):
        assert resolved(document, odrl_place(policy, f"/duties/{at}/days"))["@id"] == f"urn:liutong:rule:{duty.id}"
    for at, rule in enumerate(policy.permissions):
        for name, operator in (("starts", "gteq"), ("ends", "lt")):
            if getattr(rule, name) is not None:
                there = resolved(document, odrl_place(policy, f"/permissions/{at}/{name}"))
                assert (there["leftOperand"], there["operator"]) == ("odrl:dateTime", operator)


@pytest.mark.parametrize(
    ("place", "pointer"),
    [
        # By hand from the base policy of the reference, whose first permission has two actions.
        ("/vocabulary", "/profile"),
        ("/asset", "/target"),
        ("/permissions/0/actions/1", "/permission/1/action"),
        ("/permissions/0/window_days", "/permission/0/constraint"),
        ("/permissions", "/permission"),
        ("/prohibitions/0", "/prohibition/0"),
        ("/exclusivity", "/permission/0/constraint"),
    ],
)
def test_by_hand(place: str, pointer: str) -> None:
    assert odrl_place(P, place) == pointer
