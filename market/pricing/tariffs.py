"""What a number of units costs by a tariff, exactly; pure."""

from fractions import Fraction
from functools import lru_cache

from contracts.terms.prices import Flat, Graduated, Package, Tariff, Volume


def price(tariff: Tariff, units: int) -> tuple[Fraction, str]:
    """What so many units cost in major units, and how that was reckoned; nothing costs nothing."""
    if isinstance(tariff, Flat):
        return units * number(tariff.unit_price), f"{units} × {tariff.unit_price}"
    if isinstance(tariff, Package):
        packages = -(-units // tariff.size)
        return packages * number(tariff.price), f"⌈{units} / {tariff.size}⌉ × {tariff.price}"
    if isinstance(tariff, Volume):
        unit_price = next(tier.unit_price for tier in tariff.tiers if tier.up_to is None or units <= tier.up_to)
        return units * number(unit_price), f"{units} × {unit_price}"
    return _graduated(tariff, units)


def _graduated(tariff: Graduated, units: int) -> tuple[Fraction, str]:
    total, below, said = Fraction(0), 0, []
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
def number(said: str) -> Fraction:
    """A decimal text as the exact number; plans say the same few again and again."""
    return Fraction(said)
