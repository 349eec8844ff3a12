"""The life of a refund."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class RefundState(StrEnum):
    """Where a refund stands; its money is set aside from `begun` on, and owed until it has `succeeded`."""

    PROPOSED = "proposed"
    REFUSED = "refused"
    LAPSED = "lapsed"
    BEGUN = "begun"
    SENT = "sent"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class RefundAction(StrEnum):
    """What happens to a refund."""

    APPROVE = "approve"
    REFUSE = "refuse"
    LAPSE = "lapse"
    SEND = "send"
    SUCCEED = "succeed"
    FAIL = "fail"
    RESEND = "resend"


_S, _A = RefundState, RefundAction

REFUND: Final = Machine(
    "market.refund",
    _S.PROPOSED,
    {
        (_S.PROPOSED, _A.APPROVE): step(_S.BEGUN, Role.CLEARING),
        (_S.PROPOSED, _A.REFUSE): step(_S.REFUSED, Role.CLEARING),
        (_S.PROPOSED, _A.LAPSE): step(_S.LAPSED, Role.SYSTEM),
        (_S.BEGUN, _A.SEND): step(_S.SENT, Role.SYSTEM),
        (_S.BEGUN, _A.SUCCEED): step(_S.SUCCEEDED, Role.CLEARING, Role.SYSTEM),
        (_S.BEGUN, _A.FAIL): step(_S.FAILED, Role.SYSTEM),
        (_S.SENT, _A.SUCCEED): step(_S.SUCCEEDED, Role.SYSTEM),
        (_S.SENT, _A.FAIL): step(_S.FAILED, Role.SYSTEM),
        (_S.SUCCEEDED, _A.FAIL): step(_S.FAILED, Role.SYSTEM),
        (_S.FAILED, _A.RESEND): step(_S.BEGUN, Role.CLEARING),
    },
    starts=frozenset({_S.BEGUN}),
)
"""A gateway takes back what had succeeded, days later too; what has failed is owed, and is sent again another way."""

ENDED: Final = (_S.REFUSED, _S.LAPSED)
"""Nothing was set aside, and nothing will be."""

OWED: Final = (_S.BEGUN, _S.FAILED)
"""The money is set aside and has not left."""
