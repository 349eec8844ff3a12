"""What a number of units costs by a tariff, exactly; pure."""

from decimal import Decimal
from functools import lru_cache

from contracts.terms.prices import Flat, Graduated, Package, Tariff, Volume
from kernel.money import EXPONENTS
from market.pricing.lines import ONE


def price(tariff: Tariff, units: int) -> tuple[int, str]:
    """What so many units cost, in 10^-10 of major units, and how that was reckoned; nothing costs nothing."""
    if isinstance(tariff, Flat):
        return units * number(tariff.unit_price), f"{units} × {tariff.unit_price}"
    if isinstance(tariff, Package):
        packages = -(-units // tariff.size)
        return packages * number(tariff.price), f"⌈{units} / {tariff.size}⌉ × {tariff.price}"
    if isinstance(tariff, Volume):
        unit_price = next(tier.unit_price for tier in tariff.tiers if tier.up_to is None or units <= tier.up_to)
        return units * number(unit_price), f"{units} × {unit_price}"
    return _graduated(tariff, units)


def _graduated(tariff: Graduated, units: int) -> tuple[int, str]:
    total, below, said = 0, 0, []
    for tier in tariff.tiers:
        within = units - below if tier.up_to is None else min(units, tier.up_to) - below
        total += within * number(tier.unit_price)
        said.append(f"{within} × {tier.unit_price}")
        below += within
        if below == units:
            break
    return total, " + ".join(said)


def unit_price(tariff: Tariff, units: int) -> str | None:
    """The price of each unit, where they all have the same one."""
    if isinstance(tariff, Flat):
        return tariff.unit_price
    if isinstance(tariff, Volume):
        return next(tier.unit_price for tier in tariff.tiers if tier.up_to is None or units <= tier.up_to)
    return None


def cliffs(tariff: Tariff) -> tuple[int, ...]:
    """The quantities after which one unit more makes all of them cheaper than they were together: volume's cliffs."""
    if not isinstance(tariff, Volume):
        return ()
    reached = [tier.up_to for tier in tariff.tiers if tier.up_to is not None]
    return tuple(units for units in reached if price(tariff, units + 1)[0] < price(tariff, units)[0])


@lru_cache(maxsize=4096)
def number(said: str) -> int:
    """A decimal text of at most ten places as a whole number of 10^-10; plans say the same few again and again."""
    return int(Decimal(said).scaleb(10))


@lru_cache(maxsize=4096)
def exact(said: str, currency: str) -> int:
    """An amount of a currency as an exact amount; see ONE."""
    return number(said) * minor(currency)


@lru_cache(maxsize=64)
def minor(currency: str) -> int:
    """By what a number of 10^-10 major units becomes an exact amount of minor ones."""
    return ONE // 10**10 * int(10 ** EXPONENTS[currency])
