"""A trade whose price is a plan: its terms, the agreement that both sign, and the subscription that runs on it."""

from typing import Any

import msgspec

from contracts.terms.prices import Aggregation, Flat, Meter, Metered, Plan, Recurring
from kernel import ids
from kernel.money import Money
from market.billing import jobs
from tests.beginnings import beginning
from tests.market.agreed import opened, signed, terms_of
from tests.market.trade import Trade

CALLS = Metered(name="queries", meter=Meter.UNIT, tariff=Flat(unit_price="0.50"), included=10)
MONTHLY = Recurring(name="monthly", amount="300.00")


def plan(*components: Any, **more: Any) -> Plan:
    """A plan in yuan."""
    return Plan(currency="CNY", components=components, **more)


def metered(**over: Any) -> Metered:
    """A meter of natural units, ten of them included, each more at half a yuan."""
    return msgspec.structs.replace(CALLS, **over)


def unique(**over: Any) -> Metered:
    """A meter of unique subjects."""
    return metered(aggregation=Aggregation.UNIQUE, included=0, **over)


@beginning
async def subscribed(trade: Trade, price: Plan) -> dict[str, Any]:
    """The first subscription of a trade's buyer."""
    return await subscribed_to(trade, price)


async def subscribed_to(trade: Trade, price: Plan) -> dict[str, Any]:
    """Terms with the plan, agreed and signed by both; gives the subscription as its buyer sees it."""
    terms = msgspec.structs.replace(await terms_of(trade, price=Money(1, "CNY")), price=price)
    order = await opened(trade, terms, ids.new("neg"))
    agreement = await signed(trade, order)
    assert agreement["status"] == "in_force", agreement
    if order.amount_minor:
        await trade.pay(order.id)
    found = (await trade.buyer.get("/v1/subscriptions")).json()["items"]
    return next(dict(one) for one in found if one["agreement_id"] == agreement["id"])


def use(subscription: dict[str, Any], event_id: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """A use as its provider reports it."""
    return {
        "event_id": event_id,
        "subscription_id": subscription["id"],
        "meter": "queries",
        "quantity": quantity,
        "occurred_at": "2026-11-23T02:00:00Z",
        **more,
    }


async def reported(trade: Trade, *uses: dict[str, Any], hold: bool = False) -> Any:
    """What the provider is told of uses that it reports."""
    return await trade.provider.post("/v1/usage-events", {"events": list(uses), "hold": hold})


@beginning
async def topped_up(trade: Trade, amount: str) -> None:
    """The buyer pays in advance by transfer, and the clearing officer sees it arrive."""
    money = {"amount": amount, "currency": "CNY"}
    made = await trade.buyer.post("/v1/prepaid/top-ups", {"amount": money})
    assert made.status_code == 201, made.text
    seen = {"bank_reference": f"BANK-{made.json()['id'][-12:]}", "amount": money, "received_on": "2026-11-23"}
    clearing = await trade.as_("clearing")
    confirmed = await clearing.post(f"/v1/payments/{made.json()['id']}/confirm", seen)
    assert confirmed.status_code == 200, confirmed.text


async def ticked(runtime: Any, drain: Any) -> None:
    """Do what the worker would do now about bills and subscriptions."""
    await jobs.issue(runtime)
    await jobs.collect(runtime)
    await jobs.remind(runtime)
    await jobs.cancel(runtime)
    await jobs.issue(runtime)
    await drain()


async def bills_of(trade: Trade, subscription: dict[str, Any]) -> list[dict[str, Any]]:
    """The bills of a subscription with their lines, the oldest first."""
    page = (await trade.buyer.get(f"/v1/bills?subscription_id={subscription['id']}")).json()["items"]
    return [dict((await trade.buyer.get(f"/v1/bills/{one['id']}")).json()) for one in reversed(page)]


async def paid(trade: Trade, bill: dict[str, Any], day: str) -> None:
    """A bill is paid by transfer."""
    opened_ = await trade.buyer.post(f"/v1/bills/{bill['bill']['id']}/payments", {})
    assert opened_.status_code == 201, opened_.text
    made = opened_.json()
    seen = {"bank_reference": f"BANK-{made['id'][-12:]}", "amount": made["amount"], "received_on": day}
    clearing = await trade.as_("clearing")
    answer = await clearing.post(f"/v1/payments/{made['id']}/confirm", seen)
    assert answer.status_code == 200, answer.text
