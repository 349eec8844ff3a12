"""What public offers say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from contracts.terms.document import OdrlTerms, Terms
from market.offers.states import OfferState

Moment = Annotated[datetime, Meta(tz=True)]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]


class PublishOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Publish terms for a listing: to everybody, or to the parties that its permissions name.

    The terms are given as `terms`, or with their policy in ODRL as `odrl_terms`. `seats` is how many may take it; terms
    that exclude others have one.
    """

    title_zh: Annotated[str, Meta(min_length=2, max_length=80)]
    title_en: Annotated[str, Meta(min_length=2, max_length=80)]
    expires_at: Moment
    terms: Terms | None = None
    odrl_terms: OdrlTerms | None = None
    seats: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None


class WithdrawOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Take a public offer back; what was taken before stays."""

    reason: Reason


class OfferView(msgspec.Struct, frozen=True):
    """A public offer as whoever may take it sees it."""

    id: str
    provider: str
    listing_id: str
    title_zh: str
    title_en: str
    terms: Terms
    terms_digest: str
    status: OfferState
    allowed_actions: list[str]
    addressed: list[str] | None
    seats: int | None
    taken: int
    expires_at: datetime
    end_reason: str | None
    published_at: datetime


class ListedTerms(msgspec.Struct, frozen=True):
    """What a listing offers to everybody, as terms to begin with; they promise nothing before they are offered."""

    terms: Terms
    terms_digest: str
