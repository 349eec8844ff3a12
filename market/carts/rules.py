"""Pure rules of carts: their bounds and clock, their digest, and what a price that changed is told as."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Final

from msgspec import Meta, Struct, to_builtins

from contracts.terms.price.sentences import sentences
from contracts.terms.prices import Plan, PriceTerms
from kernel.crypto import canonical
from kernel.money import Money
from kernel.rules import policy
from kernel.text import Text
from market.pricing.dues import upfront


class CartRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds of carts, and the days after which one that nobody touches is cleared."""

    lines_max: Annotated[int, Meta(ge=1, le=50)]
    carts_max: Annotated[int, Meta(ge=1, le=100)]
    untouched_days: Annotated[int, Meta(ge=1, le=365)]


DIFFERING_SHOWN: Final = 5
"""So many sentences in which two plans differ are told; the others are counted."""

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


def prices_said(then: PriceTerms, now: PriceTerms, day: date) -> tuple[Text, Text]:
    """Two prices as a refusal names them: what is due at the beginning, and of plans the sentences that differ.

    The first amounts of two plans may be equal where what follows is not.
    """
    if not isinstance(then, Plan) and not isinstance(now, Plan):
        return _figure(then, day), _figure(now, day)
    before, after = sentences(then), sentences(now)
    return (
        _told(_figure(then, day), [one for one in before if one not in after]),
        _told(_figure(now, day), [one for one in after if one not in before]),
    )


def _figure(price: PriceTerms, day: date) -> Text:
    """What is due at the beginning of a price."""
    figure = str(upfront(price, day))
    return Text(figure, figure)


def _told(figure: Text, differing: Sequence[Text]) -> Text:
    """A figure with the sentences in which its plan differs from the other, the last ones counted."""
    shown, more = differing[:DIFFERING_SHOWN], len(differing) - DIFFERING_SHOWN
    zh, en = [one.zh for one in shown], [one.en for one in shown]
    if more > 0:
        zh, en = [*zh, f"另有 {more} 处"], [*en, f"and {more} more"]
    if not shown:
        return figure
    return Text(f"{figure.zh}（{'；'.join(zh)}）", f"{figure.en} ({'; '.join(en)})")
