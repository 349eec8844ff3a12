"""A paid order and a bucket of its buyer's: what the tests of pushes begin with."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from channels.pushes.uploading import run
from tests.doubles.bucket import KEY, SECRET, Store
from tests.market.trade import Trade

TARGET = {
    "bucket": "liutong-in",
    "prefix": "数据/",
    "region": "cn-hangzhou",
    "access_key_id": KEY,
    "secret_access_key": SECRET,
}


async def target(trade: Trade, store: Store, order: str, drain: Any, **over: Any) -> dict[str, Any]:
    """A target that was named and checked, as it is shown."""
    made = await trade.buyer.post(f"/v1/orders/{order}/push-targets", {**TARGET, "endpoint": store.url, **over})
    assert made.status_code == 201, made.text
    assert made.json()["status"] == "checking"
    await drain()
    return await shown(trade, f"/v1/push-targets/{made.json()['id']}")


async def begun(trade: Trade, target: dict[str, Any], **asked: Any) -> dict[str, Any]:
    """A push that was begun."""
    made = await trade.buyer.post(f"/v1/push-targets/{target['id']}/pushes", asked)
    assert made.status_code == 201, made.text
    return dict(made.json())


async def shown(trade: Trade, path: str) -> dict[str, Any]:
    """What the buyer is shown."""
    answer = await trade.buyer.get(path)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def push_of(trade: Trade, push: dict[str, Any]) -> dict[str, Any]:
    """A push as it is now."""
    return await shown(trade, f"/v1/pushes/{push['id']}")


async def held(store: Store, work: Callable[[], Any]) -> "asyncio.Task[None]":
    """Work that is under way and waits for the store amid a part."""
    store.holding.clear()
    store.let_go.clear()
    task = asyncio.ensure_future(work())
    assert await asyncio.to_thread(store.holding.wait, 60)
    return task


async def killed_amid_part(trade: Trade, store: Store, push: dict[str, Any], part: int) -> None:
    """A worker that takes a push up and ends while the store has not answered for a part."""
    store.hold = part
    task = await held(store, lambda: run(trade.runtime, push["id"]))
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    store.hold = None
