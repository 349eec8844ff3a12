"""Regulator and auditor read what they must, and change nothing of it."""

import pytest

from kernel.runtime import Runtime
from tests.conftest import As, Drain
from tests.market.trade import Trade

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
    for path, body in (
        (f"/v1/orders/{order_id}/cancellation", {"reason": "x"}),
        (f"/v1/orders/{order_id}/refund", {"reason": "x"}),
        (f"/v1/orders/{order_id}/acceptance", None),
        (f"/v1/orders/{order_id}/links", None),
        (f"/v1/payments/{payment['id']}/cancel", None),
        ("/v1/jobs/1/retry", None),
    ):
        assert (await watcher.post(path, body)).status_code in (403, 409), path
