"""What saved searches say on the wire."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.catalogue.searches.rules import HitReason, Notify
from market.listings.finding.asking import VALUE_CHARS_MAX, VALUES_MAX
from market.listings.schemas import ListingSummary
from market.listings.search import QUERY_CHARS_MAX

_Value = Annotated[str, Meta(min_length=1, max_length=VALUE_CHARS_MAX)]
Values = Annotated[list[_Value], Meta(max_length=VALUES_MAX)]
Score = Annotated[
    str,
    Meta(
        pattern=r"^(100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?)$(?!\n)",
        description="最低质量分：0–100 · the least score",
        examples=["80"],
    ),
]


class SearchQueryBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is searched for, as `GET /v1/listings` takes it; of each facet any of the values, and what is empty any."""

    words: Annotated[str, Meta(max_length=QUERY_CHARS_MAX)] = ""
    theme: Values = []
    sector: Values = []
    grade: Values = []
    price_kind: Values = []
    delivery: Values = []
    tested: Values = []
    freshness: Values = []
    territory: Values = []
    provider: Values = []
    price_max: Annotated[MoneyView | None, Meta(description="价格至多为 · at most")] = None
    score_min: Score | None = None

    @property
    def score(self) -> Decimal | None:
        """The least score as a number."""
        return None if self.score_min is None else Decimal(self.score_min)


class SaveSearch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keep a search under a name."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    query: SearchQueryBody
    notify: Annotated[Notify, Meta(description="随时通知，或每日汇总 · at once, or gathered once a day")] = (
        Notify.INSTANT
    )


class SavedSearchView(msgspec.Struct, frozen=True):
    """A search that is kept, and when what gathers is told next."""

    id: str
    name: str
    query: SearchQueryBody
    notify: Notify
    tell_at: datetime | None
    created_at: datetime


class SearchHitView(msgspec.Struct, frozen=True):
    """A product on the shelf that fitted, why, and when it did."""

    listing: ListingSummary
    reason: HitReason
    at: datetime
