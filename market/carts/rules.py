"""Pure rules of carts: their bounds and clock, their digest, and what a price that changed is told as."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, Final

from msgspec import Meta, Struct, to_builtins

from contracts.terms.prices import PriceTerms
from kernel.crypto import canonical
from kernel.money import Money
from kernel.rules import policy
from market.pricing.dues import upfront


class CartRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds of carts, and the days after which one that nobody touches is cleared."""

    lines_max: Annotated[int, Meta(ge=1, le=50)]
    carts_max: Annotated[int, Meta(ge=1, le=100)]
    untouched_days: Annotated[int, Meta(ge=1, le=365)]


RULES: Final = policy.load("carts", CartRules, "market.carts")


def due_at(at: datetime, table: CartRules) -> datetime:
    """When a cart is cleared that was touched at a moment and is not touched again."""
    return at + timedelta(days=table.untouched_days)


def digest(lines: Iterable[tuple[str, str, str, PriceTerms]]) -> str:
    """What is said yes to: each line's listing, purpose, use case and price, in their order (RFC 8785, SHA-256)."""
    return canonical.digest([[listing, purpose, use, to_builtins(price)] for listing, purpose, use, price in lines])


def summed(amounts: Iterable[Money]) -> Money | None:
    """The sum of amounts in one currency, what is free left out; None of different currencies.

    What is all free comes to nothing in the currency of what is free.
    """
    every = list(amounts)
    paid = [one for one in every if one.minor]
    if len({one.currency for one in paid}) > 1:
        return None
    currency = (paid or every)[0].currency if every else "CNY"
    return Money(sum(one.minor for one in paid), currency)


def price_said(price: PriceTerms, day: date) -> str:
    """A price as a refusal names it: what is due at the beginning, and that of a plan more follows."""
    return str(upfront(price, day))
