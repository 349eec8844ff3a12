"""The life of an order."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class OrderState(StrEnum):
    """Where an order stands."""

    PLACED = "placed"
    PAID = "paid"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"


class OrderAction(StrEnum):
    """What happens to an order."""

    PAY = "pay"
    CANCEL = "cancel"
    EXPIRE = "expire"
    DELIVER = "deliver"
    ACCEPT = "accept"
    SETTLE = "settle"
    REFUND = "refund"


ORDER: Final = Machine(
    "market.order",
    OrderState.PLACED,
    {
        (OrderState.PLACED, OrderAction.PAY): step(OrderState.PAID, Role.CLEARING, Role.SYSTEM),
        (OrderState.PLACED, OrderAction.CANCEL): step(OrderState.CANCELLED, Role.BUYER, Role.PROVIDER, Role.SYSTEM),
        (OrderState.PLACED, OrderAction.EXPIRE): step(OrderState.EXPIRED, Role.SYSTEM),
        (OrderState.PAID, OrderAction.DELIVER): step(OrderState.DELIVERED, Role.SYSTEM),
        (OrderState.PAID, OrderAction.REFUND): step(OrderState.REFUNDED, Role.CLEARING, Role.SYSTEM),
        (OrderState.DELIVERED, OrderAction.ACCEPT): step(OrderState.ACCEPTED, Role.BUYER, Role.SYSTEM),
        (OrderState.DELIVERED, OrderAction.REFUND): step(OrderState.REFUNDED, Role.CLEARING, Role.SYSTEM),
        (OrderState.ACCEPTED, OrderAction.SETTLE): step(OrderState.SETTLED, Role.SYSTEM),
    },
)

ENTITLING: Final = (OrderState.PAID, OrderState.DELIVERED, OrderState.ACCEPTED, OrderState.SETTLED)
"""The states in which a buyer holds the data or may fetch them."""
