"""What of an order's price a deposit of its buyer pays: asked when a payment is begun, taken when its money has come.

Who holds deposits lies above payments and registers itself.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from kernel.act import Act
from kernel.money import Money
from market.orders.models import Order


@dataclass(frozen=True, slots=True)
class Deposits:
    """A kind of deposit: what is held of it for an order, below its price, and how it is put into the escrow of one."""

    held: Callable[[Act, Order], Awaitable[Money | None]]
    set_off: Callable[[Act, Order, Money], Awaitable[None]]


DEPOSITS: Final[list[Deposits]] = []
"""Every kind; an order has a deposit of at most one of them."""


async def available(act: Act, order: Order) -> Money:
    """What a deposit pays of an order's price, nothing where none is held for it; the order is locked."""
    for kind in DEPOSITS:
        held = await kind.held(act, order)
        if held is not None:
            return held
    return Money(0, order.currency)


async def take(act: Act, order: Order, money: Money) -> None:
    """Put what a payment was lowered by into the order's escrow, in the unit that books the rest."""
    if not money.minor:
        return
    for kind in DEPOSITS:
        if await kind.held(act, order) == money:
            await kind.set_off(act, order, money)
            return
    raise RuntimeError(f"no deposit of {money} is held for {order.id} any more")
