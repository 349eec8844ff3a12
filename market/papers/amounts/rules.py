"""Pure rules of the tax that prices contain: computed for a document and rate, then allocated to its lines.

Tax that is rounded line by line differs from the tax of the whole; it is the whole that is owed. So the tax of all
lines of a rate is computed once, and one largest remainder gives each line its part (增值税法 art. 7, 8).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import floor
from typing import Final

from kernel.money import EXPONENTS, Money
from kernel.text import Text
from market.settlement.waterfall import net_of

UNIT_PRICE_PLACES: Final = 8
"""A net unit price is a quotient; quantity × price makes the line's amount to the minor unit."""


@dataclass(frozen=True, slots=True)
class Item:
    """What is invoiced, before its tax is known: the amount contains it. A reduction is an item below zero."""

    name: Text
    gross: Money
    rate: Decimal
    subject: str
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An item with its net amount and its tax, which make its gross amount; `unit_price` is net of tax."""

    item: Item
    net: Money
    tax: Money
    unit_price: str | None


@dataclass(frozen=True, slots=True)
class RateTotal:
    """What all lines of one rate come to."""

    rate: Decimal
    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        """Both together."""
        return self.net + self.tax


def allocate(total: int, exact: Sequence[Fraction]) -> list[int]:
    """Whole numbers near exact ones that sum to a total: the largest remainders get what is left over.

    Exact parts may be below zero. Raises ValueError for a total further than one unit a part from their sum.
    """
    parts = [floor(each) for each in exact]
    left = total - sum(parts)
    if not 0 <= left <= len(parts):
        raise ValueError(f"{total} is not the sum of these parts, rounded")
    by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for i in by_remainder[:left]:
        parts[i] += 1
    return parts


def taxed(items: Sequence[Item], known: Mapping[Decimal, Money] | None = None) -> tuple[list[Line], list[RateTotal]]:
    """The lines of a document and its totals by rate, rates rising; the net amount is rounded half-even.

    `known` is the tax of a rate as it was booked, where it was. Lines keep their order.
    """
    lines: dict[int, Line] = {}
    totals = []
    for rate in sorted({item.rate for item in items}):
        places = [at for at, item in enumerate(items) if item.rate == rate]
        of_rate = [items[at] for at in places]
        gross = sum((item.gross for item in of_rate), Money(0, of_rate[0].gross.currency))
        tax = (known or {}).get(rate, gross - net_of(gross, rate))
        exact = [Fraction(item.gross.minor * tax.minor, gross.minor or 1) for item in of_rate]
        for at, item, minor in zip(places, of_rate, allocate(tax.minor, exact), strict=True):
            part = Money(minor, gross.currency)
            lines[at] = Line(item, item.gross - part, part, _unit_price(item, item.gross - part))
        totals.append(RateTotal(rate, gross - tax, tax))
    return [lines[at] for at in range(len(items))], totals


def _unit_price(item: Item, net: Money) -> str | None:
    """The net price of a unit, without zeros at its end beyond the currency's places."""
    if not item.quantity:
        return None
    exact = Decimal(net.minor).scaleb(-EXPONENTS[net.currency]) / item.quantity
    rounded = exact.quantize(Decimal(1).scaleb(-UNIT_PRICE_PLACES), ROUND_HALF_EVEN)
    whole = round(rounded, EXPONENTS[net.currency])
    return f"{whole if whole == rounded else rounded.normalize():f}"


def credited(remaining: Sequence[RateTotal], money: Money, tax: Money | None = None) -> list[RateTotal]:
    """What a credit takes of each rate, split by what remains of it, and of that what is tax; the last empties both.

    `tax` is the tax that the books took back, where a single rate remains: as far as there is so much of it left,
    since credits by hand have rounded otherwise. Raises ValueError beyond what remains.
    """
    left = [each for each in remaining if each.gross.minor > 0]
    if not left or money.minor > sum(each.gross.minor for each in left) or money.minor <= 0:
        raise ValueError(f"{money} is more than remains")
    parts = money.split(*(each.gross.minor for each in left))
    made = []
    for each, part in zip(left, parts, strict=True):
        if tax is not None and len(left) == 1:
            of_tax = Money(min(max(tax.minor, (part - each.net).minor), each.tax.minor), tax.currency)
            made.append(RateTotal(each.rate, part - of_tax, of_tax))
            continue
        net, of_tax = part.split(each.net.minor, each.tax.minor)
        made.append(RateTotal(each.rate, net, of_tax))
    return [each for each in made if each.gross.minor]
