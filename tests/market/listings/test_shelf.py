"""One provider's shelf asks once what the search asks of each product: both say the same, whatever has ended."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from kernel.db import unit
from market.listings.finding.statements import STANDS
from market.listings.queries import of_provider
from tests.market.trade import Trade

DAY = date(2026, 11, 23)
ONE_BY_ONE = text(
    "WITH ranked AS (SELECT id FROM listing WHERE status = 'listed' AND provider = :provider)"
    f" SELECT id FROM ranked WHERE {STANDS} ORDER BY id DESC"
)
ENDED = {
    "nothing": "SELECT 1",
    "the provider is suspended": "UPDATE party SET status = 'suspended' WHERE id = $1",
    "its admission is over": "UPDATE party SET admitted_until = '2026-11-22' WHERE id = $1",
    "its admission ends today": "UPDATE party SET admitted_until = '2026-11-23' WHERE id = $1",
    "the certificate is no more": "UPDATE certificate SET status = 'cancelled' WHERE party_id = $1",
    "the certificate is another's": "UPDATE certificate SET party_id = (SELECT id FROM party WHERE id <> $1 LIMIT 1)"
    " WHERE party_id = $1",
    "something it rests on is over": "UPDATE listing SET look_again_on = '2026-11-23', lapses_rule = 'LT-LST-12'"
    " WHERE provider = $1",
    "something is to be looked at": "UPDATE listing SET look_again_on = '2026-11-23', lapses_rule = NULL"
    " WHERE provider = $1",
}
SOLD = {"nothing", "its admission ends today", "something is to be looked at"}


@pytest.mark.parametrize("what", list(ENDED))
async def test_a_shelf_holds_what_may_be_sold(runtime, as_, what):
    trade = await Trade.begin(runtime, as_)
    provider = str(trade.provider.party)
    if "$1" in ENDED[what]:
        await runtime.pool.execute(ENDED[what], provider)
    async with unit(runtime.sessions) as session:
        shelf = await of_provider(session, provider, DAY, limit=10)
        asked = list(await session.scalars(ONE_BY_ONE, {"provider": provider, "day": DAY}))
        ended = await of_provider(session, provider, DAY + timedelta(days=4000), limit=10)
        assert await of_provider(session, provider, DAY, limit=10, skipped=1) == []
        assert await of_provider(session, provider, DAY, limit=10, after=trade.listing_id) == []
        assert await of_provider(session, provider, DAY, limit=10, among=["lst_other"]) == []
    assert shelf == asked == ([trade.listing_id] if what in SOLD else [])
    assert ended == []
