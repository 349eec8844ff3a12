"""A download under way ends when its buyer is not entitled any more: a refund, a suspension, a revocation."""

import pytest

from market.delivery import fetching
from market.delivery.errors import DownloadStopped
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
    (file, *_) = (await trade.buyer.post(f"/v1/orders/{order}/links")).json()["files"]
    now = [0.0]
    monkeypatch.setattr(fetching.time, "monotonic", lambda: now[0])
    file_id = file["url"].rpartition("/")[2].partition("?")[0]
    ask = fetching.watch(runtime, lambda act: fetching.require_due(act, file_id))
    now[0] = 0.6
    await ask()
    await runtime.pool.execute(REVOKED[way], order)
    now[0] = 0.9
    await ask()  # Not asked of the database yet: the last time is 0.3 s ago.
    now[0] = 1.2
    with pytest.raises(DownloadStopped):
        await ask()
