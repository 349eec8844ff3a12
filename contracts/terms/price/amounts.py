"""The most that a price can come to, in the time that its terms permit anything and in a year; pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from contracts.terms.conveyance import term_days
from contracts.terms.document import Terms
from contracts.terms.prices import (
    Bundle,
    Component,
    Entry,
    Every,
    Flat,
    Free,
    Instalments,
    Meter,
    Metered,
    OneOff,
    Package,
    Plan,
    PriceTerms,
    Recurring,
    cadence,
)
from kernel.money import EXPONENTS, MINOR_MAX, Money, MoneyView

YEAR_DAYS: Final = 365
"""The days for which the most that a price can come to in a year is reckoned."""

_UNKNOWN_PRICE_IN: Final = "CNY"
"""The currency of a fee that is a share of a price that nobody knows yet."""

FREE_CURRENCY: Final = "CNY"
"""The currency of what costs nothing."""

_SHORTEST_DAYS: Final = {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 28, Every.YEAR: 365}


def money(said: str, currency: str) -> Money:
    """An amount of a plan as money."""
    return Money.of(MoneyView(said, currency))


def exposure(terms: Terms, on: date) -> Money | None:
    """The most that terms can cost or bring while they permit anything; None where nothing is paid.

    A contract on services costs its fixed fee, or a share of a price that nobody knows yet: that has no bound.
    """
    if terms.policy is None:
        return Money.of(terms.price.amount) if isinstance(terms.price, OneOff) else Money(MINOR_MAX, _UNKNOWN_PRICE_IN)
    return most(terms.price, term_days(terms.policy, on), volumes(terms))


def yearly(terms: Terms, on: date) -> Money | None:
    """The most that terms can come to in a year, or in all their time where that is shorter.

    It is zero where nothing is paid, and None of a price on request, of which nothing is known.
    """
    if isinstance(terms.price, Free):
        return Money(0, FREE_CURRENCY)
    return most(terms.price, min(YEAR_DAYS, term_days(terms.licence, on)), volumes(terms))


def volumes(terms: Terms) -> dict[Meter, int]:
    """The most of each meter that the policy permits: where every permission bounds it, their sum."""
    found: dict[Meter, int] = {}
    for meter, name in ((Meter.CALL, "calls_max"), (Meter.ROW, "rows_max"), (Meter.SECOND, "seconds_max")):
        limits = [getattr(rule, name) for rule in terms.licence.permissions]
        if all(limit is not None for limit in limits):
            found[meter] = sum(limits)
    return found


def most(price: PriceTerms, days: int, bounds: Mapping[Meter, int] | None = None) -> Money | None:
    """The most that a price can come to in so many days; what has no bound comes to the most that money reaches.

    It is never less than what any usage within the bounds comes to. Of a price on request nothing is known: None.
    """
    if isinstance(price, OneOff):
        return Money.of(price.amount)
    if not isinstance(price, Plan):
        return None
    once = [part for part in price.components if isinstance(part, Entry | Bundle | Instalments)]
    total = sum(money(part.amount, price.currency).minor for part in once)
    lengths = {length for part in price.components if (length := cadence(part)) is not None}
    # What begins between two anchors begins with a part of a period, and has one more of them.
    anchored = {cadence(part) for part in price.components if isinstance(part, Recurring) and part.anchor_day}
    counts = {length: _periods(length, days) + (length in anchored) for length in lengths}
    periods = max(counts.values(), default=0)
    if price.maximum is not None and lengths:
        total += periods * money(price.maximum, price.currency).minor
        return Money(min(total, MINOR_MAX), price.currency)
    for part in price.components:
        if (length := cadence(part)) is not None:
            total += _part(part, price.currency, counts[length], bounds or {})
    if price.minimum is not None and lengths:
        total += periods * money(price.minimum, price.currency).minor
    return Money(min(total, MINOR_MAX), price.currency)


def _part(part: Component, currency: str, periods: int, bounds: Mapping[Meter, int]) -> int:
    """The most that one component charged by periods comes to in so many of them."""
    if isinstance(part, Recurring):
        return periods * money(part.amount, currency).minor
    if not isinstance(part, Metered):
        return MINOR_MAX  # A share of revenue has no bound.
    found = [MINOR_MAX]
    if part.cap is not None:
        found.append(periods * money(part.cap, currency).minor)
    if part.meter in bounds:
        found.append(_used(part, currency, bounds[part.meter], periods))
    return min(found)


def _used(part: Metered, currency: str, quantity: int, periods: int) -> int:
    """The most that a number of units costs, however they fall into periods; a begun package is a whole one."""
    tariff = part.tariff
    if isinstance(tariff, Package):
        return (quantity // tariff.size + periods) * money(tariff.price, currency).minor
    prices = [tariff.unit_price] if isinstance(tariff, Flat) else [tier.unit_price for tier in tariff.tiers]
    minor = [Decimal(price).scaleb(EXPONENTS[currency]) for price in prices]
    rounded = any(price % 1 for price in minor)  # A bill is rounded only where a unit costs a part of the least amount.
    return int(quantity * max(minor)) + (periods if rounded else 0)


def _periods(length: tuple[int, Every], days: int) -> int:
    """The most periods of a length that any number of days touches; in a year of months they are twelve and a bit."""
    every, unit = length
    if days == YEAR_DAYS and unit is Every.MONTH and 12 % every == 0:
        return 12 // every
    return -(-days // (every * _SHORTEST_DAYS[unit]))
