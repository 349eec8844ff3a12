"""From exact figures of a group to what may be told of it: noise by how much one unit could change each figure.

Neighbouring tables differ in all rows of one unit. A unit has been bounded to m rows and g groups before, so over all
groups together a count changes by m at most, a clipped sum by m·max(|L|,|U|), and the number of units by g.
"""

from enum import StrEnum
from fractions import Fraction
from typing import Final

import msgspec

from channels.computing.privacy.budget import MICRO, share, threshold
from channels.computing.privacy.noise import SYSTEM, Source, laplace

AVERAGE_DIGITS: Final = 2
"""An average is told so much finer than the values that it is of."""


class Kind(StrEnum):
    """What is computed of a group."""

    COUNT = "count"
    SUM = "sum"
    AVG = "avg"


class Bounds(msgspec.Struct, frozen=True):
    """Between which whole numbers a value is clipped, in units of 10 to the minus `decimals`."""

    lower: int
    upper: int
    decimals: int = 0


class Figure(msgspec.Struct, frozen=True):
    """One figure that is asked for; a count has no bounds."""

    kind: Kind
    bounds: Bounds | None = None


class Promise(msgspec.Struct, frozen=True):
    """What a query may tell of one unit at the most: the budget in millionths and trillionths, rows, and groups."""

    micro_epsilon: int
    pico_delta: int
    rows_per_unit: int
    groups_per_unit: int
    units_min: int


class Exact(msgspec.Struct, frozen=True):
    """The exact figures of a group; nobody but the process that made them sees them.

    For a count and a sum the first number is the figure. For an average it is the sum of 2x - (L + U), whose unit
    changes it by half as much as that of a plain sum would, and the second is the number of rows.
    """

    units: int
    figures: tuple[tuple[int, int], ...]


def releases(figures: tuple[Figure, ...]) -> int:
    """How many noisy values a group has: its units, one for each figure, two for an average."""
    return 1 + sum(2 if figure.kind is Kind.AVG else 1 for figure in figures)


def sensitivity(figure: Figure, rows_per_unit: int) -> int:
    """By how much one unit changes what is summed for a figure, over all groups together."""
    if figure.bounds is None:
        return rows_per_unit
    lower, upper = figure.bounds.lower, figure.bounds.upper
    by_row = upper - lower if figure.kind is Kind.AVG else max(abs(lower), abs(upper))
    return rows_per_unit * max(1, by_row)


def units_needed(promise: Promise, figures: tuple[Figure, ...], *, keys_public: bool) -> int:
    """From how many noisy units on a group is told."""
    if keys_public:
        return promise.units_min
    each = share(promise.micro_epsilon, releases(figures))
    return max(promise.units_min, threshold(each, promise.pico_delta, _groups(promise)))


def release(
    exact: Exact, figures: tuple[Figure, ...], promise: Promise, *, keys_public: bool, source: Source = SYSTEM
) -> tuple[str, ...] | None:
    """What is told of a group, as decimal numbers; None where it has too few units, by a noisy count."""
    each = share(promise.micro_epsilon, releases(figures))
    units = exact.units + laplace(_groups(promise) * MICRO, each, source)
    if units < units_needed(promise, figures, keys_public=keys_public):
        return None
    return tuple(
        _noisy_text(figure, numbers, promise.rows_per_unit, each, source)
        for figure, numbers in zip(figures, exact.figures, strict=True)
    )


def _groups(promise: Promise) -> int:
    return min(promise.groups_per_unit, promise.rows_per_unit)


def _noisy_text(figure: Figure, numbers: tuple[int, int], rows_per_unit: int, each: int, source: Source) -> str:
    noisy = numbers[0] + laplace(sensitivity(figure, rows_per_unit) * MICRO, each, source)
    if figure.bounds is None:
        return str(noisy)
    if figure.kind is Kind.SUM:
        return decimal(noisy, figure.bounds.decimals)
    rows = numbers[1] + laplace(rows_per_unit * MICRO, each, source)
    return decimal(average(noisy, rows, figure.bounds), figure.bounds.decimals + AVERAGE_DIGITS)


def average(centred: int, rows: int, bounds: Bounds) -> int:
    """The average within its bounds, in units of 10 to the minus (decimals + AVERAGE_DIGITS), half to even."""
    middle = Fraction(bounds.lower + bounds.upper, 2)
    value = middle + Fraction(centred, 2 * rows) if rows > 0 else middle
    return round(min(max(value, Fraction(bounds.lower)), Fraction(bounds.upper)) * 10**AVERAGE_DIGITS)


def decimal(number: int, decimals: int) -> str:
    """A whole number of units of 10 to the minus `decimals`, written as a decimal number."""
    if not decimals:
        return str(number)
    digits = str(abs(number)).rjust(decimals + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"
