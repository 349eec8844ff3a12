"""The life of a cart."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class CartState(StrEnum):
    """Where a cart stands."""

    OPEN = "open"
    PLACED = "placed"
    DISCARDED = "discarded"
    ABANDONED = "abandoned"


class CartAction(StrEnum):
    """What happens to a cart."""

    PLACE = "place"
    DISCARD = "discard"
    ABANDON = "abandon"


_S, _A = CartState, CartAction

CART: Final = Machine(
    "market.cart",
    _S.OPEN,
    {
        (_S.OPEN, _A.PLACE): step(_S.PLACED, Role.BUYER),
        (_S.OPEN, _A.DISCARD): step(_S.DISCARDED, Role.BUYER),
        (_S.OPEN, _A.ABANDON): step(_S.ABANDONED, Role.SYSTEM),
    },
)
"""A purchase that was placed lives on in its orders, each with its own clock."""
