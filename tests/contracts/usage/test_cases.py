"""The published acceptance cases of the gate, on its base policy, with the explanation that people get."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from contracts.usage.explanation import faults, reason
from contracts.usage.gate import AccessRequest, Decision, Factor, Standing, State, compiled, decide
from contracts.usage.tree import Prohibition, UsagePolicy
from tests.contracts.usage.cases import P

BUYER = ("party:pty_01m8k6asmferfvb5tsxy7rg0s9", "class:enterprise")
REQUEST = AccessRequest(
    asset="ast_1",
    action="use",
    at=datetime(2026, 6, 1, tzinfo=UTC),
    purpose="risk-control",
    place="CN-15",
    environment="sandbox",
    recipient=BUYER,
)
PAID = Standing(fulfilled=frozenset({"payment"}))


def asked(policy: UsagePolicy = P, standing: Standing = PAID, **changes: Any) -> Decision:
    return decide(compiled(policy), msgspec.structs.replace(REQUEST, **changes), standing)


def used(**meters: int) -> Standing:
    return msgspec.structs.replace(PAID, **meters)


def test_case_1_the_thousandth_use_is_permitted_by_the_licence() -> None:
    assert asked(standing=used(calls=999)) == Decision(permit=True, rule="licence")


def test_case_2_the_next_is_refused_with_used_wanted_and_allowed() -> None:
    standing = used(calls=1_000)
    decision = asked(standing=standing)
    assert decision == Decision(permit=False, rule=None, factor=Factor.COUNT, failed=(("licence", Factor.COUNT),))
    (fault,) = faults(P, REQUEST, standing, decision)
    assert (fault.pointer, fault.rule) == ("/policy/permissions/0/calls_max", "LT-CON-10")
    assert fault.detail.en == "there are no uses left for it (used 1000, wanted 1, at most 1000)"
    assert fault.detail.zh == "超出用次上限（已用 1000，本次 1，上限 1000）"


@pytest.mark.parametrize(("rows", "factor"), [(10, None), (11, Factor.VOLUME), (None, Factor.VOLUME)])
def test_case_3_rows_count_with_those_that_are_wanted(rows: int | None, factor: Factor | None) -> None:
    assert asked(standing=used(rows=9_990), rows=rows).factor is factor


@pytest.mark.parametrize(("hour", "minute", "second", "factor"), [(15, 59, 59, None), (16, 0, 0, Factor.TIME)])
def test_case_4_the_year_ends_in_china(hour: int, minute: int, second: int, factor: Factor | None) -> None:
    assert asked(at=datetime(2026, 12, 31, hour, minute, second, tzinfo=UTC)).factor is factor


def test_case_5_a_prohibition_stands_above_a_permission() -> None:
    wide = msgspec.structs.replace(P.permissions[0], actions=("use", "process", "provide"))
    decision = asked(msgspec.structs.replace(P, permissions=(wide,)), action="provide")
    assert (decision.permit, decision.rule, decision.factor) == (False, "no-onward", Factor.PROHIBITED)
    assert reason(decision, PAID).en == "the prohibition no-onward forbids it"


def test_case_6_an_environment_left_out_is_refused_and_prohibited() -> None:
    assert asked(environment=None).factor is Factor.ENVIRONMENT
    against = Prohibition(id="not-in-the-open", environments=("open",))
    decision = asked(msgspec.structs.replace(P, prohibitions=(against,)), environment=None)
    assert (decision.rule, decision.factor) == ("not-in-the-open", Factor.PROHIBITED)


def test_case_7_a_word_that_nobody_published_is_refused() -> None:
    assert asked(purpose="marketing!").factor is Factor.UNKNOWN


def test_case_9_a_duty_holds_it_up_until_it_is_fulfilled() -> None:
    decision = asked(standing=Standing())
    assert decision.factor is Factor.DUTY
    (fault,) = faults(P, REQUEST, Standing(), decision)
    assert fault.detail.en == "a duty is not fulfilled (the price is paid)"
    assert asked().permit


def test_case_10_suspended_means_at_once() -> None:
    decision = asked(standing=used(state=State.SUSPENDED))  # type: ignore[arg-type]
    assert decision.factor is Factor.STATE


def test_a_wider_permission_more_use_and_prohibitions_never_permit_more() -> None:
    """Refused stays refused when the policy narrows or the meters advance."""
    at_the_edge = used(calls=1_000)
    for policy in (
        P,
        msgspec.structs.replace(P, prohibitions=(*P.prohibitions, Prohibition(id="x", actions=("use",)))),
    ):
        assert not asked(policy, at_the_edge).permit
        assert not asked(policy, used(calls=1_001)).permit


def test_a_window_begins_with_the_first_access() -> None:
    windowed = msgspec.structs.replace(P, permissions=(msgspec.structs.replace(P.permissions[0], window_days=30),))
    assert asked(windowed).permit
    began = REQUEST.at - timedelta(days=30)
    late = msgspec.structs.replace(PAID, first_access=began)
    soon = msgspec.structs.replace(PAID, first_access=began + timedelta(microseconds=1))
    assert (asked(windowed, late).factor, asked(windowed, soon).permit) == (Factor.WINDOW, True)
