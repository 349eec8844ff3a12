"""What providers do to their quotes, and the award: the quote's terms become an order with its agreement."""

from contracts.approvals import commands as approvals
from contracts.terms.document import Terms, digest, parsed, plain
from contracts.terms.price.amounts import exposure
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import locked
from kernel.states import Role
from kernel.time.clock import timestamp
from market.listings.errors import NotYourListing
from market.listings.models import Listing
from market.offers import checks
from market.orders.open import open_order
from market.requests import commands, queries, rules
from market.requests.errors import (
    OwnRequest,
    QuoteChanged,
    QuoteGiven,
    QuoteNotYours,
    QuotesSealed,
    QuotesTooMany,
    QuoteUnfit,
    RequestNotOpen,
)
from market.requests.models import QuotationRequest, Quote, QuoteVersion
from market.requests.schemas import AwardQuote, QuoteView, SubmitQuote, WithdrawQuote
from market.requests.states import QUOTE, STANDING, QuotationAction, QuotationState, QuoteAction


async def submit(act: Act, request_id: str, data: SubmitQuote) -> QuoteView:
    """Quote for an open request, once; the terms are for its buyer, about a listing of the provider's own.

    Raises NotFound, RequestNotOpen, OwnRequest, QuoteGiven, QuotesTooMany, QuoteUnfit, NotYourListing, ApprovalMissing
    or ApprovalVoid, and whatever market.offers.checks refuses.
    """
    about = await commands.held(act, request_id)
    require_open(about)
    provider = act.actor.party or ""
    if provider == about.buyer:
        raise OwnRequest(request=about.id)
    standing = await queries.awardable_quotes(act.session, about.id)
    own = next((each for each in standing if each.provider == provider), None)
    if own is not None:
        raise QuoteGiven(quote=own.id)
    table = rules.RULES.at(act.today).body
    if await queries.count_standing(act.session, about.id) >= table.quotes_max:
        raise QuotesTooMany(limit=table.quotes_max, what=about.id)
    listing = await _require_terms(act, about, data.terms)
    row = Quote(
        id=ids.new("quo"),
        request_id=about.id,
        provider=provider,
        listing_id=listing.id,
        terms=plain(data.terms),
        terms_digest=digest(data.terms),
        note=data.note,
        versions=1,
        order_id=None,
        end_reason=None,
        submitted_at=act.at,
    )
    await lifecycle.begin(
        act, row, QUOTE, parties=queries.told_of(about, row.provider), request=about.id, terms=row.terms_digest
    )
    _write(act, row)
    return queries.quote_view(act, row, about)


def require_open(about: QuotationRequest) -> None:
    """Raise RequestNotOpen, naming state and closing; the request is held."""
    if about.status is not QuotationState.OPEN:
        raise RequestNotOpen(request=about.id, state=str(about.status), closes_at=timestamp(about.closes_at))


async def _require_terms(act: Act, about: QuotationRequest, terms: Terms) -> Listing:
    """Raise unless the provider may offer these terms to the buyer, and they answer the want."""
    listing = await checks.product(act, terms.listing)
    if listing.provider != act.actor.party:
        raise NotYourListing
    if faults := list(rules.misfits(queries.want_of(about), terms)):
        raise QuoteUnfit(errors=faults, count=len(faults), request=about.id)
    await checks.require(act, terms, listing, about.buyer)
    await approvals.require(act, listing.provider, digest(terms), exposure(terms, act.today))
    return listing


def _write(act: Act, row: Quote) -> None:
    names = ("listing_id", "terms", "terms_digest", "note")
    facts = {name: getattr(row, name) for name in names}
    act.session.add(QuoteVersion(quote_id=row.id, n=row.versions, at=act.at, **facts))


async def _own(act: Act, quote_id: str) -> tuple[Quote, QuotationRequest]:
    """A quote of the actor's own with its open request, both locked, the request first."""
    seen, _ = await queries.visible_quote(act, quote_id)
    about = await commands.held(act, seen.request_id)
    row = await locked(act.session, Quote, quote_id)
    if row.provider != act.actor.party:
        raise QuoteNotYours(quote=row.id)
    require_open(about)
    return row, about


async def revise(act: Act, quote_id: str, data: SubmitQuote) -> QuoteView:
    """Put other terms in the place of one's own, until the closing; every version stays on file.

    Raises NotFound, QuoteNotYours, RequestNotOpen, IllegalTransition, QuotesTooMany, and what `submit` refuses.
    """
    row, about = await _own(act, quote_id)
    QUOTE.next(row.status, QuoteAction.REVISE, Role.PROVIDER)
    table = rules.RULES.at(act.today).body
    if row.versions >= table.versions_max:
        raise QuotesTooMany(limit=table.versions_max, what=row.id)
    listing = await _require_terms(act, about, data.terms)
    superseded = row.terms_digest
    row.listing_id, row.terms, row.note = listing.id, plain(data.terms), data.note
    row.terms_digest, row.versions = digest(data.terms), row.versions + 1
    await approvals.void(act, superseded, row.terms_digest, row.provider)
    _write(act, row)
    facts = {"terms": row.terms_digest, "version": row.versions}
    await lifecycle.advance(
        act, row, QUOTE, QuoteAction.REVISE, Role.PROVIDER, parties=queries.told_of(about, row.provider), **facts
    )
    return queries.quote_view(act, row, about)


async def withdraw(act: Act, quote_id: str, data: WithdrawQuote) -> QuoteView:
    """Take one's own quote back before the closing; from there it stands to the last day of the award."""
    row, about = await _own(act, quote_id)
    QUOTE.next(row.status, QuoteAction.WITHDRAW, Role.PROVIDER)
    row.end_reason = data.reason
    parties = queries.told_of(about, row.provider)
    await lifecycle.advance(act, row, QUOTE, QuoteAction.WITHDRAW, Role.PROVIDER, parties=parties, reason=data.reason)
    return queries.quote_view(act, row, about)


async def award(act: Act, quote_id: str, data: AwardQuote) -> QuoteView:
    """Take a quote: its order and agreement are there, and the other quotes are lost; all in this unit or nothing.

    Raises NotFound, RequestNotYours, RequestDecided, QuotesSealed before the closing of a sealed request, QuoteChanged,
    ApprovalMissing or ApprovalVoid, and the refusals of the order.
    """
    seen, _ = await queries.visible_quote(act, quote_id)
    about = await commands.held(act, seen.request_id)
    commands.require_buyer(act, about)
    commands.require_decidable(about)
    if about.status is QuotationState.OPEN:
        raise QuotesSealed(request=about.id, closes_at=timestamp(about.closes_at))
    row = await locked(act.session, Quote, quote_id)
    if row.status not in STANDING or row.terms_digest != data.terms_digest:
        raise QuoteChanged(quote=row.id, state=str(row.status), digest=row.terms_digest)
    terms = parsed(row.terms)
    await approvals.require(act, about.buyer, row.terms_digest, exposure(terms, act.today))
    order = await open_order(act, terms, negotiation_id=row.id)
    row.order_id = order.id
    facts = {"order": order.id, "terms": row.terms_digest}
    parties = (row.provider, about.buyer)
    await lifecycle.advance(act, row, QUOTE, QuoteAction.AWARD, Role.BUYER, parties=parties, **facts)
    await commands.finish(act, about, QuotationAction.AWARD, Role.BUYER, None, row.id)
    return queries.quote_view(act, row, about)
