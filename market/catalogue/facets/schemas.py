"""What facets say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.text import Text


class FacetValue(msgspec.Struct, frozen=True):
    """One value, what it is called, and how many products have it under the choice of the other facets."""

    value: str
    label: Text
    count: int
    chosen: bool


class FacetView(msgspec.Struct, frozen=True):
    """One facet; of open ones (theme, provider) the values that most products have."""

    code: str
    exact: bool
    values: list[FacetValue]


class FacetsView(msgspec.Struct, frozen=True):
    """How many products on the shelf a query leaves, and how they are spread.

    `exact` is false where more products hold the words, or wait to be counted in, than are looked at one by one.
    """

    total: int
    exact: bool
    relaxed: Annotated[
        bool, Meta(description="检索词全含者过少，含任一词者亦计入 · too few hold every word: any of them counts")
    ]
    facets: list[FacetView]
    counted_at: datetime
