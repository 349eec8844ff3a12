"""Notices that end an agreement: before anything is paid, after their time, and for a breach that somebody denies."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.obligations.jobs import keep
from contracts.usage.tree import Duty, DutyKind
from kernel.money import Money
from market.endings.jobs import terminations
from tests.market.agreed import opened, received, signed, terms_of
from tests.market.trade import Trade
from tests.refusals import refused

PRICE = Money(1_250_000, "CNY")


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def in_force(trade: Trade, price: Money | None = PRICE, duties: tuple[Duty, ...] = ()) -> Any:
    """An order whose agreement both have signed."""
    order = await opened(trade, await terms_of(trade, price=price, duties=duties))
    await signed(trade, order)
    return order


async def noticed(trade: Trade, order: Any, **over: Any) -> str:
    """The provider gives notice; where it is answered."""
    body = {"ground": "agreed", "reason": "x", **over}
    made = await trade.provider.post(f"/v1/agreements/{order.agreement_id}/termination", body)
    assert made.status_code == 201, made.text
    return f"/v1/terminations/{made.json()['id']}/answer"


async def states(trade: Trade, order: Any) -> tuple[str, str]:
    """Where an order and its agreement stand."""
    now = (await trade.buyer.get(f"/v1/orders/{order.id}")).json()
    agreement = (await trade.buyer.get(f"/v1/agreements/{order.agreement_id}")).json()
    return now["status"], agreement["status"]


def told(answer: Any) -> tuple[int, str, str | None]:
    """A refusal by its status, code and rule."""
    body = answer.json()
    return answer.status_code, body.get("code"), (body.get("rule") or {}).get("id")


@pytest.mark.slow
async def test_what_was_not_paid_yet_is_not_to_be_paid_any_more(trade, drain):
    order = await in_force(trade)
    await drain()
    payment = (await trade.buyer.post(f"/v1/orders/{order.id}/payments", {"method": "bank_transfer"})).json()
    answered = await trade.buyer.post(await noticed(trade, order), {"answer": "agree", "reason": "ok"})
    assert answered.json()["status"] == "effective"
    assert await states(trade, order) == ("cancelled", "terminated")
    again = await trade.buyer.post(f"/v1/orders/{order.id}/payments", {"method": "bank_transfer"})
    assert told(again)[:2] == (409, "order-not-payable")
    assert (await trade.buyer.get(f"/v1/payments/{payment['id']}")).json()["status"] != "opened"


@pytest.mark.slow
async def test_what_is_free_and_ended_before_its_delivery_is_not_opened_after(trade, drain):
    order = await in_force(trade, price=None)
    await trade.buyer.post(await noticed(trade, order), {"answer": "agree", "reason": "ok"})
    await drain()  # The job that opens what is free comes after the end.
    assert await states(trade, order) == ("cancelled", "terminated")


@pytest.mark.slow
async def test_money_that_comes_while_the_agreement_is_suspended_is_kept_and_opens_nothing(trade, drain):
    order = await in_force(trade)
    await drain()
    paying = (await trade.buyer.post(f"/v1/orders/{order.id}/payments", {"method": "bank_transfer"})).json()
    body = {"reason": "x", "days": 5}
    watch = await trade.as_("regulator")
    suspended = await watch.post(f"/v1/agreements/{order.agreement_id}/suspension", body)
    assert suspended.status_code in (200, 201), suspended.text
    seen = {"bank_reference": "BANK-1", "amount": paying["amount"], "received_on": "2026-11-23"}
    clearing = await trade.as_("clearing")
    confirmed = await clearing.post(f"/v1/payments/{paying['id']}/confirm", seen)
    assert confirmed.status_code == 200, confirmed.text
    assert await states(trade, order) == ("paid", "suspended")
    refusal = await trade.buyer.post(f"/v1/orders/{order.id}/links", {})
    refused(refusal, 409, "delivery-not-due", "LT-DLV-01")


@pytest.mark.slow
@pytest.mark.parametrize(("who", "answer"), [("buyer", "agree"), ("buyer", "refuse"), ("provider", "withdraw")])
async def test_a_notice_whose_time_is_over_is_not_answered_before_the_sweep_comes(trade, drain, clock, who, answer):
    order = await in_force(trade)
    await drain()
    await trade.pay(order.id)
    path = await noticed(trade, order)
    clock.move(timedelta(days=40))
    late = await getattr(trade, who).post(path, {"answer": answer, "reason": "late"})
    assert told(late) == (409, "termination-over", "LT-END-01")
    (seen,) = (await trade.buyer.get(f"/v1/agreements/{order.agreement_id}/terminations")).json()
    assert (seen["status"], seen["allowed_actions"]) == ("noticed", [])
    assert await states(trade, order) == ("paid", "in_force")


@pytest.mark.slow
async def test_who_is_in_breach_does_not_stop_the_end_by_saying_no(trade, drain, clock):
    duty = Duty(id="reports", kind=DutyKind.REPORT, days=30)
    order = await in_force(trade, price=None, duties=(duty,))
    await drain()
    await received(trade, order)
    await drain()
    (report,) = (await trade.buyer.get(f"/v1/agreements/{order.agreement_id}/obligations")).json()
    clock.move(timedelta(days=42))
    await keep(trade.runtime)
    path = await noticed(trade, order, ground="breach", obligation_id=report["id"])
    said = await trade.buyer.post(path, {"answer": "refuse", "reason": "no"})
    assert told(said) == (409, "breach-not-refused", "LT-END-01")
    (seen,) = (await trade.buyer.get(f"/v1/agreements/{order.agreement_id}/terminations")).json()
    assert seen["allowed_actions"] == ["agree"]
    clock.move(timedelta(days=25))
    await terminations(trade.runtime)
    assert (await states(trade, order))[1] == "terminated"
