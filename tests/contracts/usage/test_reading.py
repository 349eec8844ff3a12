"""A policy that the gate could not decide is refused with all faults at once, each with its pointer and the cure."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from contracts.usage.errors import PolicyInexpressible
from contracts.usage.reading import read
from contracts.usage.tree import Duty, DutyKind, Permission, Prohibition, UsagePolicy
from tests.contracts.usage.cases import P
from tests.contracts.usage.trees import policies
from tests.examples import examples

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


def pointers(policy: UsagePolicy) -> set[str]:
    with pytest.raises(PolicyInexpressible) as refused:
        read(policy, "/policy")
    assert refused.value.rule == "LT-CON-09"
    assert all(fault.rule == "LT-CON-09" for fault in refused.value.errors)
    return {fault.pointer.removeprefix("/policy") for fault in refused.value.errors}


def changed(**sides: Any) -> UsagePolicy:
    return msgspec.structs.replace(P, permissions=(msgspec.structs.replace(P.permissions[0], **sides),))


def test_the_base_policy_is_read() -> None:
    assert read(P) is P


@settings(max_examples=examples(100), deadline=None)
@given(policy=policies())
def test_what_is_made_of_published_words_is_read_or_contradicts_itself(policy: UsagePolicy) -> None:
    try:
        read(policy)
    except PolicyInexpressible as refused:
        barred = [fault for fault in refused.errors if fault.pointer.count("/") == 2]
        assert barred == list(refused.errors)  # noqa: PT017 - most policies are read


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ({"purposes": ("marketing!",)}, {"/permissions/0/purposes/0"}),
        ({"purposes": ()}, {"/permissions/0/purposes"}),
        ({"purposes": ("research", "research")}, {"/permissions/0/purposes/1"}),
        ({"territory": ("CN-1",)}, {"/permissions/0/territory/0"}),
        ({"environments": ("moon",)}, {"/permissions/0/environments/0"}),
        ({"recipients": ("buyer",)}, {"/permissions/0/recipients/0"}),
        ({"actions": ("process",)}, {"/permissions/0/actions/0"}),
        ({"starts": NEW_YEAR}, {"/permissions/0/ends"}),
        ({"starts": datetime(2026, 1, 1)}, {"/permissions/0/starts"}),  # noqa: DTZ001 - that is the fault
        ({"depth_max": 2}, {"/permissions/0/depth_max"}),
        ({"duties": ("nothing",)}, {"/permissions/0/duties/0"}),
        ({"duties": ("deletion",)}, {"/permissions/0/duties/0"}),
    ],
)
def test_each_fault_is_named_by_its_pointer(sides: dict[str, Any], expected: set[str]) -> None:
    assert pointers(changed(**sides)) == expected


def test_all_faults_come_at_once() -> None:
    policy = UsagePolicy(
        vocabulary="2026-11",
        asset="ast_1",
        permissions=(
            Permission(
                id="a", actions=("sell",), purposes=(), territory=("CN",), environments=("any",), recipients=("x",)
            ),
        ),
        prohibitions=(Prohibition(id="a", territory=("Mars",)),),
        duties=(Duty(id="r", kind=DutyKind.REPORT), Duty(id="p", kind=DutyKind.PAY, days=3)),
    )
    assert pointers(policy) == {
        "/permissions/0/id",
        "/prohibitions/0/id",
        "/duties/0/days",
        "/duties/1/days",
        "/permissions/0/actions/0",
        "/permissions/0/purposes",
        "/permissions/0/recipients/0",
        "/prohibitions/0/territory/0",
    }


def test_a_permission_of_which_a_prohibition_leaves_nothing_is_a_contradiction() -> None:
    against = Prohibition(id="never", actions=("use", "process"), territory=("CN",))
    assert pointers(msgspec.structs.replace(P, prohibitions=(against,))) == {"/permissions/0"}


def test_words_of_no_release_are_one_fault() -> None:
    assert pointers(msgspec.structs.replace(P, vocabulary="2020-01")) == {"/vocabulary"}


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "3000-01-01T00:00:00Z"])
@pytest.mark.parametrize("side", ["starts", "ends"])
def test_a_moment_lies_within_the_years_that_days_can_be_counted_in(moment: str, side: str) -> None:
    found = pointers(changed(**{side: msgspec.convert(moment, datetime)}))
    assert f"/permissions/0/{side}" in found
