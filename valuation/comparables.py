"""A price band from like listings: the nearest by text and traits, a robust quantile band, and why each is near.

A first orientation where too little is known for the market approach; asking prices stay marked as such. It follows
the rule that the mode of trade must agree, and says that no band is available rather than guess from unlike things.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from kernel.text import Text

NEIGHBOURS: Final = 5
NEIGHBOURS_MIN: Final = 3
TEXT_WEIGHT: Final = 4.0
"""What the same words count beside one equal trait; a judgement, not fitted to prices."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A listing with a price: what is said of it, and what kind of thing it is."""

    name: str
    words: str
    mode: str
    traits: Mapping[str, str]
    price: Decimal
    kind: Literal["realised", "asking"] = "asking"
    grams: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        if self.price <= 0:
            raise ValueError("a price is above 0")
        text = "".join(self.words.split()).lower()
        object.__setattr__(self, "grams", frozenset(text[i : i + 2] for i in range(len(text) - 1)))


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A comparable and why it counts."""

    listing: Priced
    likeness: float
    why: Text


@dataclass(frozen=True, slots=True)
class Band:
    """A quarter of the weight lies below `low`, half below `middle`, three quarters below `high`."""

    low: Decimal
    middle: Decimal
    high: Decimal
    neighbours: tuple[Neighbour, ...]

    @property
    def only_asking(self) -> bool:
        """Whether no realised price stands behind it."""
        return all(neighbour.listing.kind == "asking" for neighbour in self.neighbours)


def band(subject: Priced, others: Iterable[Priced]) -> Band | None:
    """The band for a subject, whose own price is not looked at; None where too few like listings are known."""
    near = [_neighbour(subject, other) for other in others if other.mode == subject.mode and other is not subject]
    nearest = sorted(near, key=lambda each: (-each.likeness, each.listing.name))[:NEIGHBOURS]
    if len(nearest) < NEIGHBOURS_MIN:
        return None
    low, middle, high = (_quantile(nearest, share) for share in (0.25, 0.5, 0.75))
    return Band(low, middle, high, tuple(nearest))


def _neighbour(subject: Priced, other: Priced) -> Neighbour:
    union = len(subject.grams | other.grams)
    alike = len(subject.grams & other.grams) / union if union else 0.0
    equal = sorted(name for name, value in subject.traits.items() if value and other.traits.get(name) == value)
    likeness = TEXT_WEIGHT * alike + len(equal)
    share = round(100 * alike)
    why = Text(
        f"交易方式相同；文字相近 {share}%；相同特征：{'、'.join(equal) or '无'}",
        f"same mode of trade; words {share} % alike; equal traits: {', '.join(equal) or 'none'}",
    )
    return Neighbour(other, likeness, why)


def _quantile(neighbours: Sequence[Neighbour], share: float) -> Decimal:
    """The weighted quantile by likeness: one odd price among several moves it little."""
    ordered = sorted(neighbours, key=lambda each: (each.listing.price, each.listing.name))
    weights = [each.likeness + 1e-9 for each in ordered]
    reached, wanted = 0.0, share * math.fsum(weights)
    for each, weight in zip(ordered, weights, strict=True):
        reached += weight
        if reached >= wanted:
            return each.listing.price
    return ordered[-1].listing.price
