"""The life of an amendment."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class AmendmentState(StrEnum):
    """Where an amendment stands."""

    PROPOSED = "proposed"
    SIGNED_BY_ONE = "signed_by_one"
    AGREED = "agreed"
    IN_EFFECT = "in_effect"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    VOID = "void"


class AmendmentAction(StrEnum):
    """What can be done with an amendment."""

    SIGN_FIRST = "sign_first"
    COUNTERSIGN = "countersign"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    TAKE_EFFECT = "take_effect"
    FAIL = "fail"


_S, _A = AmendmentState, AmendmentAction
_PARTIES: Final = (Role.PROVIDER, Role.BUYER)

AMENDMENT: Final = Machine(
    "contracts.amendment",
    _S.PROPOSED,
    {
        (_S.PROPOSED, _A.SIGN_FIRST): step(_S.SIGNED_BY_ONE, *_PARTIES),
        (_S.PROPOSED, _A.DECLINE): step(_S.DECLINED, *_PARTIES),
        (_S.PROPOSED, _A.WITHDRAW): step(_S.WITHDRAWN, *_PARTIES),
        (_S.PROPOSED, _A.LAPSE): step(_S.LAPSED, Role.SYSTEM),
        (_S.SIGNED_BY_ONE, _A.COUNTERSIGN): step(_S.AGREED, *_PARTIES),
        (_S.SIGNED_BY_ONE, _A.DECLINE): step(_S.DECLINED, *_PARTIES),
        (_S.SIGNED_BY_ONE, _A.WITHDRAW): step(_S.WITHDRAWN, *_PARTIES),
        (_S.SIGNED_BY_ONE, _A.LAPSE): step(_S.LAPSED, Role.SYSTEM),
        (_S.AGREED, _A.TAKE_EFFECT): step(_S.IN_EFFECT, Role.SYSTEM),
        (_S.AGREED, _A.FAIL): step(_S.VOID, Role.SYSTEM),
    },
)
"""Who proposed withdraws, and the other declines. What is agreed for later fails where the agreement has ended by then,
or the title no longer carries it."""

OPEN: Final = (_S.PROPOSED, _S.SIGNED_BY_ONE)
"""Waiting for a signature."""

SIGNING: Final = (_A.SIGN_FIRST, _A.COUNTERSIGN)
"""What is done by signing."""
