"""Refunds: set aside at once, sent by a job or by the bank, booked when sent."""

import httpx
import pytest

from kernel.db import locked, one, unit
from kernel.errors import NotFound
from kernel.lifecycle import advance
from kernel.runtime import Runtime
from kernel.states import Role
from market.ledger import book, commands, queries
from market.ledger.errors import Overdraft
from market.orders.models import Order
from market.orders.states import ORDER, OrderAction
from market.payments import refunds
from market.payments.models import Payment
from market.reconciliation import check
from tests.conftest import As, Client, Drain
from tests.market.payments.conftest import Place, opened
from tests.market.payments.test_bank_transfer import transfer
from tests.market.payments.test_card import events_of, page_of, report, status_of


async def begin(runtime: Runtime, order_id: str) -> None:
    """What an order does when it is refunded."""
    async with runtime.act() as act:
        order = await locked(act.session, Order, order_id)
        await refunds.begin_refund(act, order_id)
        await advance(act, order, ORDER, OrderAction.REFUND, Role.SYSTEM)


async def everything_is_back(runtime: Runtime) -> None:
    async with unit(runtime.sessions) as session:
        rows = (await queries.balances(session, "", 100, None)).items
        assert {row.balance.amount for row in rows} == {"0.00"}
        assert (await check(session)).faults == []


async def test_a_card_is_refunded_by_the_job(
    as_: As, place: Place, client: Client, runtime: Runtime, drain: Drain, stripe_http: httpx.AsyncClient
) -> None:
    buyer = await as_("buyer")
    order = await place(buyer, 9_900, "USD")
    payment = await opened(buyer, order, "card")
    page = await page_of(runtime, payment["id"])
    await stripe_http.post(f"/_control/pay/{page}")
    await report(client, (await events_of(stripe_http, page))[0])
    await drain()
    await begin(runtime, order)
    assert await status_of(runtime, payment["id"]) == "succeeded"
    await drain()
    assert await status_of(runtime, payment["id"]) == "refunded"
    async with unit(runtime.sessions) as session:
        row = await one(session, Payment, payment["id"])
    charge = (await stripe_http.get(f"/v1/charges/{row.charge_reference}")).json()
    assert (charge["refunded"], charge["amount_refunded"]) == (True, 9_900)
    await everything_is_back(runtime)
    await refunds.send_refund(runtime, payment["id"])
    assert (await stripe_http.get("/v1/refunds", params={"charge": charge["id"]})).json()["has_more"] is False


async def test_a_crash_between_stripe_and_the_books_refunds_once(
    as_: As, place: Place, client: Client, runtime: Runtime, drain: Drain, stripe_http: httpx.AsyncClient
) -> None:
    buyer = await as_("buyer")
    order = await place(buyer, 9_900, "USD")
    payment = await opened(buyer, order, "card")
    page = await page_of(runtime, payment["id"])
    await stripe_http.post(f"/_control/pay/{page}")
    await report(client, (await events_of(stripe_http, page))[0])
    await drain()
    await begin(runtime, order)
    async with unit(runtime.sessions) as session:
        row = await one(session, Payment, payment["id"])
    from market.payments.gateways.registry import gateway

    # The first attempt reached Stripe and died before its outcome was stored.
    first = await gateway(runtime, "card").refund(row.id, row.charge_reference, row.money)
    await drain()
    async with unit(runtime.sessions) as session:
        assert (await one(session, Payment, payment["id"])).refund_reference == first.reference
    await everything_is_back(runtime)


async def test_a_transfer_is_refunded_by_the_clearing_officer(
    as_: As, place: Place, runtime: Runtime, drain: Drain
) -> None:
    buyer, clearing = await as_("buyer"), await as_("clearing")
    order = await place(buyer)
    payment = await opened(buyer, order)
    path = f"/v1/payments/{payment['id']}/confirm-refund"
    early = await clearing.post(path, {"bank_reference": "R-0001"})
    assert (early.status_code, early.json()["code"]) == (409, "no-refund-due")
    await clearing.post(f"/v1/payments/{payment['id']}/confirm", transfer())
    await begin(runtime, order)
    await drain()
    waiting = (await clearing.get(f"/v1/payments/{payment['id']}")).json()
    assert (waiting["status"], waiting["refund_requested_at"] is not None) == ("succeeded", True)
    same = await clearing.post(path, {"bank_reference": "B20261123-1"})
    assert (same.status_code, same.json()["code"]) == (409, "bank-reference-used")
    done = await clearing.post(path, {"bank_reference": "R-0001"})
    assert (done.status_code, done.json()["status"]) == (200, "refunded")
    assert (await clearing.post(path, {"bank_reference": "R-0002"})).json()["code"] == "no-refund-due"
    await everything_is_back(runtime)


async def test_a_refund_is_offered_only_where_one_is_due(as_: As, place: Place, runtime: Runtime) -> None:
    """A payment is paid back once its order is: until then, and after a settlement, there is nothing to do."""
    buyer, clearing = await as_("buyer"), await as_("clearing")
    order = await place(buyer)
    path = f"/v1/payments/{(await opened(buyer, order))['id']}"
    await clearing.post(f"{path}/confirm", transfer())
    paid = (await clearing.get(path)).json()
    assert (paid["status"], paid["allowed_actions"]) == ("succeeded", [])
    await begin(runtime, order)
    assert (await clearing.get(path)).json()["allowed_actions"] == ["refund"]


async def test_money_that_is_going_back_cannot_be_released(as_: As, place: Place, runtime: Runtime) -> None:
    buyer, clearing = await as_("buyer"), await as_("clearing")
    order = await place(buyer)
    payment = await opened(buyer, order)
    await clearing.post(f"/v1/payments/{payment['id']}/confirm", transfer())
    await begin(runtime, order)
    async with unit(runtime.sessions) as session:
        money = (await one(session, Payment, payment["id"])).money
    shares = [book.Share(str(buyer.party), money)]
    entry = book.release(order, money, money - money, shares)
    with pytest.raises(Overdraft):
        async with runtime.act() as act:
            await commands.post(act, entry)


async def test_what_was_not_paid_is_not_refunded(as_: As, place: Place, runtime: Runtime) -> None:
    buyer = await as_("buyer")
    order = await place(buyer)
    await opened(buyer, order)
    with pytest.raises(NotFound):
        await begin(runtime, order)
