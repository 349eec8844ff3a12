"""The life of an agreement."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class AgreementState(StrEnum):
    """Where an agreement stands."""

    DRAFTED = "drafted"
    SIGNED_BY_ONE = "signed_by_one"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    DECLINED = "declined"
    TERMINATED = "terminated"
    EXPIRED = "expired"


class AgreementAction(StrEnum):
    """What can be done with an agreement."""

    SIGN_FIRST = "sign_first"
    COUNTERSIGN = "countersign"
    DECLINE = "decline"
    SUSPEND = "suspend"
    RESUME = "resume"
    TERMINATE = "terminate"
    EXPIRE = "expire"


_S, _A = AgreementState, AgreementAction
_PARTIES: Final = (Role.PROVIDER, Role.BUYER)
_WATCH: Final = (Role.OPERATOR, Role.REGULATOR)

AGREEMENT: Final = Machine(
    "contracts.agreement",
    _S.DRAFTED,
    {
        (_S.DRAFTED, _A.SIGN_FIRST): step(_S.SIGNED_BY_ONE, *_PARTIES),
        (_S.DRAFTED, _A.DECLINE): step(_S.DECLINED, *_PARTIES),
        (_S.DRAFTED, _A.TERMINATE): step(_S.TERMINATED, Role.SYSTEM),
        (_S.SIGNED_BY_ONE, _A.COUNTERSIGN): step(_S.IN_FORCE, *_PARTIES),
        (_S.SIGNED_BY_ONE, _A.DECLINE): step(_S.DECLINED, *_PARTIES),
        (_S.SIGNED_BY_ONE, _A.TERMINATE): step(_S.TERMINATED, Role.SYSTEM),
        (_S.IN_FORCE, _A.SUSPEND): step(_S.SUSPENDED, Role.PROVIDER, *_WATCH, Role.SYSTEM),
        (_S.SUSPENDED, _A.RESUME): step(_S.IN_FORCE, Role.PROVIDER, *_WATCH, Role.SYSTEM),
        (_S.SUSPENDED, _A.TERMINATE): step(_S.TERMINATED, Role.SYSTEM),
        (_S.SUSPENDED, _A.EXPIRE): step(_S.EXPIRED, Role.SYSTEM),
        (_S.IN_FORCE, _A.TERMINATE): step(_S.TERMINATED, Role.SYSTEM),
        (_S.IN_FORCE, _A.EXPIRE): step(_S.EXPIRED, Role.SYSTEM),
    },
)
"""The system terminates when the order that the agreement serves is cancelled, expires or is refunded, and when its
licence was given up or taken away; an agreement whose licence has had its last day has expired. While it is suspended
nothing is accessed; it resumes by itself when the time that was set is over. For arrears the system suspends, and
resumes it when they are paid."""

UNSIGNED: Final = (_S.DRAFTED, _S.SIGNED_BY_ONE)
"""The states in which an agreement waits for signatures."""

STANDING: Final = (_S.IN_FORCE, _S.SUSPENDED)
"""The states in which an agreement binds both parties."""
