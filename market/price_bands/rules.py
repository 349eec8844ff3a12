"""What lies in a price band: the nearest kind of trades of which there are enough, by exact quartiles; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from kernel.money import EXPONENTS, MINOR_MAX, Money
from kernel.rules import policy
from kernel.text import Text


class BandPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How many trades a band needs, how old they may be, and how many of the newest are looked at."""

    trades_min: Annotated[int, Meta(ge=3, le=1000)]
    days_max: Annotated[int, Meta(ge=30, le=3660)]
    considered_max: Annotated[int, Meta(ge=10, le=20_000)]


POLICY: Final = policy.load("price-band", BandPolicy, "market.price_bands")


class Nearness(StrEnum):
    """How like the trades of a band are to what is priced, the nearest first."""

    NEAR = "near"
    SIMILAR = "similar"
    BROAD = "broad"


NEARNESS: Final = {
    Nearness.NEAR: Text(
        "同行业、同分级、同种权利与排他性", "the same industry, level, rights and exclusivity of the licence"
    ),
    Nearness.SIMILAR: Text("同领域、同种权利", "the same field and rights of the licence"),
    Nearness.BROAD: Text("同领域", "the same field"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What is priced, by what makes trades alike."""

    industry: str
    field: str
    level: str | None
    right: str
    exclusivity: str

    def nearness(self, other: "Subject") -> Nearness | None:
        """How near another is; None for another field."""
        if self.field != other.field:
            return None
        if self.right != other.right:
            return Nearness.BROAD
        alike = (self.industry, self.level, self.exclusivity) == (other.industry, other.level, other.exclusivity)
        return Nearness.NEAR if alike and self.level is not None else Nearness.SIMILAR


@dataclass(frozen=True, slots=True)
class Trade:
    """A realised trade: what was paid for a year of its licence, and when."""

    subject: Subject
    year_price: Decimal
    dated: date


@dataclass(frozen=True, slots=True)
class Figures:
    """A quarter lies at or below `low`, half below `median`, three quarters at or below `high`."""

    low: Money
    median: Money
    high: Money
    n: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Realised:
    """The band of the nearest kind of trades of which there are enough, or how many there are of each."""

    figures: Figures | None
    nearness: Nearness | None
    counts: dict[Nearness, int]


def realised(subject: Subject, trades: Sequence[Trade], currency: str, policy: BandPolicy) -> Realised:
    """The band of realised trades; a nearer kind counts in the wider ones too. The same trades give the same band."""
    order = list(Nearness)
    told = [(near, trade) for trade in trades if (near := subject.nearness(trade.subject)) is not None]
    within = {kind: [trade for near, trade in told if order.index(near) <= at] for at, kind in enumerate(order)}
    counts = {kind: len(listed) for kind, listed in within.items()}
    for kind, listed in within.items():
        if len(listed) >= policy.trades_min:
            prices = [rounded(trade.year_price, currency) for trade in listed]
            return Realised(figures(prices, [trade.dated for trade in listed]), kind, counts)
    return Realised(None, None, counts)


def figures(prices: Sequence[Money], days: Sequence[date]) -> Figures:
    """Quartiles by nearest rank, and the middle one or the half of the two middle ones, half to even."""
    ordered = sorted(price.minor for price in prices)
    currency, n = prices[0].currency, len(ordered)
    low, high = ordered[-(-n // 4) - 1], ordered[-(-3 * n // 4) - 1]
    middle = Decimal(ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    median = int(middle.to_integral_value(ROUND_HALF_EVEN))
    return Figures(Money(low, currency), Money(median, currency), Money(high, currency), n, min(days), max(days))


def rounded(price: Decimal, currency: str) -> Money:
    """A price in whole minor units, half to even."""
    minor = int(price.scaleb(EXPONENTS[currency]).to_integral_value(ROUND_HALF_EVEN))
    return Money(min(minor, MINOR_MAX), currency)


def of_year(price: Money, days: int) -> Money:
    """What a price comes to for a year of 365 days of its licence."""
    return rounded(price.decimal * 365 / days, price.currency)
