"""What is new on the shelf beside what is searched for; what gathered in a day; and what has left it for good."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from market.catalogue.facets.folding import NEWS
from market.catalogue.searches import commands
from market.catalogue.searches.models import SavedSearch, SearchHit
from market.catalogue.searches.rules import RULES
from market.listings.models import Listing
from market.listings.states import ListingState


@job(NEWS)
async def note(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Note products of which there is news with the searches that they fit."""
    async with runtime.act() as act:
        await commands.note(act, [(listing_id, reason) for listing_id, reason in payload["news"]])


@sweep("market.saved-searches.tell", every=timedelta(minutes=5))
async def tell(runtime: Runtime) -> None:
    """Tell of what gathered where its time has come."""
    due = SavedSearch.tell_at <= runtime.clock.now()
    await each(runtime, select(SavedSearch.id).where(due).order_by(SavedSearch.tell_at), commands.tell_daily)


@sweep("market.saved-searches.forget", every=timedelta(hours=1))
async def forget(runtime: Runtime) -> None:
    """Forget what fitted long ago and has left the shelf for good: what may come back is not told of again."""
    async with runtime.act() as act:
        before = act.at - timedelta(days=RULES.at(act.today).body.hits_days)
        over = select(Listing.id).where(Listing.id == SearchHit.listing_id, Listing.status == ListingState.DELISTED)
        await act.session.execute(delete(SearchHit).where(SearchHit.at < before, over.exists()))
