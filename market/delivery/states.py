"""The life of a delivery (交付)."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PREPARED = "prepared"
    AVAILABLE = "available"
    RECEIVED = "received"


class DeliveryAction(StrEnum):
    """What happens to a delivery."""

    RELEASE = "release"
    CONFIRM = "confirm"


DELIVERY: Final = Machine(
    "market.delivery",
    DeliveryState.PREPARED,
    {
        (DeliveryState.PREPARED, DeliveryAction.RELEASE): step(DeliveryState.AVAILABLE, Role.SYSTEM),
        (DeliveryState.AVAILABLE, DeliveryAction.CONFIRM): step(DeliveryState.RECEIVED, Role.BUYER),
    },
)
