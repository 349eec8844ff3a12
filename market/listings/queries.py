"""Finding and showing products."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import msgspec
from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from contracts.policy.schemas import LicenceTerms
from contracts.terms.price.least import PriceFrom, least
from contracts.terms.prices import Plan
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.identity.models import Party
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.listings.errors import ListingUnavailable
from market.listings.evidence import figures, masked_columns
from market.listings.finding import pages, statements
from market.listings.finding.query import ListingQuery
from market.listings.models import Listing
from market.listings.schemas import (
    GatesView,
    ListingLine,
    ListingSummary,
    ListingView,
    ProviderView,
    QualityView,
    SearchPage,
)
from market.listings.states import LISTING, ListingState
from market.price_bands import queries as price_bands
from market.price_bands.queries import Offered
from market.price_bands.schemas import PriceBandView
from market.reputation import queries as reputation
from market.reputation.schemas import UNRATED, RatingStanding
from valuation.quality.watch.queries import promises_of
from valuation.testing.queries import badges

AUDIENCE: Final = Audience("listing", (Role.REVIEWER, Role.OPERATOR, Role.REGULATOR))
"""Who may see a product besides its provider while it is not on the shelf."""


def _quality(score: Decimal | None, grade: str | None) -> QualityView | None:
    return QualityView(score=f"{score:.2f}", grade=grade) if score is not None and grade is not None else None


def _from(row: Listing) -> PriceFrom | None:
    return least(price) if isinstance(price := row.price_terms, Plan) else None


def summary(row: Listing, provider: Party, rating: RatingStanding) -> ListingSummary:
    """A product as a list shows it."""
    return shown(
        row,
        ListingSummary,
        provider=shown(provider, ProviderView),
        price=amount.view() if (amount := row.price) is not None else None,
        price_from=_from(row),
        quality=_quality(row.quality_score, row.quality_grade),
        rating=rating,
    )


async def _band(act: Act, row: Listing) -> PriceBandView:
    facts = (row.provider, row.asset_id, row.revision_id, row.licence, row.price, row.currency)
    return await price_bands.band(act.session, Offered(*facts), act.today)


async def price_band(act: Act, listing_id: str) -> PriceBandView:
    """The band beside a product's price, for whoever may see the product; raises ListingUnavailable."""
    return await _band(act, await visible(act, listing_id))


async def listing_view(act: Act, row: Listing) -> ListingView:
    """A product in full, with what the actor may do to it."""
    provider = await one(act.session, Party, row.provider)
    return shown(
        row,
        ListingView,
        provider=shown(provider, ProviderView),
        licence=msgspec.convert(row.licence, LicenceTerms),
        price=amount.view() if (amount := row.price) is not None else None,
        price_from=_from(row),
        price_band=await _band(act, row),
        plan=price if isinstance(price := row.price_terms, Plan) else None,
        quality=_quality(row.quality_score, row.quality_grade),
        rating=await reputation.of_listing(act.session, row.id, act.today),
        provider_rating=await reputation.of_provider(act.session, row.provider, act.today),
        quality_watch=await promises_of(act.session, row.asset_id),
        third_party_tests=await badges(act.session, row.revision_id, at=act.at),
        figures=await figures(act.session, row),
        masked_columns=await masked_columns(act.session, row),
        gates=msgspec.convert(row.gates, GatesView | None),
        allowed_actions=_allowed(row, act.actor),
    )


def _allowed(row: Listing, actor: Actor) -> list[str]:
    """A provider acts on its own products only, a reviewer on everybody else's."""
    own = actor.party == row.provider
    roles = [r for r in actor.roles if (r is not Role.PROVIDER or own) and (r is not Role.REVIEWER or not own)]
    return sorted({str(action) for role in roles for action in LISTING.actions(row.status, role)})


def sees(actor: Actor, row: Listing) -> bool:
    """Whether the actor may know of a product: on the shelf everybody, else its provider and the centre."""
    return row.status is ListingState.LISTED or AUDIENCE.admits(actor, row.provider)


async def listing(act: Act, listing_id: str) -> ListingView:
    """A product: on the shelf for everybody, else for its provider, the centre, and whoever has ordered it.

    Raises ListingUnavailable for anybody else.
    """
    return await listing_view(act, await visible(act, listing_id))


async def visible(act: Act, listing_id: str) -> Listing:
    """The row of a product that the actor may see; raises ListingUnavailable."""
    row = await act.session.get(Listing, listing_id) if ids.is_id("lst", listing_id) else None
    if row is None or not (sees(act.actor, row) or await _ordered(act, row)):
        raise ListingUnavailable(id=listing_id[:40])
    return row


_ORDERED: Final = text('SELECT EXISTS (SELECT FROM "order" WHERE listing_id = :listing AND buyer = :party)')


async def _ordered(act: Act, row: Listing) -> bool:
    """Whether the actor's party has ordered a product: it may see again what it bought."""
    if act.actor.party is None:
        return False
    return bool(await act.session.scalar(_ORDERED, {"listing": row.id, "party": act.actor.party}))


async def listings(act: Act, wanted: ListingQuery, limit: int, cursor: str | None) -> SearchPage:
    """Products on the shelf that may be sold now: the newest, those that hold the words, or as they were asked for."""
    page = await pages.hits(act, wanted, limit, cursor)
    items = await summaries(act.session, page.ids, act.today)
    return SearchPage(items=items, next=page.following, relaxed=page.relaxed, capped=page.capped)


async def in_any_state(
    act: Act, status: ListingState | None, asset_id: str | None, limit: int, cursor: str | None
) -> Page[ListingLine]:
    """The actor's own products whatever their state, newest first; the offices that watch see everybody's."""
    query = (
        select(Listing, Party)
        .join(Party, Party.id == Listing.provider)
        .where(AUDIENCE.among(act.actor, Listing.provider))
        .options(defer(Listing.sample_rows), defer(Listing.gates), defer(Listing.licence))
    )
    if status is not None:
        query = query.where(Listing.status == status)
    if asset_id is not None:
        query = query.where(Listing.asset_id == asset_id)
    page = await fetch(act.session, query, Listing.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: _line(row[0], row[1], act.actor))


def _line(row: Listing, provider: Party, actor: Actor) -> ListingLine:
    return shown(
        row,
        ListingLine,
        provider=shown(provider, ProviderView),
        price=amount.view() if (amount := row.price) is not None else None,
        price_from=_from(row),
        quality=_quality(row.quality_score, row.quality_grade),
        allowed_actions=_allowed(row, actor),
    )


async def of_provider(
    session: AsyncSession,
    provider: str,
    on: date,
    *,
    limit: int,
    after: str = "",
    skipped: int = 0,
    among: Sequence[str] | None = None,
    beginning: str = "",
) -> list[str]:
    """The ids of one provider's products that may be sold on a day, newest first, behind an id or after so many."""
    values = {
        "provider": provider,
        "after_id": after or statements.PAST_ALL,
        "day": on,
        "limit": limit,
        "skipped": skipped,
    }
    values |= {"ids": None if among is None else list(among), "beginning": beginning}
    return list((await session.scalars(statements.OF_PROVIDER, values)).all())


# Made once: every list of products asks it, and making it anew takes as long as asking it.
_ON_PAGE: Final = (
    select(Listing, Party)
    .join(Party, Party.id == Listing.provider)
    .where(Listing.id.in_(bindparam("listings", expanding=True)))
    .options(defer(Listing.sample_rows), defer(Listing.gates), defer(Listing.licence))
)


async def summaries(session: AsyncSession, found: Iterable[str], on: date) -> list[ListingSummary]:
    """Products as a list shows them, in the order of their ids here."""
    order = list(found)
    if not order:
        return []
    rated = await reputation.of_listings(session, order, on)
    found_rows = await session.execute(_ON_PAGE, {"listings": order})
    rows = {row.id: summary(row, provider, rated.get(row.id, UNRATED)) for row, provider in found_rows}
    return [rows[listing_id] for listing_id in order if listing_id in rows]
