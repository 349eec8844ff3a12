"""The life of a payment, and of an event that a gateway reports."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class PaymentState(StrEnum):
    """Where a payment stands."""

    OPENED = "opened"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class PaymentAction(StrEnum):
    """What can happen to a payment."""

    SUCCEED = "succeed"
    FAIL = "fail"
    CANCEL = "cancel"
    REFUND = "refund"
    REOPEN = "reopen"


PAYMENT: Final = Machine(
    "market.payment",
    PaymentState.OPENED,
    {
        (PaymentState.OPENED, PaymentAction.SUCCEED): step(PaymentState.SUCCEEDED, Role.SYSTEM, Role.CLEARING),
        (PaymentState.OPENED, PaymentAction.FAIL): step(PaymentState.FAILED, Role.SYSTEM),
        (PaymentState.OPENED, PaymentAction.CANCEL): step(PaymentState.CANCELLED, Role.BUYER, Role.SYSTEM),
        (PaymentState.SUCCEEDED, PaymentAction.REFUND): step(PaymentState.REFUNDED, Role.SYSTEM),
        # A refund that had succeeded has failed since: the money is owed again.
        (PaymentState.REFUNDED, PaymentAction.REOPEN): step(PaymentState.SUCCEEDED, Role.SYSTEM),
    },
)


class InboxState(StrEnum):
    """Where a reported event stands."""

    RECEIVED = "received"
    HANDLED = "handled"
    DEAD = "dead"


class InboxAction(StrEnum):
    """What is done with a reported event."""

    HANDLE = "handle"
    BURY = "bury"
    REVIVE = "revive"


INBOX: Final = Machine(
    "market.inbox_event",
    InboxState.RECEIVED,
    {
        (InboxState.RECEIVED, InboxAction.HANDLE): step(InboxState.HANDLED, Role.SYSTEM),
        (InboxState.RECEIVED, InboxAction.BURY): step(InboxState.DEAD, Role.SYSTEM),
        (InboxState.DEAD, InboxAction.REVIVE): step(InboxState.RECEIVED, Role.CLEARING, Role.OPERATOR),
    },
)
