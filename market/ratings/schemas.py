"""What ratings say on the wire."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.rules.policy import PolicyRef
from market.reputation.schemas import RatingStanding


class GiveRating(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rate what an order delivered: one to five stars, whether it was as described, and words if wanted."""

    stars: Annotated[int, Meta(ge=1, le=5)]
    as_described: bool
    text: Annotated[str, Meta(max_length=1000)] = ""


class AnswerRating(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the provider says to a rating, once."""

    text: Annotated[str, Meta(min_length=1, max_length=1000)]


class WithdrawRatingText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Take the unlawful words of a rating away; the reason is shown in their place, and the stars stay."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class RatingView(msgspec.Struct, frozen=True):
    """A rating as everybody reads it: of a verified order, without its buyer."""

    id: str
    listing_id: str
    provider: str
    stars: int
    as_described: bool
    text: str
    withdrawn_reason: str | None
    answer: str | None
    created_at: datetime
    edited_at: datetime | None
    answered_at: datetime | None


class RatingsPage(msgspec.Struct, frozen=True):
    """Ratings, the newest first, under the figures that all of them make."""

    standing: RatingStanding
    items: list[RatingView]
    next: str | None


class RatingFormulaView(msgspec.Struct, frozen=True):
    """The published formula with its numbers, and the market's mean that stands since the beginning of a month."""

    rule: str
    formula_zh: str
    formula_en: str
    weight: int
    z: str
    mean: str
    mean_n: int
    mean_since: date | None
    policy: PolicyRef
