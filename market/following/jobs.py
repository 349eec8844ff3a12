"""What the market does when a revision enters the register, is scored, is released, or is waited for by a buyer."""

from collections.abc import Mapping
from typing import Final

from kernel.db import unit
from kernel.jobs.queue import job
from kernel.runtime import Runtime
from market.delivery.receiving import RECEIVED
from market.following import deliveries, listings
from rights.updates.commands import ENTERED
from valuation.quality.commands import SCORED

ORDERS_PAGE: Final = 200


@job(ENTERED)
async def revision_entered(runtime: Runtime, payload: Mapping[str, str]) -> None:
    """Have the revision scored for the listings of its asset, or go on with it where it was."""
    await _followed(runtime, payload)


@job(SCORED)
async def revision_scored(runtime: Runtime, payload: Mapping[str, str]) -> None:
    """Go on with the revision, or have it scored by the listing's own contract where this was another."""
    await _followed(runtime, payload)


async def _followed(runtime: Runtime, payload: Mapping[str, str]) -> None:
    async with unit(runtime.sessions) as session:
        listing_ids = await listings.concerned(session, payload["asset"])
    for listing_id in listing_ids:
        async with runtime.act() as act:
            await listings.follow(act, listing_id, payload["revision"])


@job(listings.RELEASED)
async def revision_released(runtime: Runtime, payload: Mapping[str, str]) -> None:
    """Bring what was released to every buyer of the listing who is entitled to it, each in a unit of its own."""
    last = ""
    while True:
        async with unit(runtime.sessions) as session:
            query = deliveries.entitled(payload["listing"], last).limit(ORDERS_PAGE)
            page: list[str] = list(await session.scalars(query))
        for order_id in page:
            await _brought(runtime, order_id)
        if len(page) < ORDERS_PAGE:
            return
        last = page[-1]


@job(RECEIVED)
async def delivery_received(runtime: Runtime, payload: Mapping[str, str]) -> None:
    """Bring a buyer who has now what it ordered the revisions that came since."""
    await _brought(runtime, payload["order"])


async def _brought(runtime: Runtime, order_id: str) -> None:
    more = True
    while more:
        async with runtime.act() as act:
            more = await deliveries.bring(act, order_id)
