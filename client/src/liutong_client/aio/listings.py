"""The shelf: what is offered, at which terms, and how it is found."""

import datetime as dt
from typing import Final

from liutong_client import models as m
from liutong_client import operations
from liutong_client.aio.caller import WAIT_SECONDS, AsyncCaller, AsyncPages
from liutong_client.calls import Form

LISTING_ENDED: Final = ("rejected", "delisted")


class AsyncListings:
    """Products on the shelf."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    def search(
        self, q: str | None = None, *, price_kind: str | None = None, limit: int | None = None
    ) -> AsyncPages[m.SearchPage, m.ListingSummary]:
        """What is on the shelf, best first; for every filter there is, see the operation `search_listings`."""
        return self._caller.iterate(operations.search_listings, q=q, price_kind=price_kind, limit=limit)

    async def get(self, listing_id: str) -> m.ListingView:
        """A product as its caller may see it."""
        return await self._caller.call(operations.get_listing, listing_id=listing_id)

    async def create(self, listing: m.CreateListing | Form, *, key: str | None = None) -> m.ListingView:
        """A draft."""
        return await self._caller.call(operations.create_listing, listing, key=key)

    async def submit(self, listing_id: str) -> m.ListingView:
        """Hand a draft in; what stands against it is told at once."""
        return await self._caller.call(operations.submit_listing, listing_id=listing_id)

    async def wait(self, listing_id: str, *, timeout_seconds: float = WAIT_SECONDS) -> m.ListingView:
        """The product once it is on the shelf; raises EndedOtherwise where it was rejected."""
        operation = operations.get_listing
        return await self._caller.wait(
            operation, ("listed",), LISTING_ENDED, timeout_seconds=timeout_seconds, listing_id=listing_id
        )

    async def terms(self, listing_id: str) -> m.ListedTerms:
        """What a product offers, as terms."""
        return await self._caller.call(operations.get_listed_terms, listing_id=listing_id)

    def offers(self, listing_id: str) -> AsyncPages[m.OfferViewPage, m.OfferView]:
        """The offers of a product."""
        return self._caller.iterate(operations.list_offers, listing_id=listing_id)


class AsyncNegotiations:
    """Offers that are taken, and terms that are asked for, answered and agreed."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def publish(self, listing_id: str, offer: m.PublishOffer | Form, *, key: str | None = None) -> m.OfferView:
        """Offer a product at terms of its own."""
        return await self._caller.call(operations.publish_offer, offer, listing_id=listing_id, key=key)

    async def take(
        self, offer_id: str, purpose: str, *, use_case: str = "", key: str | None = None
    ) -> m.NegotiationView:
        """Take a public offer as it is."""
        body = {"purpose": purpose, "use_case": use_case}
        return await self._caller.call(operations.take_offer, body, offer_id=offer_id, key=key)

    async def request(self, wanted: m.RequestNegotiation | Form, *, key: str | None = None) -> m.NegotiationView:
        """Ask for other terms."""
        return await self._caller.call(operations.request_negotiation, wanted, key=key)

    async def get(self, negotiation_id: str) -> m.NegotiationView:
        """A negotiation with its rounds: whose move it is, and until when."""
        return await self._caller.call(operations.get_negotiation, negotiation_id=negotiation_id)

    def mine(self, status: str | None = None) -> AsyncPages[m.NegotiationSummaryPage, m.NegotiationSummary]:
        """The party's negotiations."""
        return self._caller.iterate(operations.list_negotiations, status=status)

    async def counter(
        self,
        negotiation_id: str,
        terms: m.Terms,
        *,
        note: str = "",
        expires_at: dt.datetime | None = None,
        key: str | None = None,
    ) -> m.NegotiationView:
        """Answer with other terms."""
        body = m.CounterNegotiation(terms=terms, note=note, expires_at=expires_at)
        return await self._caller.call(operations.counter_negotiation, body, negotiation_id=negotiation_id, key=key)

    async def accept(self, negotiation_id: str, terms_digest: str, *, key: str | None = None) -> m.NegotiationView:
        """Agree to exactly the terms of that digest."""
        body = m.AcceptNegotiation(terms_digest=terms_digest)
        return await self._caller.call(operations.accept_negotiation, body, negotiation_id=negotiation_id, key=key)

    async def end(self, negotiation_id: str, reason: str, *, withdraw: bool = False) -> m.NegotiationView:
        """Reject what was asked, or withdraw what one has asked."""
        operation = operations.withdraw_negotiation if withdraw else operations.reject_negotiation
        return await self._caller.call(operation, {"reason": reason}, negotiation_id=negotiation_id)

    async def difference(self, negotiation_id: str, old: int, new: int) -> m.RoundsDifference:
        """What changed from one round to another, and what that means."""
        return await self._caller.call(operations.compare_rounds, negotiation_id=negotiation_id, old=old, new=new)
