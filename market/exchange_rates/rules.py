"""Converting by a stored rate, forth and back, with one rounding; pure."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Final

from msgspec import Meta, Struct

from kernel.money import EXPONENTS, Money
from kernel.rules import policy


class RatePolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How many days old a rate may be, and how many working days one waits for its second officer."""

    age_days_max: Annotated[int, Meta(ge=0, le=31)]
    confirm_working_days: Annotated[int, Meta(ge=1, le=10)]


POLICY: Final = policy.load("exchange-rates", RatePolicy, "market.exchange_rates")


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of `base` costs in `quote`."""

    base: str
    quote: str
    figure: Decimal


def converted(money: Money, rate: Rate) -> Money:
    """An amount in the rate's other currency, half to even; raises ValueError for one that is not of the pair."""
    by = Fraction(rate.figure)
    if money.currency == rate.base:
        currency, factor = rate.quote, by
    elif money.currency == rate.quote:
        currency, factor = rate.base, 1 / by
    else:
        raise ValueError(f"{money.currency} is not of the pair {rate.base}/{rate.quote}")
    places = EXPONENTS[currency] - EXPONENTS[money.currency]
    return Money(round(money.minor * factor * Fraction(10) ** places), currency)
