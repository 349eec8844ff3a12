"""Pure rules of settlement: what the platform takes and what the provider gets, to the minor unit."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Final

import msgspec

from kernel.money import Money
from kernel.rules import policy

_SCALE: Final = 1_000_000
"""Rates have at most six decimal places, so every band's exact fee is a whole number of millionths."""


class Fees(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rates of the bands of a price, and where the second and later bands begin in each currency."""

    rates: tuple[Annotated[str, msgspec.Meta(pattern=r"^0(\.[0-9]{1,6})?$")], ...]
    limits_minor: dict[str, tuple[int, ...]]

    def __post_init__(self) -> None:
        for currency, limits in self.limits_minor.items():
            if len(limits) != len(self.rates) - 1 or list(limits) != sorted(set(limits)) or min(limits, default=1) < 1:
                raise ValueError(f"{currency}: one rising limit between every two rates")


FEES: Final = policy.load("fees", Fees, "market.settlement")


@dataclass(frozen=True, slots=True)
class FeeLine:
    """The fee on one band of a price."""

    part: Money
    rate: str
    fee: Money


@dataclass(frozen=True, slots=True)
class Split:
    """How a price is divided; fee and share make the price again."""

    gross: Money
    lines: tuple[FeeLine, ...]
    fee: Money
    share: Money


def split(gross: Money, fees: Fees) -> Split:
    """Divide a price by largest remainder over the bands' exact fees and the provider's exact share.

    Raises KeyError for a currency without limits: the launch tariff has all that money can be in.
    """
    parts = _parts(gross.minor, fees.limits_minor[gross.currency])
    exact = [part * int(Decimal(rate) * _SCALE) for part, rate in zip(parts, fees.rates, strict=True)]
    *taken, share = gross.split(*exact, gross.minor * _SCALE - sum(exact))
    lines = tuple(
        FeeLine(Money(part, gross.currency), rate, fee)
        for part, rate, fee in zip(parts, fees.rates, taken, strict=True)
        if part > 0
    )
    return Split(gross, lines, sum(taken, Money(0, gross.currency)), share)


def _parts(minor: int, limits: tuple[int, ...]) -> list[int]:
    """Cut an amount into its bands."""
    edges = [0, *(min(limit, minor) for limit in limits), minor]
    return [upper - lower for lower, upper in pairwise(edges)]
