"""Regulator and auditor read what they must, and change nothing of it."""

import pytest

from kernel.runtime import Runtime
from tests.conftest import As, Drain
from tests.market.trade import Trade
from tests.refusals import outcome

LISTS = ("/v1/payments", "/v1/registrations", "/v1/objections", "/v1/orders", "/v1/jobs")


@pytest.mark.parametrize("office", ["regulator", "auditor"])
async def test_those_who_watch_read_and_change_nothing(office: str, as_: As, runtime: Runtime, drain: Drain) -> None:
    trade = await Trade.begin(runtime, as_)
    order_id, watcher = await trade.paid(), await as_(office)
    for path in LISTS:
        answer = await watcher.get(path)
        assert answer.status_code == 200, (path, answer.text)
    (order,) = (await watcher.get("/v1/orders")).json()["items"]
    (payment,) = (await watcher.get("/v1/payments")).json()["items"]
    assert (order["id"], order["allowed_actions"], payment["allowed_actions"]) == (order_id, [], [])
    asset = order["asset_id"]
    for path in (
        f"/v1/orders/{order_id}",
        f"/v1/payments/{payment['id']}",
        f"/v1/assets/{asset}/gate-sheets",
        f"/v1/assets/{asset}/classification",
    ):
        answer = await watcher.get(path)
        assert answer.status_code == 200, (path, answer.text)
    closed, forbidden = (409, "illegal-transition", "LT-GEN-02"), (403, "forbidden", None)
    for path, body, refusal in (
        (f"/v1/orders/{order_id}/cancellation", {"reason": "x"}, (409, "cancellation-too-late", "LT-ORD-12")),
        (f"/v1/orders/{order_id}/refund", {"reason": "x"}, (403, "refund-not-yours", "LT-GEN-03")),
        (f"/v1/orders/{order_id}/acceptance", None, closed),
        (f"/v1/orders/{order_id}/links", None, forbidden),
        (f"/v1/payments/{payment['id']}/cancel", None, forbidden),
        ("/v1/jobs/1/retry", None, forbidden),
    ):
        assert outcome(await watcher.post(path, body)) == refusal, path
