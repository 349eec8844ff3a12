"""The lives of a mandate, and of an order that an agent asks for under one."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class MandateState(StrEnum):
    """Where a mandate stands; whether its term runs is told by the clock and not by the state."""

    DRAFTED = "drafted"
    IN_FORCE = "in_force"
    REVOKED = "revoked"
    EXPIRED = "expired"


class MandateAction(StrEnum):
    """What happens to a mandate."""

    SIGN = "sign"
    REVOKE = "revoke"
    EXPIRE = "expire"


class MandateOrderState(StrEnum):
    """Where an agent's order stands; once it is placed, the order itself goes on."""

    AWAITING_APPROVAL = "awaiting_approval"
    PLACED = "placed"
    REJECTED = "rejected"
    LAPSED = "lapsed"


class MandateOrderAction(StrEnum):
    """What happens to an agent's order that needs a person's approval."""

    APPROVE = "approve"
    REJECT = "reject"
    LAPSE = "lapse"


_S, _A = MandateState, MandateAction

MANDATE: Final = Machine(
    "market.mandate",
    _S.DRAFTED,
    {
        (_S.DRAFTED, _A.SIGN): step(_S.IN_FORCE, Role.BUYER),
        (_S.DRAFTED, _A.REVOKE): step(_S.REVOKED, Role.BUYER),
        (_S.DRAFTED, _A.EXPIRE): step(_S.EXPIRED, Role.SYSTEM),
        (_S.IN_FORCE, _A.REVOKE): step(_S.REVOKED, Role.BUYER),
        (_S.IN_FORCE, _A.EXPIRE): step(_S.EXPIRED, Role.SYSTEM),
    },
)

_O, _D = MandateOrderState, MandateOrderAction

MANDATE_ORDER: Final = Machine(
    "market.mandate_order",
    _O.AWAITING_APPROVAL,
    {
        (_O.AWAITING_APPROVAL, _D.APPROVE): step(_O.PLACED, Role.BUYER),
        (_O.AWAITING_APPROVAL, _D.REJECT): step(_O.REJECTED, Role.BUYER),
        (_O.AWAITING_APPROVAL, _D.LAPSE): step(_O.LAPSED, Role.SYSTEM),
    },
    starts=frozenset({_O.PLACED}),
)
"""Within the amount that needs nobody's approval it begins as placed."""
