"""Pure rules of unequal prices: which terms are equal, and how far prices lie apart."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from contracts.terms.document import Terms, plain
from kernel.crypto import canonical
from kernel.rules import policy

Days = Annotated[int, Meta(ge=1, le=3650)]


class SpreadTable(Struct, frozen=True, forbid_unknown_fields=True):
    """From which difference on it is asked why, how far back and over how many deals, and the days of each side."""

    spread_min: Decimal
    window_days: Days
    deals_max: Annotated[int, Meta(ge=2, le=1000)]
    answer_working_days: Days
    decide_working_days: Days

    def __post_init__(self) -> None:
        if self.spread_min <= 0:
            raise ValueError("equal prices are not asked about")


RULES: Final = policy.load("price-spreads", SpreadTable, "market.price_spreads")

NOTICED: Final = "LT-PSP-01"
"""The rule by which unequal prices for equal terms are asked about."""

ANSWERED: Final = "LT-PSP-02"
"""The rule of the provider's answer and of what the centre makes of it."""

MARK: Final = "unequal-price"
"""How such a deal is marked among comparables."""

_OF_ONE_DEAL: Final = ("price", "consumer", "listing", "purpose", "use_case")
_PLACES: Final = Decimal("0.0001")


def terms_key(terms: Terms) -> str:
    """The digest of terms without their price and without who takes them for what: equal terms have one key."""
    told = {name: value for name, value in plain(terms).items() if name not in _OF_ONE_DEAL}
    text = msgspec.json.encode(told)
    if terms.consumer:
        text = text.replace(terms.consumer.encode(), b"consumer")
    body: dict[str, Any] = msgspec.json.decode(text)
    return canonical.digest(body)


def spread(minor: Sequence[int]) -> Decimal:
    """By how much the highest of several prices is above the lowest, as a share of the lowest, to four places."""
    low, high = min(minor), max(minor)
    return (Decimal(high - low) / Decimal(low)).quantize(_PLACES, ROUND_HALF_EVEN)
