"""What renewals say on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from contracts.terms.document import Terms
from market.renewals.states import RenewalState

PriceChange = Literal["lower", "same", "higher"]


class OfferRenewal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Terms for the time after the licence's last day, and until when they may be accepted: else until that day."""

    terms: Terms
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


class EndRenewal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an offer to renew is declined or withdrawn."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class RenewalView(msgspec.Struct, frozen=True):
    """An offer to renew an agreement; `order_id` is the order that came of its acceptance."""

    id: str
    agreement_id: str
    provider: str
    consumer: str
    terms: Terms
    terms_digest: str
    price_change: PriceChange
    ends_on: date
    starts_on: date
    status: RenewalState
    allowed_actions: list[str]
    expires_at: datetime
    order_id: str | None
    end_reason: str | None
    created_at: datetime
