"""A download under way ends when its buyer is not entitled any more: a refund, a suspension, a revocation."""

import pytest
from sqlalchemy import select

from market.delivery import fetching
from market.delivery.errors import DownloadStopped
from market.delivery.models import DeliveryFile
from market.delivery_plans.jobs import release
from tests.journeys.test_partial_delivery import divided
from tests.market.trade import Trade

REVOKED = {
    "refund": "UPDATE \"order\" SET status = 'refunded' WHERE id = $1",
    "suspension": "UPDATE party SET status = 'suspended' WHERE id = (SELECT buyer FROM \"order\" WHERE id = $1)",
    "revocation": "UPDATE agreement SET status = 'terminated' WHERE order_id = $1",
}


@pytest.mark.slow
@pytest.mark.parametrize("way", REVOKED)
async def test_within_a_batch_of_the_next_poll(runtime, as_, monkeypatch, way):
    trade = await Trade.begin(runtime, as_)
    order = await trade.delivered()
    now = [0.0]
    monkeypatch.setattr(fetching.time, "monotonic", lambda: now[0])
    files = await _opened(trade, order)
    ask = fetching.watch(runtime, lambda act: fetching.require_files_due(act, files))
    now[0] = 0.6
    await ask()
    await runtime.pool.execute(REVOKED[way], order)
    now[0] = 0.9
    await ask()  # Not asked of the database yet: the last time is 0.3 s ago.
    now[0] = 1.2
    with pytest.raises(DownloadStopped):
        await ask()


@pytest.mark.slow
async def test_a_part_that_is_paid_back_ends_what_is_under_way_of_it(runtime, as_, monkeypatch):
    """The order goes on with its other part, so that it alone does not say what may be had."""
    trade = await Trade.begin(runtime, as_)
    order = await divided(trade)
    await release(runtime)
    now = [0.0]
    monkeypatch.setattr(fetching.time, "monotonic", lambda: now[0])
    files = await _opened(trade, order)
    ask = fetching.watch(runtime, lambda act: fetching.require_files_due(act, files))
    now[0] = 0.6
    await ask()
    await runtime.pool.execute("UPDATE delivery_part SET status = 'refunded' WHERE order_id = $1 AND n = 1", order)
    now[0] = 1.2
    with pytest.raises(DownloadStopped):
        await ask()


async def _opened(trade, order):
    """The files that links were made for."""
    made = (await trade.buyer.post(f"/v1/orders/{order}/links")).json()["files"]
    ids = [file["url"].rpartition("/")[2].partition("?")[0] for file in made]
    async with trade.runtime.act() as act:
        return list(await act.session.scalars(select(DeliveryFile).where(DeliveryFile.id.in_(ids))))
