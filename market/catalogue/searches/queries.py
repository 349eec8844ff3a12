"""Reading saved searches; they are their party's alone."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from kernel.act import Act
from kernel.db import one
from kernel.money import Money
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.catalogue.searches.matching import on_shelf
from market.catalogue.searches.models import SavedSearch, SearchHit
from market.catalogue.searches.rules import RULES, HitReason, Notify
from market.catalogue.searches.schemas import SavedSearchView, SearchHitView, SearchQueryBody
from market.listings.finding.facets import FACETS
from market.listings.queries import summaries

AUDIENCE: Final = Audience("saved_search")
"""Nobody else learns what a party looks for."""


def view(row: SavedSearch) -> SavedSearchView:
    """A saved search for the wire."""
    most = None if row.most_minor is None or row.currency is None else Money(row.most_minor, row.currency).view()
    query = SearchQueryBody(
        words=row.words,
        **{name: list(getattr(row, name) or []) for name in FACETS},
        price_max=most,
        score_min=None if row.score_min is None else f"{row.score_min:.2f}",
    )
    return shown(row, SavedSearchView, query=query, notify=Notify(row.notify))


async def own(act: Act, search_id: str) -> SavedSearch:
    """A saved search of the actor's party; raises NotFound for anybody else's."""
    row = await one(act.session, SavedSearch, search_id)
    AUDIENCE.require_party(act.actor, search_id, row.party_id)
    return row


async def saved_search(act: Act, search_id: str) -> SavedSearchView:
    """One saved search; raises NotFound."""
    return view(await own(act, search_id))


async def saved_searches(act: Act, limit: int, cursor: str | None) -> Page[SavedSearchView]:
    """The party's searches, the newest first."""
    query = select(SavedSearch).where(AUDIENCE.among(act.actor, SavedSearch.party_id))
    page = await fetch(act.session, query, SavedSearch.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(view)


async def hits(act: Act, search_id: str, limit: int, cursor: str | None) -> Page[SearchHitView]:
    """What fitted a search not long ago and is on the shelf still, the newest product first; raises NotFound."""
    row = await own(act, search_id)
    since = act.at - timedelta(days=RULES.at(act.today).body.hits_days)
    query = select(SearchHit).where(SearchHit.search_id == row.id, SearchHit.at >= since)
    key = (SearchHit.listing_id, SearchHit.reason)
    page: Page[SearchHit] = await fetch(act.session, query, *key, limit=limit, cursor=cursor, newest_first=True)
    there = await on_shelf(act.session, sorted({hit.listing_id for hit in page.items}), act.at)
    products = {each.id: each for each in await summaries(act.session, sorted(there), act.today)}
    kept = [hit for hit in page.items if hit.listing_id in products]
    return Page([SearchHitView(products[hit.listing_id], HitReason(hit.reason), hit.at) for hit in kept], page.next)
