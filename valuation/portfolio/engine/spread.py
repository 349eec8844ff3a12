"""How uncertain a sum is (相关性): the half-widths of the assets' ranges, combined by the declared correlations."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Sums:
    """What the range of a sum follows from, in squared minor units: exact whole numbers of any size."""

    squares: int
    """Σσ²"""
    groups: int
    """Σ(Σσ of a group)²"""
    whole: int
    """(Σσ)²"""


def sums(widths: Iterable[tuple[str, int]]) -> Sums:
    """Add half-widths, which come as (group, width) in order of the group; an asset of no group is one by itself."""
    squares = groups = whole = 0
    for group, members in groupby(widths, key=lambda each: each[0]):
        together = 0
        for _, width in members:
            squares, whole = squares + width * width, whole + width
            together, groups = (together + width, groups) if group else (0, groups + width * width)
        groups += together * together
    return Sums(squares, groups, whole * whole)
