"""A table that was asked for in another format, up to the bytes behind its link."""

from typing import Any

from tests.market.trade import Trade


async def asked(trade: Trade, order: str, *, status: int = 201, **over: Any) -> dict[str, Any]:
    """The buyer asks for the orders as CSV, or for what is said."""
    body = {"table": "订单_表", "format": "csv", **over}
    answer = await trade.buyer.post(f"/v1/orders/{order}/table-conversions", body)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def shown(trade: Trade, conversion: dict[str, Any]) -> dict[str, Any]:
    """A conversion as it is now."""
    answer = await trade.buyer.get(f"/v1/table-conversions/{conversion['id']}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def settled(trade: Trade, order: str, drain: Any, **over: Any) -> dict[str, Any]:
    """A conversion after all that was queued is done."""
    made = await asked(trade, order, **over)
    await drain()
    return await shown(trade, made)


async def opened(trade: Trade, conversion: dict[str, Any], **over: Any) -> str:
    """The path of a link to what was made."""
    answer = await trade.buyer.post(f"/v1/table-conversions/{conversion['id']}/links", **over)
    assert answer.status_code == 200, answer.text
    return "/" + str(answer.json()["url"]).partition("://")[2].partition("/")[2]
