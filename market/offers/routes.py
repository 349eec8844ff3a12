"""Public offers over HTTP."""

from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from contracts.approvals.errors import ApprovalMissing, ApprovalVoid
from contracts.terms.errors import TermsContradictory
from contracts.usage.errors import PolicyInexpressible
from kernel import ids
from kernel.act import Act
from kernel.errors import DomainError, NotFound
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.listings.errors import ListingUnavailable, NotYourListing
from market.marks.errors import MarksUnsuitable
from market.offers import commands, errors, queries
from market.offers.schemas import ListedTerms, OfferView, PublishOffer, WithdrawOffer
from market.orders.errors import ListingClosed
from market.pricing.errors import BundleFaulty
from rights.classification.errors import AbovePriceCap
from rights.grants.errors import GrantInexpressible
from rights.title import errors as title

NOT_OFFERABLE: Final[tuple[type[DomainError], ...]] = (
    ListingUnavailable,
    ListingClosed,
    errors.ExpiryImpossible,
    errors.TermsOfOtherListing,
    errors.TermsTooLarge,
    PolicyInexpressible,
    TermsContradictory,
    BundleFaulty,
    MarksUnsuitable,
    AbovePriceCap,
    GrantInexpressible,
    title.GrantExceedsTitle,
    title.ExclusiveFieldTaken,
    title.RightRemarked,
    title.UpstreamExceeded,
    title.HoldersMustConsent,
    ApprovalMissing,
    ApprovalVoid,
)
"""Why terms may not be offered, or asked for, as they are."""


@post(
    "/v1/listings/{listing_id:str}/offers",
    opt=allow("market:listing:write"),
    responses=problems(*NOT_OFFERABLE, NotYourListing, errors.OffersTooMany, IdempotencyKeyReused),
)
async def publish_offer(
    listing_id: FromPath[str], data: JSONBody[PublishOffer], once: NamedDependency[Once]
) -> Response[OfferView]:
    """发布要约 · Publish terms for one's own listing, to everybody or to parties by name; at most five at a time."""
    return await once(commands.publish, ids.require("lst", listing_id), data)


@get("/v1/listings/{listing_id:str}/offers", opt=public(), responses=problems(NotFound))
async def list_offers(
    listing_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[OfferView]:
    """商品的要约 · The offers of a listing that can be taken now, newest first; its provider sees all."""
    return await queries.of_listing(act, listing_id, limit, cursor)


@get("/v1/listings/{listing_id:str}/terms", opt=public(), responses=problems(ListingUnavailable, ListingClosed))
async def get_listed_terms(listing_id: FromPath[str], act: NamedDependency[Act]) -> ListedTerms:
    """商品的合同条件 · What a listing offers to everybody as terms, to begin an offer or a request with."""
    return await queries.listed_terms(act, listing_id)


@get("/v1/offers/{offer_id:str}", opt=public(), responses=problems(NotFound))
async def get_offer(offer_id: FromPath[str], act: NamedDependency[Act]) -> OfferView:
    """要约 · One public offer, for everybody or for the parties that it names."""
    return await queries.offer(act, offer_id)


@post(
    "/v1/offers/{offer_id:str}/withdrawal",
    opt=allow("market:listing:write"),
    status_code=200,
    responses=problems(NotFound, errors.OfferNotYours, errors.OfferClosed, IllegalTransition),
)
async def withdraw_offer(
    offer_id: FromPath[str], data: JSONBody[WithdrawOffer], act: NamedDependency[Act]
) -> OfferView:
    """撤回要约 · Take one's own public offer back; what was taken before stays."""
    return await commands.withdraw_offer(act, ids.require("ofr", offer_id), data)


ROUTES = [publish_offer, list_offers, get_listed_terms, get_offer, withdraw_offer]
