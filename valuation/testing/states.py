"""The life of a third-party test, from the provider's order to the end of the result's validity."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class TestState(StrEnum):
    """Where a test stands."""

    ORDERED = "ordered"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    MEASURING = "measuring"
    MEASURED = "measured"
    SIGNED = "signed"
    TERMINATED = "terminated"
    REVOKED = "revoked"
    EXPIRED = "expired"


class TestAction(StrEnum):
    """What moves a test."""

    ACCEPT = "accept"
    DECLINE = "decline"
    MEASURE = "measure"
    COMPLETE = "complete"
    SIGN = "sign"
    TERMINATE = "terminate"
    REVOKE = "revoke"
    EXPIRE = "expire"


_S, _A = TestState, TestAction
_BOTH: Final = (Role.PROVIDER, Role.TESTER)

THIRD_PARTY_TEST: Final = Machine(
    "valuation.third-party-test",
    _S.ORDERED,
    {
        (_S.ORDERED, _A.ACCEPT): step(_S.ACCEPTED, Role.TESTER),
        (_S.ORDERED, _A.DECLINE): step(_S.DECLINED, Role.TESTER),
        (_S.ORDERED, _A.TERMINATE): step(_S.TERMINATED, Role.PROVIDER),
        (_S.ACCEPTED, _A.MEASURE): step(_S.MEASURING, Role.TESTER),
        (_S.ACCEPTED, _A.TERMINATE): step(_S.TERMINATED, *_BOTH),
        (_S.MEASURING, _A.COMPLETE): step(_S.MEASURED, Role.SYSTEM),
        (_S.MEASURING, _A.TERMINATE): step(_S.TERMINATED, *_BOTH),
        # What was measured may be measured again before it is signed, and nothing of it is thrown away in the log.
        (_S.MEASURED, _A.MEASURE): step(_S.MEASURING, Role.TESTER),
        (_S.MEASURED, _A.SIGN): step(_S.SIGNED, Role.TESTER),
        (_S.MEASURED, _A.TERMINATE): step(_S.TERMINATED, Role.TESTER),
        (_S.SIGNED, _A.REVOKE): step(_S.REVOKED, Role.TESTER, Role.OPERATOR, Role.REGULATOR),
        (_S.SIGNED, _A.EXPIRE): step(_S.EXPIRED, Role.SYSTEM),
    },
)
"""A provider that has seen the measures cannot end the test any more; only its tester can, and the log tells so."""
