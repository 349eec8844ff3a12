"""What a new product replaces leaves the shelf once the new one is there."""

from datetime import timedelta

from sqlalchemy import select

from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from market.listings.models import Listing
from market.listings.states import ListingState
from market.manifests import commands
from market.manifests.models import AppliedManifest


@sweep("market.manifests.succession", timedelta(seconds=10))
async def succession(runtime: Runtime) -> None:
    """Take off what has a successor on the shelf."""
    there = (
        select(AppliedManifest.listing_id)
        .join(Listing, Listing.id == AppliedManifest.listing_id)
        .where(AppliedManifest.replaces.is_not(None), Listing.status == ListingState.LISTED)
        .order_by(AppliedManifest.listing_id)
    )
    await each(runtime, there, commands.make_way)
