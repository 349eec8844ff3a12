"""A request for quotation of tests: what is sent, and the sweep that time is."""

from datetime import timedelta
from typing import Any

from market.requests.jobs import lapse
from tests.beginnings import beginning
from tests.market.negotiation.story import later

WANT = {
    "title": "航班延误数据",
    "words": "航班 延误",
    "purpose": "risk-control",
    "actions": ["use"],
    "territory": ["CN"],
    "fields": ["carrier"],
    "budget": {"amount": "10000.00", "currency": "CNY"},
}


def asked(runtime: Any, *, days: float = 5, want: dict[str, Any] | None = None, **over: Any) -> dict[str, Any]:
    """What a buyer sends to draft a request."""
    return {"want": {**WANT, **(want or {})}, "closes_at": later(runtime, days=days), **over}


@beginning
async def opened(trade: Any, **over: Any) -> str:
    """A request of the trade's buyer on the board; gives its path."""
    made = await trade.buyer.post("/v1/quotation-requests", asked(trade.runtime, **over))
    assert made.status_code == 201, made.text
    path = f"/v1/quotation-requests/{made.json()['id']}"
    answer = await trade.buyer.post(f"{path}/opening")
    assert (answer.status_code, answer.json()["status"]) == (200, "open"), answer.text
    return path


async def passed(trade: Any, clock: Any, **by: float) -> None:
    """Time goes by, and the sweep comes."""
    clock.move(timedelta(**by))
    await lapse(trade.runtime)
